package io.slotregistry.sdk;

import com.caucho.hessian.io.Hessian2Input;
import com.caucho.hessian.io.Hessian2Output;
import com.caucho.hessian.io.SerializerFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Message bodies by the library that the SDKs use, so that the server's own codec is checked against it. */
public final class WireHessian {
    private static final SerializerFactory SERIALIZERS = new SerializerFactory();

    /** Says on every start that it cannot reach some fields of the JDK's own classes, which no message has. */
    private static final Logger NOISE = Logger.getLogger("com.caucho.hessian");

    static {
        NOISE.setLevel(Level.OFF);
    }

    private WireHessian() {}

    public static byte[] encode(Object message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Hessian2Output output = new Hessian2Output(bytes);
        output.setSerializerFactory(SERIALIZERS);
        try {
            output.writeObject(message);
            output.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static <T> T decode(BoltFrame frame, Class<T> type) {
        Hessian2Input input = new Hessian2Input(new ByteArrayInputStream(frame.content()));
        input.setSerializerFactory(SERIALIZERS);
        try {
            return type.cast(input.readObject());
        } catch (IOException e) {
            throw new AssertionError("not readable by the SDKs' library: " + frame, e);
        }
    }
}

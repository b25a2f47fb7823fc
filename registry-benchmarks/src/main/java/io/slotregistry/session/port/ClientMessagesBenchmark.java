package io.slotregistry.session.port;

import com.alipay.sofa.registry.core.model.DataBox;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.caucho.hessian.io.Hessian2Input;
import com.caucho.hessian.io.Hessian2Output;
import com.caucho.hessian.io.SerializerFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Decoding a publisher's registration: the bounded reader beside the library. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClientMessagesBenchmark {
    private final ClientMessages messages = new ClientMessages(RegistrationLimits.DEFAULTS);
    private final SerializerFactory factory = new SerializerFactory();
    private byte[] content = new byte[0];

    @Setup
    public void write() throws IOException {
        PublisherRegister register = new PublisherRegister();
        register.setDataId("com.example.orders.OrderService:1.0@DEFAULT");
        register.setGroup("SOFA");
        register.setZone("DEFAULT_ZONE");
        register.setAppName("orders");
        register.setRegistId("da7c2442-2023-4347-8772-f11a90b5ce6e");
        register.setEventType("REGISTER");
        register.setVersion(1L);
        register.setTimestamp(1_790_000_000_000L);
        register.setAttributes(new HashMap<>());
        register.setDataList(new ArrayList<>(List.of(new DataBox("10.0.0.1:12200?weight=100&timeout=3000"))));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Hessian2Output out = new Hessian2Output(bytes);
        out.setSerializerFactory(factory);
        out.writeObject(register);
        out.close();
        content = bytes.toByteArray();
    }

    @Benchmark
    public Object boundedReader() throws HessianException {
        return messages.registration(WireClass.PUBLISHER_REGISTER, content);
    }

    @Benchmark
    public Object library() throws IOException {
        Hessian2Input in = new Hessian2Input(new ByteArrayInputStream(content));
        in.setSerializerFactory(factory);
        return in.readObject();
    }
}

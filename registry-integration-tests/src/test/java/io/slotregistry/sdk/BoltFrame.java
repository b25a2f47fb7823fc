package io.slotregistry.sdk;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One frame of the client port, as the wire specification describes it and independent of the server's codec.
 *
 * @param extra the timeout of a request, the status of a response
 */
public record BoltFrame(
        int protocol,
        boolean crc,
        int type,
        int command,
        int id,
        int codec,
        int extra,
        String className,
        byte[] content) {
    public static final int RESPONSE = 0;
    public static final int REQUEST = 1;
    public static final int ONE_WAY = 2;
    public static final int HEARTBEAT = 0;
    public static final int RPC_REQUEST = 1;
    public static final int RPC_RESPONSE = 2;
    public static final int HESSIAN = 1;
    private static final int TIMEOUT_MILLIS = 1000;
    private static final int MAX_CONTENT = 64 << 20;

    public static BoltFrame request(int id, String className, byte[] content) {
        return new BoltFrame(1, false, REQUEST, RPC_REQUEST, id, HESSIAN, TIMEOUT_MILLIS, className, content);
    }

    public static BoltFrame heartbeat(int id) {
        return new BoltFrame(1, false, REQUEST, HEARTBEAT, id, HESSIAN, -1, "", new byte[0]);
    }

    public BoltFrame asV2(boolean withCrc) {
        return new BoltFrame(2, withCrc, type, command, id, codec, extra, className, content);
    }

    public BoltFrame answer(String answerClass, byte[] answer) {
        return new BoltFrame(protocol, crc, RESPONSE, RPC_RESPONSE, id, codec, 0, answerClass, answer);
    }

    public boolean isRequest() {
        return type != RESPONSE;
    }

    /** The class name without its package. */
    public String message() {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            byte[] name = className.getBytes(StandardCharsets.UTF_8);
            out.writeByte(protocol);
            if (protocol == 2) {
                out.writeByte(2);
            }
            out.writeByte(type);
            out.writeShort(command);
            out.writeByte(1);
            out.writeInt(id);
            out.writeByte(codec);
            if (protocol == 2) {
                out.writeByte(crc ? 1 : 0);
            }
            if (isRequest()) {
                out.writeInt(extra);
            } else {
                out.writeShort(extra);
            }
            out.writeShort(name.length);
            out.writeShort(0);
            out.writeInt(content.length);
            out.write(name);
            out.write(content);
            if (crc) {
                out.writeInt(checksum(bytes.toByteArray()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The next frame, or null at the end of the stream. Fails on what is not a frame, and on a wrong checksum. */
    public static @Nullable BoltFrame read(InputStream stream) throws IOException {
        Recorder recorder = new Recorder(stream);
        int protocol = recorder.read();
        if (protocol < 0) {
            return null;
        }
        require(protocol == 1 || protocol == 2, "protocol " + protocol);
        DataInputStream in = new DataInputStream(recorder);
        if (protocol == 2) {
            int version = in.readUnsignedByte();
            require(version == 1 || version == 2, "version " + version);
        }
        int type = in.readUnsignedByte();
        require(type <= ONE_WAY, "type " + type);
        int command = in.readUnsignedShort();
        in.readUnsignedByte();
        int id = in.readInt();
        int codec = in.readUnsignedByte();
        boolean crc = protocol == 2 && (in.readUnsignedByte() & 1) == 1;
        int extra = type == RESPONSE ? in.readUnsignedShort() : in.readInt();
        int nameLength = in.readUnsignedShort();
        int headerLength = in.readUnsignedShort();
        int contentLength = in.readInt();
        require(headerLength == 0, "a header");
        require(contentLength >= 0 && contentLength <= MAX_CONTENT, "length " + contentLength);
        String name = new String(in.readNBytes(nameLength), StandardCharsets.UTF_8);
        byte[] content = in.readNBytes(contentLength);
        if (content.length < contentLength) {
            throw new EOFException("within a frame");
        }
        if (crc) {
            int expected = checksum(recorder.bytes.toByteArray());
            require(in.readInt() == expected, "a wrong checksum");
        }
        return new BoltFrame(protocol, crc, type, command, id, codec, extra, name, content);
    }

    private static void require(boolean condition, String found) throws IOException {
        if (!condition) {
            throw new IOException("not a frame of the client port: " + found);
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "V" + protocol + (isRequest() ? " request " : " response ") + id + " " + message() + " of "
                + content.length + " bytes, " + (isRequest() ? "timeout " : "status ") + extra;
    }

    /** Keeps what was read, for the checksum. */
    private static final class Recorder extends InputStream {
        private final InputStream stream;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Recorder(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            int value = stream.read();
            if (value >= 0) {
                bytes.write(value);
            }
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = stream.read(target, offset, length);
            if (count > 0) {
                bytes.write(target, offset, count);
            }
            return count;
        }
    }
}

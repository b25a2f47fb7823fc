package io.slotregistry.rpc.bolt;

/**
 * One Bolt message.
 *
 * @param requestId the sender's number of the request; a response repeats it
 * @param codec how the content is encoded: {@link #HESSIAN} or {@link #PROTOBUF}
 * @param timeoutMillis how long the sender of a request waits; 0 in responses
 * @param status of a response, {@link #SUCCESS} or an error; 0 in requests
 * @param className of the content, empty for heartbeats
 */
public record Frame(
        Kind kind,
        int requestId,
        byte codec,
        int timeoutMillis,
        int status,
        String className,
        byte[] content,
        Dialect dialect) {
    public static final byte HESSIAN = 1;
    public static final byte PROTOBUF = 11;

    public static final int SUCCESS = 0;
    public static final int ERROR = 1;
    public static final int NO_PROCESSOR = 6;
    public static final int CODEC_EXCEPTION = 9;
    public static final int DESERIALIZATION_EXCEPTION = 0x12;

    static final byte[] NO_CONTENT = new byte[0];

    /** What a frame is for. */
    public enum Kind {
        REQUEST,
        /** A request that wants no response. */
        ONEWAY,
        RESPONSE,
        HEARTBEAT,
        HEARTBEAT_ACK
    }

    static Frame request(
            int requestId, byte codec, long timeoutMillis, String className, byte[] content, Dialect dialect) {
        int timeout = (int) Math.min(timeoutMillis, Integer.MAX_VALUE);
        return new Frame(Kind.REQUEST, requestId, codec, timeout, 0, className, content, dialect);
    }

    /** What answers this request. */
    Frame response(int status, String contentClass, byte[] answer) {
        return new Frame(Kind.RESPONSE, requestId, codec, 0, status, contentClass, answer, dialect);
    }

    /** In bytes, as it is on the wire but for what only clients' dialects add. */
    int length() {
        boolean response = kind == Kind.RESPONSE || kind == Kind.HEARTBEAT_ACK;
        return (response ? dialect.responseHeaderLength() : dialect.requestHeaderLength())
                + className.length()
                + content.length;
    }

    Frame heartbeatAck() {
        return new Frame(Kind.HEARTBEAT_ACK, requestId, codec, 0, SUCCESS, "", NO_CONTENT, dialect);
    }
}

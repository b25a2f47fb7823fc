package io.slotregistry.rpc.bolt;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a frame's content. Its lengths are checked before anything is allocated for them.
 *
 * @param checksum over the header, to go on with over the content; null unless the dialect has one
 */
record FrameHeader(
        Frame.Kind kind,
        int requestId,
        byte codec,
        int timeoutMillis,
        int status,
        String className,
        int contentLength,
        Dialect dialect,
        @Nullable CRC32 checksum) {
    static final int CHECKSUM_BYTES = 4;

    /** No port takes more, and no peer means it. */
    private static final int MAX_CONTENT_BYTES = 256 * 1024 * 1024;

    private static final int MAX_CLASS_NAME_BYTES = 256;
    private static final int MAX_HEADER_BYTES = 4_096;

    /**
     * Takes the next header from the input, or nothing while it is not complete.
     *
     * @throws BadFrameException when it is none
     */
    static @Nullable FrameHeader next(ByteBuf in) {
        int start = in.readerIndex();
        byte protocol = in.getByte(start);
        if (protocol != Dialect.V1.protocolCode && protocol != Dialect.V2.protocolCode) {
            throw new BadFrameException("not Bolt: it begins with byte " + protocol);
        }
        int extra = protocol == Dialect.V2.protocolCode ? 1 : 0;
        if (in.readableBytes() < 2 + extra) {
            return null;
        }
        byte type = in.getByte(start + 1 + extra);
        if (type < 0 || type > 2) {
            throw new BadFrameException("unknown frame type " + type);
        }
        int fixedLength =
                2 * extra + (type == 0 ? Dialect.V1.responseHeaderLength() : Dialect.V1.requestHeaderLength());
        if (in.readableBytes() < fixedLength) {
            return null;
        }
        int lengths = start + fixedLength - 8;
        int classLength = bounded("class name", in.getUnsignedShort(lengths), MAX_CLASS_NAME_BYTES);
        int extraLength = bounded("header", in.getUnsignedShort(lengths + 2), MAX_HEADER_BYTES);
        int contentLength = in.getInt(lengths + 4);
        if (contentLength < 0 || contentLength > MAX_CONTENT_BYTES) {
            throw new BadFrameException("content of " + contentLength + " bytes");
        }
        int length = fixedLength + classLength + extraLength;
        if (in.readableBytes() < length) {
            return null;
        }
        String className = in.toString(start + fixedLength, classLength, StandardCharsets.ISO_8859_1);
        FrameHeader header = parse(in, start, type, className, contentLength);
        if (header.checksum != null) {
            header.checksum.update(in.nioBuffer(start, length));
        }
        in.skipBytes(length);
        return header;
    }

    Frame frame(byte[] content) {
        return new Frame(kind, requestId, codec, timeoutMillis, status, className, content, dialect);
    }

    /** Of the content and what follows it. */
    long lengthAfterHeader() {
        return (long) contentLength + (checksum == null ? 0 : CHECKSUM_BYTES);
    }

    private static FrameHeader parse(ByteBuf in, int start, byte type, String className, int contentLength) {
        boolean v2 = in.getByte(start) == Dialect.V2.protocolCode;
        boolean crc = v2 && in.getByte(start + 1) == 2 && (in.getByte(start + 11) & 1) != 0;
        boolean response = type == 0;
        // From the type on both versions of the protocol have the same layout, but for one byte after the codec.
        int typeIndex = start + (v2 ? 2 : 1);
        int afterCodec = typeIndex + (v2 ? 10 : 9);
        return new FrameHeader(
                kind(in.getUnsignedShort(typeIndex + 1), response, type == 2),
                in.getInt(typeIndex + 4),
                in.getByte(typeIndex + 8),
                response ? 0 : in.getInt(afterCodec),
                response ? in.getUnsignedShort(afterCodec) : 0,
                className,
                contentLength,
                crc ? Dialect.V2_CRC : v2 ? Dialect.V2 : Dialect.V1,
                crc ? new CRC32() : null);
    }

    private static int bounded(String what, int bytes, int limit) {
        if (bytes > limit) {
            throw new BadFrameException(what + " of " + bytes + " bytes, limit " + limit);
        }
        return bytes;
    }

    private static Frame.Kind kind(int command, boolean response, boolean oneway) {
        return switch (command) {
            case 0 -> response ? Frame.Kind.HEARTBEAT_ACK : Frame.Kind.HEARTBEAT;
            case 1 -> {
                if (response) {
                    throw new BadFrameException("a response with a request's command code");
                }
                yield oneway ? Frame.Kind.ONEWAY : Frame.Kind.REQUEST;
            }
            case 2 -> {
                if (!response) {
                    throw new BadFrameException("a request with a response's command code");
                }
                yield Frame.Kind.RESPONSE;
            }
            default -> throw new BadFrameException("unknown command code " + command);
        };
    }
}

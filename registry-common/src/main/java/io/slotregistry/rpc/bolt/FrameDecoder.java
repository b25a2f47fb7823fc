package io.slotregistry.rpc.bolt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/** Cuts the byte stream into frames. Lengths are checked before anything is allocated for them. */
final class FrameDecoder extends ByteToMessageDecoder {
    private static final int MAX_CLASS_NAME_BYTES = 256;
    private static final int MAX_HEADER_BYTES = 4_096;

    private int maxContentBytes;
    private boolean broken;

    FrameDecoder(int maxContentBytes) {
        this.maxContentBytes = maxContentBytes;
    }

    /** On the channel's event loop. */
    void maxContentBytes(int bytes) {
        maxContentBytes = bytes;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            Frame frame = next(in);
            if (frame != null) {
                out.add(frame);
            }
        } catch (BadFrameException bad) {
            broken = true;
            in.skipBytes(in.readableBytes());
            throw bad;
        }
    }

    /** Null while the frame is not complete. */
    private @org.jspecify.annotations.Nullable Frame next(ByteBuf in) {
        int start = in.readerIndex();
        byte protocol = in.getByte(start);
        if (protocol != Dialect.V1.protocolCode && protocol != Dialect.V2.protocolCode) {
            throw new BadFrameException("not Bolt: it begins with byte " + protocol);
        }
        boolean v2 = protocol == Dialect.V2.protocolCode;
        int extra = v2 ? 1 : 0;
        if (in.readableBytes() < 2 + extra) {
            return null;
        }
        byte type = in.getByte(start + 1 + extra);
        if (type < 0 || type > 2) {
            throw new BadFrameException("unknown frame type " + type);
        }
        boolean response = type == 0;
        int headerLength = response ? Dialect.V1.responseHeaderLength() : Dialect.V1.requestHeaderLength();
        headerLength += 2 * extra;
        if (in.readableBytes() < headerLength) {
            return null;
        }
        int lengths = start + headerLength - 8;
        int classLength = in.getUnsignedShort(lengths);
        int extraHeaderLength = in.getUnsignedShort(lengths + 2);
        int contentLength = in.getInt(lengths + 4);
        checkLengths(classLength, extraHeaderLength, contentLength);
        Dialect dialect = !v2 ? Dialect.V1 : hasCrc(in, start) ? Dialect.V2_CRC : Dialect.V2;
        int length = headerLength + classLength + extraHeaderLength + contentLength;
        int total = length + (dialect == Dialect.V2_CRC ? 4 : 0);
        if (in.readableBytes() < total) {
            return null;
        }
        if (dialect == Dialect.V2_CRC) {
            checkCrc(in, start, length);
        }
        Frame frame = parse(
                in,
                start + 1 + extra,
                response,
                type == 2,
                dialect,
                headerLength + start,
                classLength,
                extraHeaderLength,
                contentLength);
        in.skipBytes(total);
        return frame;
    }

    private void checkLengths(int classLength, int headerLength, int contentLength) {
        if (classLength > MAX_CLASS_NAME_BYTES) {
            throw new BadFrameException("class name of " + classLength + " bytes, limit " + MAX_CLASS_NAME_BYTES);
        }
        if (headerLength > MAX_HEADER_BYTES) {
            throw new BadFrameException("header of " + headerLength + " bytes, limit " + MAX_HEADER_BYTES);
        }
        if (contentLength < 0 || contentLength > maxContentBytes) {
            throw new BadFrameException("content of " + contentLength + " bytes, limit " + maxContentBytes);
        }
    }

    private static boolean hasCrc(ByteBuf in, int start) {
        byte version = in.getByte(start + 1);
        byte protocolSwitch = in.getByte(start + 11);
        return version == 2 && (protocolSwitch & 1) != 0;
    }

    private static void checkCrc(ByteBuf in, int start, int length) {
        CRC32 crc = new CRC32();
        crc.update(in.nioBuffer(start, length));
        if ((int) crc.getValue() != in.getInt(start + length)) {
            throw new BadFrameException("CRC mismatch");
        }
    }

    /** @param typeIndex where the frame type stands; from there on both protocol versions have the same layout */
    private static Frame parse(
            ByteBuf in,
            int typeIndex,
            boolean response,
            boolean oneway,
            Dialect dialect,
            int bodyIndex,
            int classLength,
            int extraHeaderLength,
            int contentLength) {
        int command = in.getUnsignedShort(typeIndex + 1);
        int requestId = in.getInt(typeIndex + 4);
        byte codec = in.getByte(typeIndex + 8);
        int afterCodec = typeIndex + 9 + (dialect.isV2() ? 1 : 0);
        int status = response ? in.getUnsignedShort(afterCodec) : 0;
        int timeoutMillis = response ? 0 : in.getInt(afterCodec);
        Frame.Kind kind = kind(command, response, oneway);
        String className = in.toString(bodyIndex, classLength, StandardCharsets.ISO_8859_1);
        byte[] content = ByteBufUtil.getBytes(in, bodyIndex + classLength + extraHeaderLength, contentLength, true);
        return new Frame(kind, requestId, codec, timeoutMillis, status, className, content, dialect);
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

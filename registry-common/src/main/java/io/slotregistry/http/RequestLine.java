package io.slotregistry.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Percent-encodes what SDKs send as it is: spaces and bytes beyond ASCII between the method and the last
 * {@code HTTP/} of the first line, which no HTTP parser takes. Leaves the pipeline after that line.
 */
final class RequestLine extends ByteToMessageDecoder {
    static final int MAX_BYTES = 8 * 1024;
    /** When each byte takes three. */
    static final int MAX_ENCODED_BYTES = 3 * MAX_BYTES;

    private static final byte[] VERSION = " HTTP/".getBytes(StandardCharsets.US_ASCII);
    private static final String NOT_IN_A_TARGET = "\"#<>\\^`{|}";

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        skipEmptyLines(in);
        int start = in.readerIndex();
        int end = in.indexOf(start, start + Math.min(in.readableBytes(), MAX_BYTES), (byte) '\n');
        if (end >= 0) {
            byte[] line = new byte[end - start];
            in.readBytes(line).skipBytes(1);
            out.add(encode(line, context));
            context.pipeline().remove(this);
        } else if (in.readableBytes() >= MAX_BYTES) {
            in.skipBytes(in.readableBytes());
            throw new TooLongFrameException("a request line has at most " + MAX_BYTES + " bytes");
        }
    }

    /** Some clients send one before a request. */
    private static void skipEmptyLines(ByteBuf in) {
        while (in.isReadable() && isLineEnd(in.getByte(in.readerIndex()))) {
            in.skipBytes(1);
        }
    }

    private static boolean isLineEnd(byte value) {
        return value == '\r' || value == '\n';
    }

    private static ByteBuf encode(byte[] line, ChannelHandlerContext context) {
        int version = lastVersion(line);
        int target = 0;
        while (target < version && line[target] != ' ') {
            target++;
        }
        if (target == 0 || target >= version) {
            throw new CorruptedFrameException("not a request line of HTTP/1.1");
        }
        ByteBuf encoded = context.alloc().buffer(line.length + 64, MAX_ENCODED_BYTES + 1);
        encoded.writeBytes(line, 0, target + 1);
        for (int i = target + 1; i < version; i++) {
            encode(line[i], encoded);
        }
        return encoded.writeBytes(line, version, line.length - version).writeByte('\n');
    }

    /** Of {@code " HTTP/"}; what stands before may look like it too. */
    private static int lastVersion(byte[] line) {
        for (int at = line.length - VERSION.length; at > 0; at--) {
            int matching = 0;
            while (matching < VERSION.length && line[at + matching] == VERSION[matching]) {
                matching++;
            }
            if (matching == VERSION.length) {
                return at;
            }
        }
        return 0;
    }

    private static void encode(byte value, ByteBuf out) {
        if (value > ' ' && value < 0x7f && NOT_IN_A_TARGET.indexOf(value) < 0) {
            out.writeByte(value);
        } else {
            out.writeByte('%').writeByte(digit(value >> 4)).writeByte(digit(value));
        }
    }

    private static char digit(int nibble) {
        return Character.toUpperCase(Character.forDigit(nibble & 0xf, 16));
    }
}

package io.slotregistry.rpc.bolt;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A frame whose content is coming in. It takes at most twice the memory of what has come, whatever was announced. */
final class PartialFrame {
    private static final int FIRST_BYTES = 4_096;

    private final FrameHeader header;
    private byte[] content;
    private int filled;

    PartialFrame(FrameHeader header, int available) {
        this.header = header;
        this.content = new byte[Math.min(header.contentLength(), Math.max(available, FIRST_BYTES))];
    }

    /** The whole frame when the input completes it, else null. */
    @Nullable
    Frame fill(ByteBuf in) {
        while (filled < header.contentLength() && in.isReadable()) {
            if (filled == content.length) {
                content = Arrays.copyOf(content, (int) Math.min(header.contentLength(), 2L * content.length));
            }
            int bytes = Math.min(in.readableBytes(), content.length - filled);
            in.readBytes(content, filled, bytes);
            filled += bytes;
        }
        if (filled < header.contentLength() || !isIntact(in)) {
            return null;
        }
        return header.frame(content);
    }

    /** False while the checksum has not come. */
    private boolean isIntact(ByteBuf in) {
        if (header.checksum() == null) {
            return true;
        }
        if (in.readableBytes() < FrameHeader.CHECKSUM_BYTES) {
            return false;
        }
        header.checksum().update(content);
        if ((int) header.checksum().getValue() != in.readInt()) {
            throw new BadFrameException("CRC mismatch");
        }
        return true;
    }

    /** What it takes of memory. */
    int heldBytes() {
        return content.length;
    }

    /** What is to come. */
    long missingBytes() {
        return header.lengthAfterHeader() - filled;
    }
}

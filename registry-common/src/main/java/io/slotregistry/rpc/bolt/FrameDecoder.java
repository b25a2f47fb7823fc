package io.slotregistry.rpc.bolt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the byte stream into frames. What cannot be taken is read past without being kept, and told as a
 * {@link Skipped}: if its connection were closed, the peer would connect and send it again.
 */
final class FrameDecoder extends ByteToMessageDecoder {
    private final InboundMemory memory;
    private final boolean skips;
    private int maxContentBytes;
    private boolean broken;
    private @Nullable ChannelHandlerContext context;
    private @Nullable PartialFrame partial;
    private long toSkip;

    /**
     * @param skips whether frames that are too long are skipped; else they end the connection
     * @param memory of the channel's event loop
     */
    FrameDecoder(int maxContentBytes, boolean skips, InboundMemory memory) {
        this.maxContentBytes = maxContentBytes;
        this.skips = skips;
        this.memory = memory;
    }

    /** An event: a frame was left out. */
    record Skipped(String why) {}

    /** On the channel's event loop. */
    void maxContentBytes(int bytes) {
        maxContentBytes = bytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext removed) {
        memory.done(this);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (toSkip > 0) {
            int skipped = (int) Math.min(toSkip, in.readableBytes());
            in.skipBytes(skipped);
            toSkip -= skipped;
            return;
        }
        try {
            next(in, out);
        } catch (BadFrameException bad) {
            broken = true;
            partial = null;
            memory.done(this);
            in.skipBytes(in.readableBytes());
            throw bad;
        }
    }

    private void next(ByteBuf in, List<Object> out) {
        if (partial == null) {
            FrameHeader header = FrameHeader.next(in);
            if (header == null) {
                memory.hold(this, in.capacity());
                return;
            }
            if (!isTaken(header)) {
                memory.done(this);
                return;
            }
            partial = new PartialFrame(header, in.readableBytes());
        }
        Frame frame = partial.fill(in);
        if (frame == null) {
            memory.hold(this, partial.heldBytes());
        } else {
            partial = null;
            memory.done(this);
            out.add(frame);
        }
    }

    private boolean isTaken(FrameHeader header) {
        int length = header.contentLength();
        if (length <= maxContentBytes) {
            return true;
        }
        String why = "content of " + length + " bytes, limit " + maxContentBytes;
        if (!skips) {
            throw new BadFrameException(why);
        }
        skip(header.lengthAfterHeader(), why);
        return false;
    }

    /** There is no room for what has come of the frame. */
    void drop() {
        PartialFrame dropped = partial;
        partial = null;
        if (dropped != null && skips) {
            skip(dropped.missingBytes(), "no room for the rest of a frame");
        } else {
            fail("no room for the rest of a frame");
        }
    }

    /** The frame has taken too long. */
    void fail(String why) {
        partial = null;
        broken = true;
        if (context != null) {
            context.fireExceptionCaught(new BadFrameException(why));
        }
    }

    private void skip(long bytes, String why) {
        toSkip = bytes;
        if (context != null) {
            context.fireUserEventTriggered(new Skipped(why));
        }
    }
}

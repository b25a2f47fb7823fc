package io.slotregistry.meta.raft;

import com.alipay.remoting.ExtendedNettyChannelHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.slotregistry.rpc.bolt.Violations;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands before SOFABolt's decoder at the Raft port, which checks no length: its sum of lengths overflows, and it waits
 * for any frame to become complete. Only whole frames of a sane length are passed on to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for a connection to be closed.
final class RaftPortGuard extends ByteToMessageDecoder {
    /** Entries are whole views. JRaft adds them to a message until it has half a mebibyte. */
    static final int MAX_FRAME_BYTES = 4 * 1024 * 1024;

    static final int MAX_UNFINISHED_BYTES = 4 * MAX_FRAME_BYTES;
    static final long FRAME_MILLIS = 10_000;

    private static final int REQUEST_HEADER = 22;
    private static final int RESPONSE_HEADER = 20;
    private static final int LENGTHS = 8;
    private static final int V2_EXTRA = 2;
    private static final int CRC = 4;
    private static final int INCOMPLETE = -1;

    private final UnfinishedFrames unfinished;
    private final Violations violations;
    private @Nullable ScheduledFuture<?> deadline;

    RaftPortGuard(UnfinishedFrames unfinished, Violations violations) {
        this.unfinished = unfinished;
        this.violations = violations;
    }

    /** One for each connection; they share what they may hold. */
    static ExtendedNettyChannelHandler forAllConnections() {
        Violations violations = new Violations("raft", "closed");
        UnfinishedFrames shared = new UnfinishedFrames(MAX_UNFINISHED_BYTES, violations);
        return new ExtendedNettyChannelHandler() {
            @Override
            public List<ChannelHandler> frontChannelHandlers() {
                return List.of(new RaftPortGuard(shared, violations));
            }

            @Override
            public List<ChannelHandler> backChannelHandlers() {
                return List.of();
            }
        };
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        super.channelRead(context, message);
        int waiting = context.channel().isActive() ? internalBuffer().readableBytes() : 0;
        unfinished.set(context.channel(), waiting);
        watch(context, waiting > 0);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        unfinished.set(context.channel(), 0);
        watch(context, false);
        // What is left of a frame is of no use to the next decoder.
        ByteBuf left = internalBuffer();
        left.skipBytes(left.readableBytes());
        super.channelInactive(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!context.channel().isActive()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        long length = length(in);
        if (length > MAX_FRAME_BYTES) {
            in.skipBytes(in.readableBytes());
            close(context, "a frame of " + length + " bytes, limit " + MAX_FRAME_BYTES);
        } else if (length == 0) {
            in.skipBytes(in.readableBytes());
            close(context, "not Bolt");
        } else if (length != INCOMPLETE && length <= in.readableBytes()) {
            watch(context, false);
            out.add(in.readRetainedSlice((int) length));
        }
    }

    /** Of the whole frame, {@link #INCOMPLETE} while that is not known, 0 when it cannot be one. */
    private static long length(ByteBuf in) {
        int start = in.readerIndex();
        byte protocol = in.getByte(start);
        if (protocol != 1 && protocol != 2) {
            return 0;
        }
        boolean v2 = protocol == 2;
        int typeAt = start + (v2 ? 2 : 1);
        if (in.writerIndex() <= typeAt) {
            return INCOMPLETE;
        }
        int header = (in.getByte(typeAt) == 0 ? RESPONSE_HEADER : REQUEST_HEADER) + (v2 ? V2_EXTRA : 0);
        if (in.readableBytes() < header) {
            return INCOMPLETE;
        }
        int lengths = start + header - LENGTHS;
        boolean crc = v2 && in.getByte(start + 1) == 2 && (in.getByte(start + 11) & 1) != 0;
        return (long) header
                + in.getUnsignedShort(lengths)
                + in.getUnsignedShort(lengths + 2)
                + in.getUnsignedInt(lengths + 4)
                + (crc ? CRC : 0);
    }

    private void watch(ChannelHandlerContext context, boolean waits) {
        ScheduledFuture<?> running = deadline;
        if (waits && running == null) {
            deadline = context.executor()
                    .schedule(
                            () -> close(context, "a frame that is not complete after " + FRAME_MILLIS + " ms"),
                            FRAME_MILLIS,
                            TimeUnit.MILLISECONDS);
        } else if (!waits && running != null) {
            running.cancel(false);
            deadline = null;
        }
    }

    private void close(ChannelHandlerContext context, String why) {
        violations.note(String.valueOf(context.channel().remoteAddress()), why);
        context.close();
    }
}

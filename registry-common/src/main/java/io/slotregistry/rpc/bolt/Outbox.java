package io.slotregistry.rpc.bolt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent on one connection. Frames become bytes piece by piece, as the socket takes them: a peer that
 * does not read holds one piece, and a body that many are sent exists once.
 */
final class Outbox extends ChannelDuplexHandler {
    static final int PIECE = 16 * 1024;

    private final OutboundMemory memory;
    private final Deque<Letter> letters = new ArrayDeque<>();
    private long waitingBytes;
    /** Pieces that the socket was given and has not taken. */
    private int offered;

    private @Nullable ChannelHandlerContext context;

    Outbox(OutboundMemory memory) {
        this.memory = memory;
    }

    /** One frame: its own bytes, the shared ones, and what ends it. */
    private static final class Letter {
        private final ByteBuf bytes;
        private final Outgoing outgoing;
        private final int ownLength;

        Letter(Outgoing outgoing) {
            this.outgoing = outgoing;
            this.bytes = FrameEncoder.encode(outgoing);
            this.ownLength = bytes.readableBytes() - outgoing.body().length;
        }
    }

    /** Beyond what the socket has taken. */
    long waitingBytes() {
        return waitingBytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!ctx.channel().isActive()) {
            return;
        }
        Letter letter = new Letter(message instanceof Outgoing outgoing ? outgoing : new Outgoing((Frame) message));
        letters.add(letter);
        waitingBytes += letter.bytes.readableBytes();
        memory.hold(letter.ownLength, letter.outgoing.body());
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        send();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        send();
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        letters.forEach(this::forget);
        letters.clear();
        waitingBytes = 0;
        memory.closed(this);
    }

    /** As much as the socket takes now. */
    void send() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            return;
        }
        boolean written = false;
        while (!letters.isEmpty() && ctx.channel().isWritable()) {
            int piece = (int) Math.min(PIECE, waitingBytes);
            if (!memory.offer(this, piece, waitingBytes)) {
                break;
            }
            writePiece(ctx, piece);
            written = true;
        }
        if (written) {
            ctx.flush();
        }
    }

    /** The peer has taken nothing for a while, and what waits for it takes the room of others. */
    void giveUp() {
        if (context != null) {
            context.fireExceptionCaught(new BadFrameException("it does not read what it is sent"));
        }
    }

    private void writePiece(ChannelHandlerContext ctx, int length) {
        ByteBuf piece = ctx.alloc().ioBuffer(length);
        List<Outgoing> complete = new ArrayList<>(1);
        while (piece.readableBytes() < length) {
            Letter letter = letters.element();
            piece.writeBytes(letter.bytes, Math.min(length - piece.readableBytes(), letter.bytes.readableBytes()));
            if (!letter.bytes.isReadable()) {
                complete.add(letter.outgoing);
                forget(letters.remove());
            }
        }
        waitingBytes -= length;
        offered++;
        var unused = ctx.write(piece).addListener(done -> {
            offered--;
            memory.taken(this, length, offered > 0);
            if (done.isSuccess()) {
                complete.forEach(outgoing -> outgoing.written().run());
            }
        });
    }

    private void forget(Letter letter) {
        memory.release(letter.ownLength, letter.outgoing.body());
    }
}

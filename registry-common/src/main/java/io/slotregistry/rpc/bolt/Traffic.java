package io.slotregistry.rpc.bolt;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.atomic.LongAdder;

/** Counts what goes over the connections of one port and of those dialled from beside it. Callable from anywhere. */
@ChannelHandler.Sharable
public final class Traffic extends ChannelDuplexHandler {
    private final LongAdder receivedMessages = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder sentMessages = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Frame frame) {
            receivedMessages.increment();
            receivedBytes.add(frame.length());
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof Frame frame) {
            sentMessages.increment();
            sentBytes.add(frame.length());
        } else if (message instanceof Outgoing outgoing) {
            sentMessages.increment();
            sentBytes.add(outgoing.length());
        }
        var unused = context.write(message, promise);
    }

    public long receivedMessages() {
        return receivedMessages.sum();
    }

    /** Of whole frames, without what TCP adds. */
    public long receivedBytes() {
        return receivedBytes.sum();
    }

    public long sentMessages() {
        return sentMessages.sum();
    }

    /** Of whole frames, without what TCP adds. */
    public long sentBytes() {
        return sentBytes.sum();
    }
}

package io.slotregistry.rpc.bolt;

import io.netty.channel.Channel;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The peer's requests on one connection that have no answer yet, or whose answer the socket has not taken. Whether more
 * bytes are read is decided here alone, on the channel's event loop: two threads that each saw a limit passed could
 * leave a connection unread for good.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails to be written closes the channel, and that is heard.
final class Requests {
    private final Channel channel;
    private final PortSettings.Strangers limits;
    private final InboundMemory memory;
    private int count;
    private long bytes;
    private boolean closed;

    Requests(Channel channel, PortSettings.Strangers limits, InboundMemory memory) {
        this.channel = channel;
        this.limits = limits;
        this.memory = memory;
    }

    /** False when there is no room for it; otherwise {@link #end} follows once. On the channel's event loop. */
    boolean begin(Frame request) {
        if (!isAnswered(request)) {
            return true;
        }
        if (!memory.take(request.length())) {
            return false;
        }
        count++;
        bytes += request.length();
        read();
        return true;
    }

    /** The request is answered, or will not be. Callable from anywhere. */
    void end(Frame request, @Nullable Frame answer) {
        if (!isAnswered(request)) {
            return;
        }
        if (channel.eventLoop().inEventLoop()) {
            finish(request, answer);
            return;
        }
        try {
            channel.eventLoop().execute(() -> finish(request, answer));
        } catch (RejectedExecutionException stopped) {
            // Nobody reads or writes here any more.
        }
    }

    /** What is left has no room to give back when it ends. */
    void close() {
        closed = true;
        memory.answered(bytes);
    }

    private static boolean isAnswered(Frame request) {
        return request.kind() == Frame.Kind.REQUEST || request.kind() == Frame.Kind.HEARTBEAT;
    }

    private void finish(Frame request, @Nullable Frame answer) {
        if (closed) {
            return;
        }
        if (answer == null) {
            ended(request);
        } else {
            Outgoing outgoing = new Outgoing(answer, Frame.NO_CONTENT, () -> ended(request));
            channel.writeAndFlush(outgoing, channel.voidPromise());
        }
    }

    private void ended(Frame request) {
        if (!closed) {
            count--;
            bytes -= request.length();
            memory.answered(request.length());
            read();
        }
    }

    private void read() {
        boolean more = count < limits.maxUnanswered() && bytes < limits.maxUnansweredBytes();
        if (channel.config().isAutoRead() != more) {
            channel.config().setAutoRead(more);
        }
    }
}

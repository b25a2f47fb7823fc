package io.slotregistry.rpc.bolt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.concurrent.Future;
import io.slotregistry.runtime.OutOfMemory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, whoever opened it. Both sides call and answer. The public methods may be called from anywhere; state
 * belongs to the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails to be written closes the channel, and that is heard.
public final class BoltConnection extends SimpleChannelInboundHandler<Frame> {
    private static final Logger LOG = LoggerFactory.getLogger(BoltConnection.class);
    /** What may wait for a peer that does not read, beyond what its socket has taken. */
    private static final long MAX_UNSENT_BYTES = 16 * 1024 * 1024;

    private final FrameListener listener;
    private final FrameDecoder decoder;
    private final Outbox outbox;
    private final Requests requests;
    private final Pushes pushes;
    private final Channel channel;
    private final Map<Integer, Pending> pending = new HashMap<>();
    private Dialect dialect = Dialect.V1;
    private int requestIds;
    private String closeReason = "closed by peer";

    BoltConnection(
            Channel channel,
            FrameListener listener,
            FrameDecoder decoder,
            Outbox outbox,
            Requests requests,
            Pushes pushes) {
        super(Frame.class);
        this.outbox = outbox;
        this.requests = requests;
        this.pushes = pushes;
        this.channel = channel;
        this.listener = listener;
        this.decoder = decoder;
    }

    /** What becomes of a call or push. Runs on the IO thread. */
    public interface Callback {
        void replied(Frame response);

        void failed(String reason);
    }

    private record Pending(Callback callback, Future<?> timeout) {}

    /** Sends a request; exactly one method of the callback runs, once. */
    public void call(byte codec, String className, byte[] content, long timeoutMillis, Callback callback) {
        if (channel.eventLoop().inEventLoop()) {
            send(codec, className, content, timeoutMillis, callback);
        } else {
            channel.eventLoop().execute(() -> send(codec, className, content, timeoutMillis, callback));
        }
    }

    /** Each request ends with this, {@link #refuse} or {@link #leaveUnanswered}. */
    public void respond(Frame request, String className, byte[] content) {
        requests.end(request, request.response(Frame.SUCCESS, className, content));
    }

    /** Answers with a status other than success and without content. */
    public void refuse(Frame request, int status) {
        requests.end(request, request.response(status, "", Frame.NO_CONTENT));
    }

    /** Says nothing: the peer asks again when it has waited long enough. */
    public void leaveUnanswered(Frame request) {
        requests.end(request, null);
    }

    /** Closes after what was written before has gone out. */
    public void close(String reason) {
        channel.eventLoop().execute(() -> {
            closeReason = reason;
            channel.close();
        });
    }

    /** Whether a push of this size may be sent now; otherwise ask again later. No promise. */
    public boolean mayPush(long bytes) {
        return pushes.mayPush(bytes);
    }

    /**
     * Sends a request to a client whose line may be slow: the time runs only while the client could answer. The
     * callback fails when it is over, and hears of an answer that comes later all the same.
     *
     * @param body goes on with the content; not copied
     */
    public void push(byte codec, String className, byte[] content, byte[] body, long timeoutMillis, Callback callback) {
        pushes.reserve((long) content.length + body.length);
        try {
            channel.eventLoop().execute(() -> {
                Frame frame = Frame.request(++requestIds, codec, timeoutMillis, className, content, dialect);
                pushes.send(frame, body, timeoutMillis, callback);
            });
        } catch (RejectedExecutionException stopped) {
            callback.failed("stopped");
        }
    }

    /** Takes frames up to this size from now on. On the IO thread. */
    public void maxContentBytes(int bytes) {
        decoder.maxContentBytes(bytes);
    }

    /** Runs the task on the connection's IO thread after the delay. */
    public void schedule(long delayMillis, Runnable task) {
        channel.eventLoop().schedule(task, delayMillis, TimeUnit.MILLISECONDS);
    }

    /** {@code ip:port} of the other side. */
    public String remoteAddress() {
        SocketAddress remote = channel.remoteAddress();
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : String.valueOf(remote);
    }

    private void send(byte codec, String className, byte[] content, long timeoutMillis, Callback callback) {
        if (!channel.isActive()) {
            callback.failed("connection closed");
            return;
        }
        if (outbox.waitingBytes() > MAX_UNSENT_BYTES) {
            callback.failed("the peer does not read");
            return;
        }
        int id = ++requestIds;
        Future<?> timeout = channel.eventLoop()
                .schedule(
                        () -> fail(id, "no answer within " + timeoutMillis + " ms"),
                        timeoutMillis,
                        TimeUnit.MILLISECONDS);
        pending.put(id, new Pending(callback, timeout));
        channel.writeAndFlush(
                Frame.request(id, codec, timeoutMillis, className, content, dialect), channel.voidPromise());
    }

    private void fail(int requestId, String reason) {
        Pending call = pending.remove(requestId);
        if (call != null) {
            call.timeout.cancel(false);
            call.callback.failed(reason);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        listener.opened(this);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Frame frame) {
        switch (frame.kind()) {
            case REQUEST, ONEWAY -> {
                dialect = frame.dialect();
                if (requests.begin(frame)) {
                    listener.request(this, frame);
                } else {
                    listener.skipped(this, "no room for a request of " + frame.length() + " bytes");
                }
            }
            case RESPONSE -> {
                Pending call = pushes.answered(frame) ? null : pending.remove(frame.requestId());
                if (call != null) {
                    call.timeout.cancel(false);
                    call.callback.replied(frame);
                }
            }
            case HEARTBEAT -> {
                dialect = frame.dialect();
                if (requests.begin(frame)) {
                    requests.end(frame, frame.heartbeatAck());
                }
            }
            case HEARTBEAT_ACK -> {
                // The traffic itself was the point.
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            close("idle");
        } else if (event instanceof FrameDecoder.Skipped skipped) {
            listener.skipped(this, skipped.why());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        OutOfMemory.endProcessIf(cause);
        if (cause instanceof BadFrameException) {
            closeReason = String.valueOf(cause.getMessage());
            listener.violated(this, closeReason);
        } else {
            closeReason = cause.getClass().getSimpleName() + ": " + cause.getMessage();
            if (!(cause instanceof IOException)) {
                LOG.error("event=connection-failed peer={}", remoteAddress(), cause);
            }
        }
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        List<Pending> lost = new ArrayList<>(pending.values());
        pending.clear();
        for (Pending call : lost) {
            call.timeout.cancel(false);
            call.callback.failed("connection closed");
        }
        requests.close();
        pushes.close();
        listener.closed(this, closeReason);
    }
}

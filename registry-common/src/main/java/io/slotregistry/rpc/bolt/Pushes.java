package io.slotregistry.rpc.bolt;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The requests to a client whose line may be slow. The time for the answer does not run while bytes are on the way, and
 * an answer that comes late counts. What may be on the way is bounded. Belongs to the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails to be written closes the channel, and that is heard.
final class Pushes {
    /** On the way at a time. More would only delay what comes after it. */
    private static final long WINDOW = 256 * 1024;

    private static final int MAX_OPEN = 4_096;

    private final Channel channel;
    private final OutboundMemory memory;
    private final AtomicLong unread = new AtomicLong();
    /** In the order in which they were sent, until they are answered. */
    private final Map<Integer, Push> open = new LinkedHashMap<>();

    private int lastAnswered;
    private long answeredNanos;

    Pushes(Channel channel, OutboundMemory memory) {
        this.channel = channel;
        this.memory = memory;
    }

    private static final class Push {
        private final int id;
        private final long bytes;
        private final long timeoutNanos;
        private final BoltConnection.Callback callback;
        private long writtenNanos;
        private boolean read;
        private boolean failed;

        Push(int id, long bytes, long timeoutMillis, BoltConnection.Callback callback) {
            this.id = id;
            this.bytes = bytes;
            this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            this.callback = callback;
        }
    }

    /** Whether so much may be sent now; callable from anywhere, and no promise. */
    boolean mayPush(long bytes) {
        long before = unread.get();
        return memory.hasRoom(bytes) && (before < WINDOW / 2 || before + bytes <= WINDOW);
    }

    /** Comes before {@link #send}, which happens later; callable from anywhere. */
    void reserve(long bytes) {
        unread.addAndGet(bytes);
    }

    void send(Frame frame, byte[] body, long timeoutMillis, BoltConnection.Callback callback) {
        Push push = new Push(frame.requestId(), (long) frame.content().length + body.length, timeoutMillis, callback);
        if (!channel.isActive()) {
            isRead(push);
            callback.failed("connection closed");
            return;
        }
        open.put(push.id, push);
        forgetOldest();
        channel.writeAndFlush(new Outgoing(frame, body, () -> written(push)), channel.voidPromise());
    }

    /** False when the response is to something else. */
    boolean answered(Frame response) {
        Push push = open.remove(response.requestId());
        if (push == null) {
            return false;
        }
        isRead(push);
        // What was sent before has been read, too.
        for (Push earlier : open.values()) {
            if (earlier.id > push.id) {
                break;
            }
            isRead(earlier);
        }
        lastAnswered = Math.max(lastAnswered, push.id);
        answeredNanos = now();
        push.callback.replied(response);
        return true;
    }

    void close() {
        List<Push> lost = new ArrayList<>(open.values());
        open.clear();
        for (Push push : lost) {
            if (!push.failed) {
                push.callback.failed("connection closed");
            }
        }
    }

    private void written(Push push) {
        push.writtenNanos = now();
        checkIn(push.timeoutNanos, push);
    }

    private void check(Push push) {
        if (!open.containsKey(push.id)) {
            return;
        }
        boolean overtaken = push.id < lastAnswered;
        long since = overtaken ? push.writtenNanos : Math.max(push.writtenNanos, answeredNanos);
        long left = since + push.timeoutNanos - now();
        if (left > 0) {
            checkIn(left, push);
        } else if (!overtaken && isOnTheWay()) {
            checkIn(push.timeoutNanos / 4, push);
        } else {
            push.failed = true;
            isRead(push);
            push.callback.failed("no answer within " + TimeUnit.NANOSECONDS.toMillis(push.timeoutNanos) + " ms");
        }
    }

    private void checkIn(long nanos, Push push) {
        channel.eventLoop().schedule(() -> check(push), nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether the peer's TCP has not acknowledged all that it was sent, or takes no more. */
    private boolean isOnTheWay() {
        if (channel instanceof EpollSocketChannel socket && socket.isOpen()) {
            EpollTcpInfo info = socket.tcpInfo();
            return info.unacked() > 0 || info.backoff() > 0;
        }
        return false;
    }

    private void isRead(Push push) {
        if (!push.read) {
            push.read = true;
            unread.addAndGet(-push.bytes);
        }
    }

    private void forgetOldest() {
        Iterator<Push> oldest = open.values().iterator();
        if (open.size() > MAX_OPEN && oldest.next().failed) {
            oldest.remove();
        }
    }

    private long now() {
        return channel.eventLoop().ticker().nanoTime();
    }
}

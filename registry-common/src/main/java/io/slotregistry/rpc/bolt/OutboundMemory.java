package io.slotregistry.rpc.bolt;

import io.netty.util.concurrent.EventExecutor;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits to be sent on the connections of one IO thread, in bytes; a body that many connections share counts once.
 * When there is too much, connections end whose socket has taken nothing for a while. Belongs to that thread.
 */
final class OutboundMemory {
    /** So little to send may use what is kept in reserve: others must not wait for those that do not read. */
    private static final int LITTLE = 16 * 1024;

    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long CHECK_MILLIS = 200;

    private final EventExecutor thread;
    private final long maxBytes;
    private final Map<byte[], Integer> bodies = new IdentityHashMap<>();
    /** Since when their sockets have taken nothing of what they were given; the longest comes first. */
    private final Map<Outbox, Long> offered = new LinkedHashMap<>();

    private final Set<Outbox> waiting = new LinkedHashSet<>();
    private boolean checking;
    /** Of frames and bodies. Changed by the thread, read by all. */
    private final AtomicLong frameBytes = new AtomicLong();

    /** Of what sockets were given and have not taken. */
    private long pieceBytes;

    /** @param maxBytes of frames and of pieces each; beyond that there is a reserve of as much again */
    OutboundMemory(EventExecutor thread, long maxBytes) {
        this.thread = thread;
        this.maxBytes = maxBytes;
    }

    /** Whether so much may be sent; callable from anywhere, and no promise. */
    boolean hasRoom(long more) {
        // What is larger than all there is must be sent, too.
        long held = frameBytes.get();
        return more <= LITTLE ? held + more <= 2 * maxBytes : held + Math.min(more, maxBytes / 2) <= maxBytes;
    }

    /** A frame waits. */
    void hold(long ownBytes, byte[] body) {
        long more = body.length > 0 && bodies.merge(body, 1, Integer::sum) == 1 ? ownBytes + body.length : ownBytes;
        if (frameBytes.addAndGet(more) > maxBytes) {
            check();
        }
    }

    /** It has been sent, or never will be. */
    void release(long ownBytes, byte[] body) {
        boolean last = body.length > 0 && bodies.merge(body, -1, (count, one) -> count > 1 ? count - 1 : null) == null;
        frameBytes.addAndGet(last ? -ownBytes - body.length : -ownBytes);
    }

    /**
     * Whether the socket may be given a piece. When it may not, the outbox is called again.
     *
     * @param waitingBytes all that it has to send
     */
    boolean offer(Outbox outbox, int piece, long waitingBytes) {
        if (pieceBytes > 0 && pieceBytes + piece > (waitingBytes <= LITTLE ? 2 * maxBytes : maxBytes)) {
            waiting.add(outbox);
            check();
            return false;
        }
        pieceBytes += piece;
        offered.putIfAbsent(outbox, now());
        return true;
    }

    /** @param more whether the socket has been given more that it has not taken */
    void taken(Outbox outbox, int piece, boolean more) {
        pieceBytes -= piece;
        offered.remove(outbox);
        if (more) {
            offered.put(outbox, now());
        }
    }

    void closed(Outbox outbox) {
        offered.remove(outbox);
        waiting.remove(outbox);
    }

    private void check() {
        if (!checking) {
            checking = true;
            var unused = thread.schedule(this::relieve, CHECK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void relieve() {
        checking = false;
        while (isFull() && !offered.isEmpty()) {
            Map.Entry<Outbox, Long> longest = offered.entrySet().iterator().next();
            if (now() - longest.getValue() < STUCK_NANOS) {
                break;
            }
            offered.remove(longest.getKey());
            longest.getKey().giveUp();
        }
        Set<Outbox> resumed = new LinkedHashSet<>(waiting);
        waiting.clear();
        resumed.forEach(Outbox::send);
        if (isFull()) {
            check();
        }
    }

    private boolean isFull() {
        return frameBytes.get() > maxBytes || pieceBytes > maxBytes || !waiting.isEmpty();
    }

    private long now() {
        return thread.ticker().nanoTime();
    }
}

package io.slotregistry.rpc.bolt;

import io.netty.util.concurrent.EventExecutor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What peers make one IO thread hold for one port: frames that are not complete, and requests without an answer. When
 * there is no room, the oldest unfinished frame makes way, since one that is still coming in is a young one. Belongs to
 * that thread.
 */
final class InboundMemory {
    private final EventExecutor thread;
    private final long maxBytes;
    private final long frameMillis;
    /** The one that began first comes first. */
    private final Map<FrameDecoder, Unfinished> unfinished = new LinkedHashMap<>();

    private long unfinishedBytes;
    private long unansweredBytes;

    /** @param frameMillis in which a frame must be complete; 0 for no limit */
    InboundMemory(EventExecutor thread, long maxBytes, long frameMillis) {
        this.thread = thread;
        this.maxBytes = maxBytes;
        this.frameMillis = frameMillis;
    }

    private record Unfinished(long bytes, long sinceNanos) {}

    /** The frame is not complete and takes this much. */
    void hold(FrameDecoder frame, long bytes) {
        Unfinished before = unfinished.get(frame);
        if (before == null && unfinished.isEmpty() && frameMillis > 0) {
            expireIn(TimeUnit.MILLISECONDS.toNanos(frameMillis));
        }
        long since = before == null ? thread.ticker().nanoTime() : before.sinceNanos;
        unfinished.put(frame, new Unfinished(bytes, since));
        unfinishedBytes += bytes - (before == null ? 0 : before.bytes);
        while (unfinishedBytes > 0 && unfinishedBytes + unansweredBytes > maxBytes) {
            FrameDecoder oldest = unfinished.keySet().iterator().next();
            done(oldest);
            oldest.drop();
        }
    }

    /** The frame is complete or will never be. */
    void done(FrameDecoder frame) {
        Unfinished before = unfinished.remove(frame);
        if (before != null) {
            unfinishedBytes -= before.bytes;
        }
    }

    /** False when there is no room for the request; otherwise {@link #answered} follows. */
    boolean take(long bytes) {
        if (unansweredBytes > 0 && unansweredBytes + bytes > maxBytes) {
            return false;
        }
        unansweredBytes += bytes;
        return true;
    }

    void answered(long bytes) {
        unansweredBytes -= bytes;
    }

    private void expireIn(long nanos) {
        var unused = thread.schedule(this::expire, nanos, TimeUnit.NANOSECONDS);
    }

    private void expire() {
        long limit = TimeUnit.MILLISECONDS.toNanos(frameMillis);
        while (!unfinished.isEmpty()) {
            Map.Entry<FrameDecoder, Unfinished> oldest =
                    unfinished.entrySet().iterator().next();
            long age = thread.ticker().nanoTime() - oldest.getValue().sinceNanos;
            if (age < limit) {
                expireIn(limit - age);
                return;
            }
            FrameDecoder late = oldest.getKey();
            done(late);
            late.fail("a frame was not complete within " + frameMillis + " ms");
        }
    }
}

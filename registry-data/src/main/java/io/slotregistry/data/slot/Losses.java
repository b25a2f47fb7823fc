package io.slotregistry.data.slot;

import io.slotregistry.runtime.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publishers of one service that were lost within one window, and until when they are shown all the same if they were
 * too many. Kept by {@link LossGuard}. Belongs to the loop of the slot.
 */
final class Losses {
    private static final long NEVER = Long.MIN_VALUE;

    private final long sinceMillis;
    private final List<MirrorEntry> held = new ArrayList<>();
    private long heldUntilMillis = NEVER;
    private int count;
    private int shown;
    private EventLoop.@Nullable Timer timer;

    Losses(long sinceMillis) {
        this.sinceMillis = sinceMillis;
    }

    long sinceMillis() {
        return sinceMillis;
    }

    /** A publisher that comes back and is lost again counts once. */
    void add(MirrorEntry entry) {
        if (entry.losses != this) {
            entry.losses = this;
            count++;
        }
    }

    /** Subscribers do not see it any more, for another reason. */
    static void forget(MirrorEntry entry) {
        if (entry.losses != null) {
            entry.losses.count--;
            entry.losses = null;
        }
    }

    /** How many were lost; some of them may be back. */
    int count() {
        return count;
    }

    /** Subscribers see that one of them is gone. */
    void countShown() {
        shown++;
    }

    int shown() {
        return shown;
    }

    /** They are too many; losses that come later do not change until when they are held. */
    void holdUntil(long millis) {
        if (heldUntilMillis == NEVER) {
            heldUntilMillis = millis;
        }
    }

    /** They were too many. */
    boolean areHeld() {
        return heldUntilMillis != NEVER;
    }

    boolean areHeldAt(long nowMillis) {
        return nowMillis < heldUntilMillis;
    }

    long heldUntilMillis() {
        return heldUntilMillis;
    }

    /** What is held: shown though no session has it any more. */
    List<MirrorEntry> held() {
        return held;
    }

    void startTimer(EventLoop.Timer started) {
        timer = started;
    }

    /** What was held, which is held no longer. */
    List<MirrorEntry> end(long nowMillis) {
        if (timer != null) {
            timer.cancel();
        }
        heldUntilMillis = Math.min(heldUntilMillis, nowMillis);
        List<MirrorEntry> ended = List.copyOf(held);
        held.clear();
        return ended;
    }
}

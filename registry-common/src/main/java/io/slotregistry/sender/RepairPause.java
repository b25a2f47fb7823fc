package io.slotregistry.sender;

/**
 * When that which still differs is repaired again: at once the first time, then after pauses that double, so that a
 * disagreement that no repair ends costs little. Belongs to the loop of what it is about.
 */
public final class RepairPause {
    private static final long FIRST_MILLIS = 1_000;
    private static final int MOST_DOUBLINGS = 6;

    private int repairs;
    private long overMillis;

    /** True when it is to be repaired now; the next pause begins then. */
    public boolean begin(long nowMillis) {
        if (millisLeft(nowMillis) > 0) {
            return false;
        }
        overMillis = nowMillis + (FIRST_MILLIS << Math.min(repairs, MOST_DOUBLINGS));
        repairs++;
        return true;
    }

    /** How long the present pause lasts; 0 when there is none. */
    public long millisLeft(long nowMillis) {
        return repairs == 0 ? 0 : Math.max(0, overMillis - nowMillis);
    }

    /** How often it was repaired without effect, as far as is known. */
    public int repairs() {
        return repairs;
    }

    /** Nothing differs any more. */
    public void helped() {
        repairs = 0;
    }
}

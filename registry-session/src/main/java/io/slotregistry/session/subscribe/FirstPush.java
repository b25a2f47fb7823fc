package io.slotregistry.session.subscribe;

/**
 * When a subscriber of one service gets its first list while the cluster warms up: it may know nothing and wait, but
 * what is known may be a part. Belongs to the loop of its slot.
 */
final class FirstPush {
    /** A list that has not grown for so long is taken for complete, unless it is empty. */
    static final long QUIET_MILLIS = 1_000;

    /** Existing clients wait three to five seconds for a first list. */
    static final long LATEST_MILLIS = 2_500;

    private long knownMillis = -1;
    private long grownMillis;

    /** The list has become known, or longer. */
    void grown(long nowMillis) {
        if (knownMillis < 0) {
            knownMillis = nowMillis;
        }
        grownMillis = nowMillis;
    }

    /** How long a subscriber is still to wait; 0 when it may be pushed to. */
    long waitMillis(long nowMillis, long subscribedMillis, boolean empty) {
        long latest = Math.max(subscribedMillis, knownMillis) + LATEST_MILLIS;
        long wanted = empty ? latest : Math.min(latest, grownMillis + QUIET_MILLIS);
        return Math.max(0, wanted - nowMillis);
    }

    /** Whether the list is shown although it may be growing. */
    boolean showsPart(long nowMillis) {
        return nowMillis - grownMillis < QUIET_MILLIS;
    }
}

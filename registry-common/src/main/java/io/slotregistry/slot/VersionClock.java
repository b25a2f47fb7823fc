package io.slotregistry.slot;

import io.slotregistry.runtime.NodeClock;

/**
 * A hybrid logical clock (Kulkarni et al., 2014) on the scale of {@link Version}: it follows the {@link VersionLease}
 * of the cluster and monotonic time, never the node's wall clock, and is never behind a version it was shown. Belongs
 * to one loop.
 */
public final class VersionClock {
    private final NodeClock clock;
    private long base;
    private long baseMillis;
    private long limit;
    private long last;

    public VersionClock(NodeClock clock) {
        this.clock = clock;
    }

    /** Earlier leases than the one that is known change nothing. */
    public void follow(VersionLease lease) {
        if (lease.from() > time()) {
            base = lease.from();
            baseMillis = clock.monotonicMillis();
        }
        limit = Math.max(limit, lease.to());
    }

    /** Whether a lease is known. Versions that are made before may be smaller than earlier ones. */
    public boolean isSet() {
        return limit > 0;
    }

    /** What time it is by this clock, however long the lease is over; 0 when none is known. */
    public long time() {
        return base == 0 ? 0 : base + Version.span(clock.monotonicMillis() - baseMillis);
    }

    /** Greater than all versions made and seen before. When the lease is over, as little as possible. */
    public long next() {
        last = Math.max(last + 1, Math.min(time(), limit));
        return last;
    }

    /** Takes notice of a version made elsewhere. */
    public void witness(long version) {
        last = Math.max(last, version);
    }

    public long last() {
        return last;
    }

    /** Whether the time of the lease has passed: the next versions will not be known to a cluster that starts anew. */
    public boolean isLeaseOver() {
        return isSet() && time() > limit;
    }
}

package io.slotregistry.slot;

import io.slotregistry.runtime.NodeClock;

/**
 * A hybrid logical clock (Kulkarni et al., 2014) on the scale of {@link Version}: never behind the wall clock, never
 * behind a version it was shown. Belongs to one loop.
 */
public final class VersionClock {
    private final NodeClock clock;
    private long last;

    public VersionClock(NodeClock clock) {
        this.clock = clock;
    }

    /** Greater than all versions made and seen before. */
    public long next() {
        last = Math.max(last + 1, Version.ofMillis(clock.wallMillis()));
        return last;
    }

    /** Takes notice of a version made elsewhere. */
    public void witness(long version) {
        last = Math.max(last, version);
    }

    public long last() {
        return last;
    }
}

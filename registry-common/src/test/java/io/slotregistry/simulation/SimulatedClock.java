package io.slotregistry.simulation;

import io.slotregistry.runtime.NodeClock;

/** A node's clock in virtual time; its wall time can be wrong and can jump. */
public final class SimulatedClock implements NodeClock {
    private static final long EPOCH_MILLIS = 1_790_000_000_000L;

    private final VirtualTime time;
    private long offsetMillis;

    public SimulatedClock(VirtualTime time, long offsetMillis) {
        this.time = time;
        this.offsetMillis = offsetMillis;
    }

    public void jump(long millis) {
        offsetMillis += millis;
    }

    @Override
    public long wallMillis() {
        return EPOCH_MILLIS + offsetMillis + time.nowMillis();
    }

    @Override
    public long monotonicMillis() {
        return time.nowMillis();
    }
}

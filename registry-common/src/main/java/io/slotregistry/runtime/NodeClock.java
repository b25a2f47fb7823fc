package io.slotregistry.runtime;

/** The only source of time of a core. */
public interface NodeClock {
    /** Milliseconds since the epoch; may jump. */
    long wallMillis();

    /** Milliseconds on a scale of its own that never goes back. */
    long monotonicMillis();

    static NodeClock system() {
        return new NodeClock() {
            @Override
            public long wallMillis() {
                return System.currentTimeMillis();
            }

            @Override
            public long monotonicMillis() {
                return System.nanoTime() / 1_000_000;
            }
        };
    }
}

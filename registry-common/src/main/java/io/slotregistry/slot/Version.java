package io.slotregistry.slot;

/** The scale of datum versions that existing clients know: {@code (epochMillis - 1546272000000) << 15 | sequence}. */
public final class Version {
    /** The first version that is only presumed: see {@link #isPresumed}. */
    public static final long UNKNOWN = 1;

    private static final long LAST_PRESUMED = 1L << 30;

    private static final long SCALE_START_MILLIS = 1_546_272_000_000L;
    private static final int SEQUENCE_BITS = 15;

    private Version() {}

    /**
     * Whether the version, or its absence, says "there may be more than this". Smaller than any real version, so it is
     * shown to a client that knows nothing and ignored by one that knows something.
     */
    public static boolean isPresumed(long version) {
        return version <= LAST_PRESUMED;
    }

    /** How much versions grow in that time. */
    public static long span(long millis) {
        return millis << SEQUENCE_BITS;
    }

    /** The least version of that millisecond. */
    public static long ofMillis(long epochMillis) {
        return span(epochMillis - SCALE_START_MILLIS);
    }

    /** The millisecond that the version was made in, by the clock that the cluster's versions follow. */
    public static long toMillis(long version) {
        return (version >> SEQUENCE_BITS) + SCALE_START_MILLIS;
    }
}

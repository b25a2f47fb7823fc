package io.slotregistry.slot;

/** The scale of datum versions that existing clients know: {@code (epochMillis - 1546272000000) << 15 | sequence}. */
public final class Version {
    /** Says "nothing is known": shown to a client that knows nothing, ignored by one that knows something. */
    public static final long UNKNOWN = 1;

    private static final long SCALE_START_MILLIS = 1_546_272_000_000L;
    private static final int SEQUENCE_BITS = 15;

    private Version() {}

    /** The least version of that millisecond. */
    public static long ofMillis(long epochMillis) {
        return (epochMillis - SCALE_START_MILLIS) << SEQUENCE_BITS;
    }

    /** The millisecond that the version was made in, by its maker's clock. */
    public static long toMillis(long version) {
        return (version >> SEQUENCE_BITS) + SCALE_START_MILLIS;
    }
}

package io.slotregistry.data;

import io.slotregistry.data.slot.GuardSettings;

/**
 * @param heartbeatMillis between two heartbeats to meta
 * @param mirrorLeaseMillis how long the publications of a session process are kept after it was heard last, when
 *     neither meta lists it nor a connection from it is open; longer than clients need to reconnect
 * @param mirrorHardLimitMillis when they go even though meta still lists the process
 * @param trustEmptyAfterMillis how long after a slot was complete first a service without publishers counts as empty
 *     instead of unknown
 * @param takeoverMillis for how long the clients at one address must hold a registerId nowhere before a client at
 *     another address gets it
 * @param timelineEvents how many events are remembered, for each event loop
 * @param guard when losses are held back
 */
public record DataSettings(
        long heartbeatMillis,
        long mirrorLeaseMillis,
        long mirrorHardLimitMillis,
        long trustEmptyAfterMillis,
        long takeoverMillis,
        int timelineEvents,
        GuardSettings guard) {
    public static final DataSettings DEFAULTS =
            new DataSettings(1_000, 15_000, 3_600_000, 30_000, 15_000, 10_000, GuardSettings.DEFAULTS);

    public DataSettings {
        requireRange("heartbeatMillis", heartbeatMillis, 10, 60_000);
        requireRange("mirrorLeaseMillis", mirrorLeaseMillis, 100, 3_600_000);
        requireRange("mirrorHardLimitMillis", mirrorHardLimitMillis, mirrorLeaseMillis, 86_400_000);
        requireRange("trustEmptyAfterMillis", trustEmptyAfterMillis, 0, 3_600_000);
        requireRange("takeoverMillis", takeoverMillis, 0, 3_600_000);
        requireRange("timelineEvents", timelineEvents, 1, 10_000_000);
    }

    public DataSettings withGuard(GuardSettings newGuard) {
        return new DataSettings(
                heartbeatMillis,
                mirrorLeaseMillis,
                mirrorHardLimitMillis,
                trustEmptyAfterMillis,
                takeoverMillis,
                timelineEvents,
                newGuard);
    }

    public DataSettings withMirrorLeaseMillis(long newMillis) {
        return new DataSettings(
                heartbeatMillis,
                newMillis,
                mirrorHardLimitMillis,
                trustEmptyAfterMillis,
                takeoverMillis,
                timelineEvents,
                guard);
    }

    public DataSettings withTimelineEvents(int newEvents) {
        return new DataSettings(
                heartbeatMillis,
                mirrorLeaseMillis,
                mirrorHardLimitMillis,
                trustEmptyAfterMillis,
                takeoverMillis,
                newEvents,
                guard);
    }

    private static void requireRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " out of range " + min + ".." + max + ": " + value);
        }
    }
}

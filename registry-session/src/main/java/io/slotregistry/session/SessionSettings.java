package io.slotregistry.session;

import io.slotregistry.session.subscribe.PushSettings;

/**
 * @param heartbeatMillis between two heartbeats to meta
 * @param renewMillis between two renews to each data server; a quarter more or less by chance
 * @param graceMillis how long the publications of a closed connection stay for their client to come back; 0 for not at
 *     all
 * @param graceMicrosPerRegistration how much longer for each registration of that connection, as clients register one
 *     by one; with it at most the handover time
 * @param handoverMillis how long those of a client stay that was asked to go to another session
 * @param maxPublishersPerClient of one connection, for each event loop; what is beyond is answered but not taken
 * @param maxSubscribersPerClient of one connection, for each event loop, and as many configurators
 * @param timelineEvents how many events of publications are remembered, and as many of pushes, for each event loop
 */
public record SessionSettings(
        long heartbeatMillis,
        long renewMillis,
        long graceMillis,
        long graceMicrosPerRegistration,
        long handoverMillis,
        int maxPublishersPerClient,
        int maxSubscribersPerClient,
        int timelineEvents,
        PushSettings push) {
    public static final SessionSettings DEFAULTS =
            new SessionSettings(1_000, 1_000, 2_000, 2_000, 15_000, 20_000, 100_000, 10_000, PushSettings.DEFAULTS);

    public SessionSettings {
        requireRange("heartbeatMillis", heartbeatMillis, 10, 60_000);
        requireRange("renewMillis", renewMillis, 10, 60_000);
        requireRange("graceMillis", graceMillis, 0, 600_000);
        requireRange("graceMicrosPerRegistration", graceMicrosPerRegistration, 0, 1_000_000);
        requireRange("handoverMillis", handoverMillis, 0, 600_000);
        requireRange("maxPublishersPerClient", maxPublishersPerClient, 1, 10_000_000);
        requireRange("maxSubscribersPerClient", maxSubscribersPerClient, 1, 10_000_000);
        requireRange("timelineEvents", timelineEvents, 1, 10_000_000);
    }

    public SessionSettings withTimelineEvents(int newEvents) {
        return new SessionSettings(
                heartbeatMillis,
                renewMillis,
                graceMillis,
                graceMicrosPerRegistration,
                handoverMillis,
                maxPublishersPerClient,
                maxSubscribersPerClient,
                newEvents,
                push);
    }

    public SessionSettings withPush(PushSettings newPush) {
        return new SessionSettings(
                heartbeatMillis,
                renewMillis,
                graceMillis,
                graceMicrosPerRegistration,
                handoverMillis,
                maxPublishersPerClient,
                maxSubscribersPerClient,
                timelineEvents,
                newPush);
    }

    /** Of a connection that had so many registrations. */
    public long graceMillis(int registrations) {
        return graceMillis(graceMillis, graceMicrosPerRegistration, registrations);
    }

    long graceMillis(long leastMillis, long microsPerRegistration, int registrations) {
        if (leastMillis == 0) {
            return 0;
        }
        long wanted = leastMillis + microsPerRegistration * registrations / 1_000;
        return Math.max(leastMillis, Math.min(wanted, handoverMillis));
    }

    private static void requireRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " out of range " + min + ".." + max + ": " + value);
        }
    }
}

package io.slotregistry.simulation.cluster;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import io.slotregistry.runtime.Limit;
import io.slotregistry.session.subscribe.PushSettings;
import io.slotregistry.simulation.cluster.SimulatedCluster.Settings;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Limits so small that a run of a seed reaches them: a simulated cluster is far too small for the usual ones. */
final class TightLimits {
    /** Seeds with the usual limits. */
    private static final int USUAL_EACH_SEEDS = 4;

    private TightLimits() {}

    /** What the servers of a run are set to: each limit is small in about half of the seeds. */
    static Settings of(long seed, Settings usual) {
        if (seed % USUAL_EACH_SEEDS == 0) {
            return usual;
        }
        SplittableRandom random = new SplittableRandom(seed);
        Map<Limit, Integer> tight = new EnumMap<>(Limit.class);
        for (Limit limit : Limit.values()) {
            if (random.nextBoolean()) {
                tight.put(limit, random.nextInt(1, most(limit) + 1));
            }
        }
        int timelineEvents = tight.getOrDefault(Limit.TIMELINE, usual.data().timelineEvents());
        return new Settings(
                usual.meta(),
                usual.data().withTimelineEvents(timelineEvents),
                usual.session()
                        .withTimelineEvents(timelineEvents)
                        .withPush(push(tight, usual.session().push())),
                ImmutableMap.copyOf(Maps.filterKeys(tight, Limit::isHere)));
    }

    /** Collected and paced for less time than a change may take to be seen. */
    private static PushSettings push(Map<Limit, Integer> tight, PushSettings usual) {
        return new PushSettings(
                usual.timeoutMillis(),
                usual.firstRetryMillis(),
                usual.maxRetryMillis(),
                tight.containsKey(Limit.PUSH_COST) ? 15 : usual.maxIntervalMillis(),
                tight.getOrDefault(Limit.PUSH_COST, (int) usual.unitsPerMilli()),
                tight.getOrDefault(Limit.PUSH_BURST, usual.burstPerConnection()),
                tight.containsKey(Limit.PUSH_BURST) ? 500 : usual.ratePerConnection());
    }

    private static int most(Limit limit) {
        return switch (limit) {
            case MESSAGE_BYTES, CHUNK_BYTES -> 1_000;
            case CHANGES_OWED, WATCHES_OWED, WATCHES_KEPT, PUSH_BURST -> 3;
            case REMOVALS, UNPUBLISHED -> 6;
            case HISTORY, PUSH_COST -> 8;
            case TIMELINE -> 64;
        };
    }
}

package io.slotregistry.simulation.cluster;

import com.google.common.collect.ImmutableMap;
import io.slotregistry.runtime.Limit;
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
            int value = random.nextInt(1, most(limit) + 1);
            if (random.nextBoolean()) {
                tight.put(limit, value);
            }
        }
        return new Settings(usual.meta(), usual.data(), usual.session(), ImmutableMap.copyOf(tight));
    }

    private static int most(Limit limit) {
        return switch (limit) {
            case MESSAGE_BYTES, CHUNK_BYTES -> 1_000;
            case CHANGES_OWED, WATCHES_OWED, WATCHES_KEPT -> 3;
            case REMOVALS, UNPUBLISHED -> 6;
            case HISTORY -> 8;
        };
    }
}

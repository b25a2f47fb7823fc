package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** {@code -Dsimulation.firstSeed=… -Dsimulation.seeds=…} repeat a seed or run more of them. */
class ChaosTest {
    private static final long FIRST_SEED = Long.getLong("simulation.firstSeed", 1);
    private static final long SEEDS = Long.getLong("simulation.seeds", 1_500);
    private static final int REPEATED_SEEDS = 5;
    private static final int SEEDS_THAT_REACH_EVERY_LIMIT = 300;

    @Test
    void allInvariantsHoldForEverySeed() {
        Figures figures = new Figures();
        List<String> violations = LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .parallel()
                .mapToObj(seed -> {
                    ChaosRun run = new ChaosRun(seed);
                    String violation = run.run();
                    figures.add(run);
                    return violation;
                })
                .filter(violation -> !violation.isEmpty())
                .limit(5)
                .toList();
        System.out.println(figures);
        assertThat(violations).isEmpty();
        if (SEEDS >= SEEDS_THAT_REACH_EVERY_LIMIT) {
            assertThat(figures.limits())
                    .allSatisfy((limit, times) -> assertThat(times).isPositive());
        }
    }

    @Test
    void aSeedGivesTheSameTraceTwice() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + REPEATED_SEEDS; seed++) {
            ChaosRun first = new ChaosRun(seed);
            first.run();
            ChaosRun second = new ChaosRun(seed);
            second.run();
            assertThat(second.cluster.time.traceHash()).as("seed %d", seed).isEqualTo(first.cluster.time.traceHash());
            assertThat(second.faults.counts()).isEqualTo(first.faults.counts());
        }
    }
}

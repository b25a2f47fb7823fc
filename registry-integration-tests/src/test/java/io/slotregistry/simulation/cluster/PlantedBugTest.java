package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The invariants are worth something only if they find bugs. */
class PlantedBugTest {
    private static final long MAX_SEEDS = 1_000;

    @ParameterizedTest
    @EnumSource
    void isFound(PlantedBug bug) {
        String found = "";
        for (long seed = 1; seed <= MAX_SEEDS && found.isEmpty(); seed++) {
            found = new ChaosRun(seed, bug.plant()).run();
        }
        assertThat(bug.explains(found)).as("%s found: %s", bug, found).isTrue();
    }
}

package io.slotregistry.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.VirtualTime;
import org.junit.jupiter.api.Test;

class VersionClockTest {
    private final SimulatedClock clock = new SimulatedClock(new VirtualTime(1), 0);
    private final VersionClock versions = new VersionClock(clock);

    @Test
    void growsWhenTheWallClockStandsStillOrGoesBack() {
        long first = versions.next();
        long second = versions.next();
        clock.jump(-3_600_000);
        long third = versions.next();
        assertThat(second).isGreaterThan(first);
        assertThat(third).isGreaterThan(second);
    }

    @Test
    void isNeverBehindTheWallClock() {
        versions.next();
        clock.jump(1_000);
        assertThat(Version.toMillis(versions.next())).isEqualTo(clock.wallMillis());
    }

    @Test
    void isNeverBehindAVersionItWasShown() {
        long elsewhere = Version.ofMillis(clock.wallMillis() + 60_000);
        versions.witness(elsewhere);
        assertThat(versions.next()).isGreaterThan(elsewhere);
    }
}

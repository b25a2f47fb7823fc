package io.slotregistry.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.VirtualTime;
import org.junit.jupiter.api.Test;

class VersionClockTest {
    private static final long FROM = Version.ofMillis(1_790_000_000_000L);
    private static final long TO = FROM + Version.span(60_000);

    private final VirtualTime time = new VirtualTime(1);
    private final SimulatedClock clock = new SimulatedClock(time, 0);
    private final VersionClock versions = new VersionClock(clock);

    @Test
    void followsTheLeaseAndTimeWhateverTheWallClockSays() {
        versions.follow(new VersionLease(FROM, TO));
        assertThat(versions.next()).isEqualTo(FROM);
        assertThat(versions.next()).isEqualTo(FROM + 1);
        clock.jump(-3_600_000);
        time.runFor(1_000);
        assertThat(versions.next()).isEqualTo(FROM + Version.span(1_000));
        clock.jump(7_200_000);
        assertThat(versions.next()).isEqualTo(FROM + Version.span(1_000) + 1);
    }

    @Test
    void isNeverBehindAVersionItWasShown() {
        versions.follow(new VersionLease(FROM, TO));
        long elsewhere = FROM + Version.span(30_000);
        versions.witness(elsewhere);
        assertThat(versions.next()).isGreaterThan(elsewhere);
    }

    @Test
    void aLaterLeaseMovesItAheadAndAnEarlierOneChangesNothing() {
        versions.follow(new VersionLease(FROM, TO));
        versions.follow(new VersionLease(TO, TO + Version.span(60_000)));
        assertThat(versions.next()).isEqualTo(TO);
        versions.follow(new VersionLease(FROM, TO));
        time.runFor(10);
        assertThat(versions.next()).isEqualTo(TO + Version.span(10));
    }

    @Test
    void goesPastALeaseThatIsOverByAsLittleAsPossible() {
        versions.follow(new VersionLease(FROM, TO));
        time.runFor(60_000);
        assertThat(versions.isLeaseOver()).isFalse();
        time.runFor(60_000);
        assertThat(versions.isLeaseOver()).isTrue();
        assertThat(versions.next()).isEqualTo(TO);
        assertThat(versions.next()).isEqualTo(TO + 1);
    }
}

package io.slotregistry.data.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.ClientLosses;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.VirtualTime;
import org.junit.jupiter.api.Test;

class NetworkFaultsTest {
    private final VirtualTime time = new VirtualTime(1);
    private final NetworkFaults faults = new NetworkFaults(new SimulatedClock(time, 0));
    private final ProcessId one = new FakeSession("one").process;
    private final ProcessId other = new FakeSession("other").process;

    @Test
    void aThirdOfTheAddressesOfASessionMeansTheNetwork() {
        time.runFor(100_000);
        faults.told(other, losses(0, 1_000));
        faults.told(one, losses(9, 30));
        assertThat(explains(one)).isFalse();
        faults.told(one, losses(10, 30));
        assertThat(explains(one)).isTrue();
        assertThat(explains(other)).isFalse();
    }

    @Test
    void fewerThanTenNeverDo() {
        time.runFor(100_000);
        faults.told(one, losses(9, 9));
        assertThat(explains(one)).isFalse();
    }

    @Test
    void aThirdOfAllSessionsTogetherMeansTheNetworkForAll() {
        time.runFor(100_000);
        faults.told(one, losses(6, 15));
        faults.told(other, losses(3, 15));
        assertThat(explains(one)).isFalse();
        faults.told(other, losses(4, 15));
        assertThat(explains(one)).isTrue();
        assertThat(explains(other)).isTrue();
    }

    @Test
    void whatWasToldLongAgoIsNotAddedUp() {
        time.runFor(100_000);
        faults.told(one, losses(9, 15));
        time.runFor(3_001);
        faults.told(other, losses(9, 15));
        assertThat(explains(one)).isFalse();
    }

    @Test
    void whatIsLostLaterHasAnotherReason() {
        time.runFor(100_000);
        faults.told(one, losses(10, 10));
        time.runFor(1_001);
        assertThat(explains(one)).isFalse();
    }

    private boolean explains(ProcessId session) {
        return faults.explain(session, time.nowMillis());
    }

    private static ClientLosses losses(int lost, int publishing) {
        return ClientLosses.newBuilder().setLost(lost).setPublishing(publishing).build();
    }
}

package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.proto.SnapshotReason;
import io.slotregistry.simulation.cluster.LastingDisagreement.What;
import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import io.slotregistry.simulation.cluster.SimulatedCluster.Layout;
import io.slotregistry.simulation.cluster.SimulatedCluster.Settings;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Two servers never agree about one service: that costs little, and the other services of its slot next to nothing. */
class DisagreementScenarioTest {
    private static final String WRONG = "service-0";
    private static final long VISIBLE_MILLIS = 50;
    /** How long one session's bad mirror may hold up the others. */
    private static final long HELD_UP_MILLIS = 5_000;

    private static final long REPLACED_MILLIS = 5_000 + 2_000;

    private LastingDisagreement disagreement = new LastingDisagreement(What.PUBLICATIONS, WRONG);
    private SimulatedCluster cluster = cluster();

    @Test
    void aMirrorThatStaysWrongIsRepairedLessAndLessOften() {
        cluster.time.runFor(2_000);
        publishWrong();
        cluster.time.runFor(64_000);
        // After 0, 1, 3, 7, 15, 31 and 63 seconds, and a renew each, for each of two replicas.
        assertThat(disagreement.repairs()).isBetween(2 * 3, 2 * 7);
        assertThat(mismatches()).as("counted once for each replica").isEqualTo(2);
        assertThat(near().streams().snapshotsSent(SnapshotReason.MISMATCH)).isEqualTo(disagreement.repairs());

        disagreement.end();
        cluster.time.runFor(66_000);
        int repairs = disagreement.repairs();
        cluster.time.runFor(130_000);
        assertThat(disagreement.repairs()).isEqualTo(repairs);
        assertThat(mismatches()).isEqualTo(2);
    }

    @Test
    void aWrongMirrorHoldsUpALossForABoundedTime() {
        Subscriber consumer = cluster.clientOf(near()).subscribe(healthy());
        SimulatedClient first = cluster.clientOf(far());
        SimulatedClient second = cluster.clientOf(far());
        Publisher one = first.publish(healthy(), "10.0.0.1");
        Publisher other = second.publish(healthy(), "10.0.0.2");
        cluster.clientOf(far()).publish(healthy(), "10.0.0.3");
        within(5_000, () -> consumer.sees().size() == 3);
        publishWrong();
        long grace = cluster.settings().session().graceMillis();
        first.close();
        within(grace + HELD_UP_MILLIS, () -> !consumer.sees().contains(one.data()));
        // By now nobody waits for that mirror any more.
        second.close();
        within(grace + VISIBLE_MILLIS, () -> !consumer.sees().contains(other.data()));
    }

    @Test
    void aWrongMirrorHoldsUpANewLeaderForABoundedTime() {
        Subscriber consumer = cluster.clientOf(near()).subscribe(healthy());
        Publisher provider = cluster.clientOf(far()).publish(healthy(), "10.0.0.1");
        within(5_000, () -> consumer.sees().contains(provider.data()));
        publishWrong();
        leader().crash();
        provider.republish("10.0.0.2");
        within(REPLACED_MILLIS + HELD_UP_MILLIS, () -> consumer.sees().contains("10.0.0.2"));
    }

    @Test
    void aWrongMirrorStillGetsWhatChanges() {
        Subscriber consumer = cluster.clientOf(far()).subscribe(healthy());
        publishWrong();
        cluster.time.runFor(20_000);
        Publisher provider = cluster.clientOf(near()).publish(healthy(), "10.0.0.1");
        within(VISIBLE_MILLIS, () -> consumer.sees().contains(provider.data()));
    }

    @Test
    void contentThatNeverFitsIsAskedForLessAndLessOftenAndAloneOfItsSlot() {
        disagreement = new LastingDisagreement(What.CONTENTS, WRONG);
        cluster = cluster();
        Subscriber consumer = cluster.clientOf(near()).subscribe(healthy());
        Subscriber misled = cluster.clientOf(near()).subscribe(WRONG);
        Publisher provider = cluster.clientOf(far()).publish(healthy(), "10.0.0.1");
        within(5_000, () -> consumer.sees().contains(provider.data()));
        long repeated = watchRepairs();
        publishWrong();
        cluster.time.runFor(64_000);
        assertThat(disagreement.repairs()).isBetween(3, 8);
        assertThat(watchRepairs()).as("of the whole slot").isEqualTo(repeated);
        provider.republish("10.0.0.2");
        within(VISIBLE_MILLIS, () -> consumer.sees().contains(provider.data()));
        assertThat(misled.sees()).isEmpty();

        disagreement.end();
        within(66_000, () -> !misled.sees().isEmpty());
    }

    @Test
    void watchesThatNeverAgreeAreRepeatedLessAndLessOftenWhileChangesAreTold() {
        disagreement = new LastingDisagreement(What.WATCHES, WRONG);
        cluster = cluster();
        cluster.clientOf(near()).subscribe(WRONG);
        Subscriber consumer = cluster.clientOf(near()).subscribe(healthy());
        Publisher provider = cluster.clientOf(far()).publish(healthy(), "10.0.0.1");
        within(5_000, () -> consumer.sees().contains(provider.data()));
        disagreement.begin();
        for (int i = 2; i < 34; i++) {
            cluster.time.runFor(2_000);
            provider.republish("10.0.0." + i);
            within(VISIBLE_MILLIS, () -> consumer.sees().contains(provider.data()));
        }
        assertThat(disagreement.repairs()).isBetween(3, 7);
    }

    private SimulatedCluster cluster() {
        return new SimulatedCluster(42, new Layout(1, 3, 2), Settings.UNGUARDED, disagreement).ready();
    }

    private SimulatedCluster.Session near() {
        return cluster.sessions.get(0);
    }

    private SimulatedCluster.Session far() {
        return cluster.sessions.get(1);
    }

    private void publishWrong() {
        disagreement.begin();
        cluster.clientOf(near()).publish(WRONG, "10.0.0.9");
    }

    /** Another service of the same slot. */
    private String healthy() {
        int slot = cluster.slotOf(SimulatedClient.dataInfoId(WRONG));
        for (int i = 1; ; i++) {
            if (cluster.slotOf(SimulatedClient.dataInfoId("service-" + i)) == slot) {
                return "service-" + i;
            }
        }
    }

    private SimulatedCluster.Data leader() {
        var owners = cluster.log.view().owners(cluster.slotOf(SimulatedClient.dataInfoId(WRONG)));
        return cluster.datas.stream()
                .filter(data -> data.id.equals(owners.leader()))
                .findFirst()
                .orElseThrow();
    }

    private long mismatches() {
        return cluster.datas.stream().mapToLong(SimulatedNode::mismatchesFound).sum();
    }

    private long watchRepairs() {
        return cluster.datas.stream()
                .mapToLong(data -> data.streams().watchRepairs())
                .sum();
    }

    private void within(long millis, BooleanSupplier seen) {
        assertThat(cluster.time.runUntil(seen, millis)).isTrue();
    }
}

package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.rpc.Address;
import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Some servers do not reach some others, while everybody else does, for as long as the scenario lasts. */
class PartitionScenarioTest {
    /** Two attempts of a session that time out, the time to see what else it misses, and a leader that hears all. */
    private static final long REROUTED_MILLIS = 2 * 2_000 + 2_000 + 2_000;

    /** The lease of a node that meta does not hear, and a new leader. */
    private static final long REPLACED_MILLIS = 5_000 + 2_000;

    private final SimulatedCluster cluster = new SimulatedCluster(42, 3, 2).ready();
    private final SimulatedCluster.Session near = cluster.sessions.get(0);
    private final Publisher provider = cluster.clientOf(cluster.sessions.get(1)).publish("orders", "10.0.0.1");
    private final Subscriber consumer = cluster.clientOf(near).subscribe("orders");

    @ParameterizedTest
    @ValueSource(strings = {"there", "back", "both"})
    void aSessionThatDoesNotReachTheLeaderIsServedByAnother(String direction) {
        awaitSees(5_000, "10.0.0.1");
        SimulatedCluster.Data leader = leader();
        cut(near.address, leader.address, direction);
        neverEmpty();
        provider.republish("10.0.0.2");
        awaitSees(REROUTED_MILLIS, "10.0.0.2");
        cluster.time.runFor(REROUTED_MILLIS);
        assertThat(leader()).isNotEqualTo(leader);
        provider.republish("10.0.0.3");
        awaitSees(50, "10.0.0.3");

        cluster.network.heal();
        cluster.time.runFor(10_000);
        provider.republish("10.0.0.4");
        awaitSees(50, "10.0.0.4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"there", "back", "both"})
    void aSessionThatMetaDoesNotHearGoesOn(String direction) {
        awaitSees(5_000, "10.0.0.1");
        cluster.metas.forEach(meta -> cut(near.address, meta.address, direction));
        neverEmpty();
        for (int i = 2; i < 20; i++) {
            provider.republish("10.0.0." + i);
            awaitSees(1_500, "10.0.0." + i);
            cluster.time.runFor(2_000);
        }
        Publisher own = cluster.clientOf(near).publish("stock", "10.0.0.1");
        Subscriber far = cluster.clientOf(cluster.sessions.get(1)).subscribe("stock");
        assertThat(cluster.time.runUntil(() -> far.sees().contains(own.data()), 1_500))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"there", "back", "both"})
    void aLeaderThatMetaDoesNotHearIsReplacedAndNobodyIsMisled(String direction) {
        awaitSees(5_000, "10.0.0.1");
        SimulatedCluster.Data leader = leader();
        cluster.metas.forEach(meta -> cut(leader.address, meta.address, direction));
        neverEmpty();
        provider.republish("10.0.0.2");
        awaitSees(50, "10.0.0.2");
        cluster.time.runFor(REPLACED_MILLIS);
        provider.republish("10.0.0.3");
        awaitSees(1_500, "10.0.0.3");
    }

    @Test
    void aSessionThatReachesNoDataServerKeepsWhatItHas() {
        awaitSees(5_000, "10.0.0.1");
        cluster.datas.forEach(data -> cut(near.address, data.address, "both"));
        provider.unpublish();
        cluster.time.runFor(20_000);
        assertThat(consumer.sees()).containsExactly("10.0.0.1");
        cluster.network.heal();
        awaitSees(3_000);
    }

    @Test
    void aSessionThatReachesNoDataServerHoldsUpTheOthersForABoundedTime() {
        awaitSees(5_000, "10.0.0.1");
        SimulatedCluster.Session lonely = cluster.sessions.get(1);
        cluster.clientOf(lonely).publish("orders", "10.0.0.9");
        awaitSees(5_000, "10.0.0.1", "10.0.0.9");
        cluster.datas.forEach(data -> cut(lonely.address, data.address, "both"));
        leader().crash();
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).contains("10.0.0.9"));
        cluster.clientOf(near).publish("orders", "10.0.0.2");
        awaitSees(26_000, "10.0.0.1", "10.0.0.2", "10.0.0.9");
    }

    @Test
    void aClientMovesToASessionThatNeitherMetaNorTheLeaderHears() {
        SimulatedClient mover = cluster.clientOf(cluster.sessions.get(1));
        mover.publish("orders", "10.0.0.9");
        Subscriber far = cluster.clientOf(cluster.sessions.get(1)).subscribe("orders");
        awaitSees(5_000, "10.0.0.1", "10.0.0.9");
        cluster.metas.forEach(meta -> cut(near.address, meta.address, "both"));
        assertThat(cluster.time.runUntil(() -> !cluster.log.view().contains(near.process()), REPLACED_MILLIS))
                .isTrue();
        cut(near.address, leader().address, "both");
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).contains("10.0.0.9"));
        mover.disconnect();
        mover.connect(near);
        cluster.time.runFor(5_000);
        cluster.network.heal();
        cluster.clientOf(near).publish("orders", "10.0.0.2");
        awaitSees(5_000, "10.0.0.1", "10.0.0.2", "10.0.0.9");
        assertThat(cluster.time.runUntil(() -> far.sees().equals(consumer.sees()), 1_000))
                .isTrue();
    }

    @Test
    void aClientIsNotMissedWhoseLastRegistrationTheLeaderHearsOfOnlyWhenItIsLost() {
        Address first = cluster.sessions.get(1).address;
        SimulatedClient mover = cluster.clientOf(cluster.sessions.get(1));
        Publisher moving = mover.publish("orders", "10.0.0.9");
        awaitSees(5_000, "10.0.0.1", "10.0.0.9");
        Address leader = leader().address;
        cut(first, leader, "there");
        cut(near.address, leader, "there");
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).hasSize(2));
        moving.republish("10.0.0.2");
        mover.disconnect();
        mover.connect(near);
        cluster.time.runFor(1_000);
        cluster.network.mend(first, leader);
        cluster.time.runFor(3_000);
        assertThat(leader().address).isEqualTo(leader);
        cluster.network.heal();
        awaitSees(5_000, "10.0.0.1", "10.0.0.2");
    }

    @Test
    void aVersionThatOnlyOneSessionWasToldIsNotForgottenWhileItsSubscriberReconnects() {
        Subscriber far = cluster.clientOf(cluster.sessions.get(1)).subscribe("stock");
        Publisher staying = cluster.clientOf(near).publish("stock", "10.0.0.1");
        SimulatedClient reconnecting = cluster.clientOf(near);
        Subscriber own = reconnecting.subscribe("stock");
        assertThat(cluster.time.runUntil(() -> far.sees().size() + own.sees().size() == 2, 5_000))
                .isTrue();
        cut(leader(own.dataInfoId).address, cluster.sessions.get(1).address, "there");
        Publisher last = cluster.clientOf(near).publish("stock", "10.0.0.7");
        assertThat(cluster.time.runUntil(() -> own.sees().contains(last.data()), 1_000))
                .isTrue();
        leader(own.dataInfoId).crash();
        last.unpublish();
        reconnecting.disconnect();
        cluster.time.runFor(10);
        reconnecting.connect(near);
        cluster.network.heal();
        cluster.time.runFor(10_000);
        assertThat(far.sees()).containsExactly(staying.data());
        assertThat(own.sees()).containsExactly(staying.data());
    }

    @Test
    void aVersionThatOnlyALostSessionWasToldIsOutdone() {
        SimulatedCluster.Session other = cluster.sessions.get(1);
        Subscriber far = cluster.clientOf(other).subscribe("stock");
        Publisher staying = cluster.clientOf(other).publish("stock", "10.0.0.1");
        Subscriber own = cluster.clientOf(near).subscribe("stock");
        assertThat(cluster.time.runUntil(() -> far.sees().size() + own.sees().size() == 2, 5_000))
                .isTrue();
        cut(leader(own.dataInfoId).address, other.address, "there");
        Publisher last = cluster.clientOf(near).publish("stock", "10.0.0.7");
        assertThat(cluster.time.runUntil(() -> own.sees().contains(last.data()), 1_000))
                .isTrue();
        leader(own.dataInfoId).crash();
        last.unpublish();
        cluster.time.runFor(20);
        near.crash();
        cluster.network.heal();
        cluster.time.runFor(30_000);
        assertThat(far.sees()).containsExactly(staying.data());
        assertThat(own.sees()).containsExactly(staying.data());
    }

    private void neverEmpty() {
        cluster.onPush(subscriber -> assertThat(consumer.sees()).isNotEmpty());
    }

    private void cut(Address one, Address other, String direction) {
        if (!direction.equals("back")) {
            cluster.network.cut(one, other);
        }
        if (!direction.equals("there")) {
            cluster.network.cut(other, one);
        }
    }

    private SimulatedCluster.Data leader() {
        return leader(consumer.dataInfoId);
    }

    private SimulatedCluster.Data leader(String dataInfoId) {
        var owners = cluster.log.view().owners(cluster.slotOf(dataInfoId));
        return cluster.datas.stream()
                .filter(data -> data.id.equals(owners.leader()))
                .findFirst()
                .orElseThrow();
    }

    private void awaitSees(long millis, String... data) {
        boolean seen = cluster.time.runUntil(
                () -> consumer.wasCalled() && consumer.sees().equals(new TreeSet<>(List.of(data))), millis);
        assertThat(seen).as("sees %s", consumer.sees()).isTrue();
    }
}

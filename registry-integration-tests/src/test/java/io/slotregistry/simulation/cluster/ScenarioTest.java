package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import io.slotregistry.simulation.cluster.SimulatedCluster.Layout;
import io.slotregistry.simulation.cluster.SimulatedCluster.Settings;
import org.junit.jupiter.api.Test;

class ScenarioTest {
    private final SimulatedCluster cluster = new SimulatedCluster(42, new Layout(1, 2, 2), Settings.UNGUARDED).ready();

    @Test
    void aSubscriberSeesAServiceAppearChangeAndDisappear() {
        Subscriber consumer = cluster.client().subscribe("orders");
        awaitCalled(consumer);
        assertThat(consumer.sees()).isEmpty();

        Publisher provider = cluster.client().publish("orders", "10.0.0.1");
        awaitSees(consumer, "10.0.0.1");
        provider.republish("10.0.0.2");
        awaitSees(consumer, "10.0.0.2");
        provider.unpublish();
        awaitSees(consumer);
    }

    @Test
    void aLateSubscriberIsPushedWhatThereIs() {
        cluster.client().publish("orders", "10.0.0.1");
        cluster.time.runFor(1_000);
        awaitSees(cluster.client().subscribe("orders"), "10.0.0.1");
    }

    @Test
    void aClosedConnectionIsSeenAfterTheGraceTimeAndABlipIsNot() {
        SimulatedClient provider = cluster.client();
        provider.publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.client().subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        int pushes = consumer.pushes;
        provider.disconnect();
        cluster.time.runFor(5_000);
        assertThat(consumer.pushes).isEqualTo(pushes);

        provider.close();
        cluster.time.runFor(450);
        assertThat(consumer.sees()).containsExactly("10.0.0.1");
        awaitSees(consumer);
    }

    @Test
    void aRepublicationWithEqualContentCausesNoPush() {
        Publisher provider = cluster.client().publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.client().subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        int pushes = consumer.pushes;
        provider.republish("10.0.0.1");
        cluster.time.runFor(5_000);
        assertThat(consumer.pushes).isEqualTo(pushes);
    }

    @Test
    void aKilledDataServerIsReplacedWithoutAPush() {
        cluster.client().publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.client().subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        int pushes = consumer.pushes;
        cluster.datas.get(0).crash();
        cluster.time.runFor(10_000);
        assertThat(consumer.pushes).isEqualTo(pushes);
        cluster.client().publish("orders", "10.0.0.2");
        awaitSees(consumer, "10.0.0.1", "10.0.0.2");
    }

    @Test
    void aKilledSessionsClientsMoveWithoutBeingMissed() {
        SimulatedClient provider = cluster.client();
        provider.publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.client().subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).containsExactly("10.0.0.1"));
        cluster.sessions.get(0).crash();
        cluster.time.runFor(30_000);
        assertThat(provider.session()).isNotNull();
        assertThat(consumer.sees()).containsExactly("10.0.0.1");
    }

    @Test
    void aNewDataServerTakesSlotsWithoutAPush() {
        for (int i = 0; i < 40; i++) {
            cluster.client().publish("service-" + i, "10.0.0." + i);
        }
        SimulatedClient consumer = cluster.client();
        for (int i = 0; i < 40; i++) {
            consumer.subscribe("service-" + i);
        }
        cluster.time.runFor(5_000);
        cluster.onPush(subscriber -> {
            throw new AssertionError("pushed again: " + subscriber.dataInfoId);
        });
        SimulatedCluster.Data joined = cluster.addData();
        cluster.time.runFor(20_000);
        assertThat(cluster.log.view().slots())
                .filteredOn(slot -> joined.id.equals(slot.leader()))
                .hasSizeBetween(5, 6);
    }

    @Test
    void theLastDataServersReturnsEmptyAndIsFilledFromTheSessions() {
        cluster.client().publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.client().subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).contains("10.0.0.1"));
        cluster.datas.forEach(SimulatedNode::crash);
        cluster.time.runFor(3_000);
        cluster.datas.forEach(SimulatedCluster.Data::start);
        cluster.time.runFor(10_000);
        cluster.client().publish("orders", "10.0.0.2");
        awaitSees(consumer, "10.0.0.1", "10.0.0.2");
    }

    @Test
    void aLostNotificationIsHealedByTheNextRenew() {
        Subscriber consumer = cluster.client().subscribe("orders");
        awaitCalled(consumer);
        cluster.network.drop(request -> request.hasChanges());
        cluster.client().publish("orders", "10.0.0.1");
        cluster.time.runFor(2_000);
        assertThat(consumer.sees()).isEmpty();
        cluster.network.heal();
        awaitSees(consumer, "10.0.0.1");
    }

    @Test
    void aLeaderThatNeverHeardADeadSessionWaitsForItsClients() {
        SimulatedClient provider = cluster.clientOf(cluster.sessions.get(0));
        provider.returnsBetween(5_000, 8_000);
        provider.publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.clientOf(cluster.sessions.get(1)).subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).contains("10.0.0.1"));
        cluster.sessions.get(0).crash();
        cluster.datas.forEach(SimulatedNode::crash);
        cluster.time.runFor(100);
        cluster.datas.forEach(SimulatedCluster.Data::start);
        cluster.clientOf(cluster.sessions.get(1)).publish("orders", "10.0.0.2");
        assertThat(cluster.time.runUntil(() -> consumer.sees().size() == 2, 20_000))
                .isTrue();
    }

    @Test
    void whoKnowsNothingIsShownWhatThereIsWhileALeaderWaits() {
        SimulatedCluster larger = new SimulatedCluster(42, 2, 3).ready();
        SimulatedClient provider = larger.clientOf(larger.sessions.get(0));
        provider.returnsBetween(8_000, 9_000);
        provider.publish("orders", "10.0.0.1");
        Subscriber consumer = larger.clientOf(larger.sessions.get(1)).subscribe("orders");
        assertThat(larger.time.runUntil(() -> consumer.sees().contains("10.0.0.1"), 5_000))
                .isTrue();
        larger.sessions.get(0).crash();
        larger.datas.forEach(SimulatedNode::crash);
        larger.time.runFor(100);
        larger.datas.forEach(SimulatedCluster.Data::start);
        larger.time.runFor(5_000);
        larger.clientOf(larger.sessions.get(1)).publish("orders", "10.0.0.2");
        larger.time.runFor(100);
        Subscriber newcomer = larger.clientOf(larger.sessions.get(2)).subscribe("orders");
        larger.time.runFor(1_000);
        assertThat(newcomer.sees()).containsExactly("10.0.0.2");
        assertThat(consumer.sees()).containsExactly("10.0.0.1");
        assertThat(larger.time.runUntil(() -> newcomer.sees().size() == 2, 20_000))
                .isTrue();
    }

    @Test
    void aRegistrationThatASlowSessionReportsLateStaysUnpublished() {
        SimulatedClient provider = cluster.clientOf(cluster.sessions.get(0));
        Subscriber consumer = cluster.clientOf(cluster.sessions.get(1)).subscribe("orders");
        awaitCalled(consumer);
        cluster.sessions.get(0).pause();
        Publisher publisher = provider.publish("orders", "10.0.0.1");
        cluster.time.runFor(1);
        provider.disconnect();
        cluster.time.runFor(1);
        provider.connect(cluster.sessions.get(1));
        awaitSees(consumer, "10.0.0.1");
        publisher.unpublish();
        awaitSees(consumer);
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).isEmpty());
        cluster.sessions.get(0).resume();
        cluster.time.runFor(5_000);
        assertThat(consumer.sees()).isEmpty();
    }

    @Test
    void aClientThatMovedToASessionWhichTheLeaderHearsLateIsNotMissed() {
        SimulatedCluster.Session from = cluster.sessions.get(0);
        SimulatedCluster.Session to = cluster.sessions.get(1);
        SimulatedClient provider = cluster.clientOf(from);
        provider.publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.clientOf(from).subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).contains("10.0.0.1"));
        cluster.datas.forEach(data -> cluster.network.cut(to.address, data.address));
        provider.disconnect();
        provider.connect(to);
        cluster.time.runFor(3_000);
        cluster.network.heal();
        cluster.clientOf(to).publish("orders", "10.0.0.2");
        awaitSees(consumer, "10.0.0.1", "10.0.0.2");

        cluster.onPush(subscriber -> {});
        provider.close();
        awaitSees(consumer, "10.0.0.2");
    }

    @Test
    void aClientThatMovedToASessionWhichNobodyHearsIsNotMissed() {
        SimulatedCluster.Session from = cluster.sessions.get(0);
        SimulatedCluster.Session to = cluster.sessions.get(1);
        SimulatedClient provider = cluster.clientOf(from);
        provider.publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.clientOf(from).subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).contains("10.0.0.1"));
        cluster.datas.forEach(data -> cluster.network.cut(to.address, data.address));
        cluster.network.cut(to.address, cluster.metas.get(0).address);
        provider.disconnect();
        provider.connect(to);
        cluster.time.runFor(8_000);
        assertThat(cluster.log.view().contains(to.process())).isFalse();
        cluster.network.heal();
        cluster.clientOf(from).publish("orders", "10.0.0.2");
        awaitSees(consumer, "10.0.0.1", "10.0.0.2");
    }

    @Test
    void aSessionThatTheClusterDoesNotKnowTakesNoClients() {
        SimulatedCluster.Session session = cluster.sessions.get(0);
        session.crash();
        cluster.time.runFor(3_000);
        cluster.network.drop(request -> request.hasHeartbeat()
                && request.getHeartbeat().getSelf().getProcess().startsWith("session/session-0"));
        session.start();
        cluster.time.runFor(3_000);
        assertThat(session.open).isFalse();
        cluster.network.heal();
        assertThat(cluster.time.runUntil(() -> session.open, 3_000)).isTrue();
        assertThat(cluster.log.view().contains(session.process())).isTrue();
    }

    @Test
    void aSessionThatIsNeverHeardDoesNotKeepALostPublisherForEver() {
        SimulatedCluster.Session silent = cluster.sessions.get(1);
        SimulatedClient provider = cluster.clientOf(cluster.sessions.get(0));
        provider.publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.clientOf(cluster.sessions.get(0)).subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        cluster.datas.forEach(data -> cluster.network.cut(silent.address, data.address));
        provider.close();
        assertThat(cluster.time.runUntil(() -> consumer.sees().isEmpty(), 20_000))
                .isTrue();
    }

    @Test
    void aLostPublisherIsNotReplacedByWhatADeadSessionHeldOfIt() {
        SimulatedClient provider = cluster.clientOf(cluster.sessions.get(0));
        Publisher publisher = provider.publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.clientOf(cluster.sessions.get(1)).subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        cluster.sessions.get(0).crash();
        cluster.time.runFor(3_000);
        assertThat(provider.session()).isNotNull();
        publisher.republish("10.0.0.2");
        awaitSees(consumer, "10.0.0.2");
        provider.close();
        awaitSees(consumer);
    }

    @Test
    void whatADeposedLeaderSendsIsIgnored() {
        SimulatedCluster.Session near = cluster.sessions.get(0);
        SimulatedCluster.Session far = cluster.sessions.get(1);
        Subscriber consumer = cluster.clientOf(near).subscribe("orders");
        awaitCalled(consumer);
        int slotId = cluster.slotOf(consumer.dataInfoId);
        SimulatedCluster.Data deposed = leaderOf(consumer);
        cluster.metas.forEach(meta -> cluster.network.cut(meta.address, deposed.address));
        cluster.metas.forEach(meta -> cluster.network.cut(deposed.address, meta.address));
        cluster.network.cut(near.address, deposed.address);
        cluster.network.cut(deposed.address, near.address);
        cluster.network.cut(deposed.address, far.address);
        deposed.clock.jump(60_000);
        Publisher publisher = cluster.clientOf(far).publish("orders", "10.0.0.1");
        cluster.time.runFor(50);
        cluster.network.cut(far.address, deposed.address);
        cluster.time.runFor(8_000);
        awaitSees(consumer, "10.0.0.1");
        publisher.unpublish();
        awaitSees(consumer);

        cluster.onPush(subscriber -> assertThat(subscriber.sees()).isEmpty());
        cluster.network.mend(deposed.address, near.address);
        cluster.time.runFor(5_000);
        assertThat(java.util.Objects.requireNonNull(deposed.server)
                        .view()
                        .owners(slotId)
                        .leader())
                .isEqualTo(deposed.id);
        assertThat(consumer.sees()).isEmpty();
    }

    @Test
    void aNewLeaderDoesNotShowWhatWasReplacedUnderTheLastOne() {
        SimulatedCluster.Session session = cluster.sessions.get(0);
        SimulatedClient provider = cluster.clientOf(session);
        Publisher publisher = provider.publish("orders", "10.0.0.1");
        Subscriber consumer = cluster.clientOf(cluster.sessions.get(1)).subscribe("orders");
        awaitSees(consumer, "10.0.0.1");
        SimulatedCluster.Data leader = leaderOf(consumer);
        cluster.datas.forEach(data -> cluster.network.cut(session.address, data.address));
        cluster.network.mend(session.address, leader.address);
        publisher.republish("10.0.0.2");
        awaitSees(consumer, "10.0.0.2");

        cluster.onPush(subscriber -> assertThat(subscriber.sees()).doesNotContain("10.0.0.1"));
        leader.crash();
        provider.close();
        cluster.time.runFor(1_000);
        cluster.network.heal();
        awaitSees(consumer);
    }

    private SimulatedCluster.Data leaderOf(Subscriber subscriber) {
        var owners = cluster.log.view().owners(cluster.slotOf(subscriber.dataInfoId));
        return cluster.datas.stream()
                .filter(data -> data.id.equals(owners.leader()))
                .findFirst()
                .orElseThrow();
    }

    private void awaitCalled(Subscriber subscriber) {
        assertThat(cluster.time.runUntil(subscriber::wasCalled, 5_000)).isTrue();
    }

    private void awaitSees(Subscriber subscriber, String... data) {
        boolean seen = cluster.time.runUntil(
                () -> subscriber.wasCalled()
                        && subscriber.sees().equals(new java.util.TreeSet<>(java.util.List.of(data))),
                5_000);
        assertThat(seen).as("sees %s", subscriber.sees()).isTrue();
    }
}

package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import io.slotregistry.simulation.cluster.SimulatedCluster.Layout;
import io.slotregistry.simulation.cluster.SimulatedCluster.Settings;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients at another address that use a registerId which they have read. */
class IntruderScenarioTest {
    private static final long TAKEOVER_MILLIS = Settings.DEFAULTS.data().takeoverMillis();
    private static final long GRACE_MILLIS = Settings.DEFAULTS.session().graceMillis();

    private final SimulatedCluster cluster = new SimulatedCluster(7, new Layout(1, 3, 2), Settings.UNGUARDED).ready();
    private final SimulatedClient provider = cluster.clientOf(cluster.sessions.get(0));
    private final Publisher publisher = provider.publish("orders", "theirs");
    private final Subscriber subscriber = cluster.client().subscribe("orders");

    IntruderScenarioTest() {
        see("theirs");
        cluster.onPush(taken -> assertThat(taken.sees()).isNotEmpty());
    }

    @AfterEach
    void newcomersSeeTheSame() {
        Subscriber newcomer = cluster.client().subscribe("orders");
        assertThat(cluster.time.runUntil(() -> newcomer.sees().equals(subscriber.sees()), 1_000))
                .isTrue();
    }

    @Test
    void nothingIsShownOfThemAndNothingTakenAwayOnAnySession() {
        int pushes = subscriber.pushes;
        for (SimulatedCluster.Session session : cluster.sessions) {
            Intruder intruder = new Intruder(cluster, session, "10.9.0.1");
            intruder.publish(publisher, "mine", 2);
            cluster.time.runFor(2_000);
            intruder.publish(publisher, "mine", Long.MAX_VALUE);
            cluster.time.runFor(2_000);
            intruder.unpublish(publisher, Long.MAX_VALUE);
            cluster.time.runFor(2_000);
            intruder.publish(publisher, "mine", Long.MAX_VALUE);
            intruder.close();
            cluster.time.runFor(20_000);
        }
        assertThat(subscriber.pushes).isEqualTo(pushes);
        publisher.republish("theirs, changed");
        see("theirs, changed");
        publisher.unpublish();
        cluster.onPush(taken -> {});
        assertThat(cluster.time.runUntil(() -> subscriber.sees().isEmpty(), 100))
                .isTrue();
    }

    @Test
    void whoClaimsWhatItsSessionKnowsToBeHeldElsewhereGetsNoAnswer() {
        Intruder here = new Intruder(cluster, cluster.sessions.get(0), "10.9.0.1");
        here.publish(publisher, "mine", 2);
        cluster.time.runFor(10);
        assertThat(here.answered()).isZero();
        assertThat(here.unanswered()).isEqualTo(1);
        Intruder there = new Intruder(cluster, cluster.sessions.get(1), "10.9.0.2");
        there.publish(publisher, "mine", 2);
        cluster.time.runFor(3_000);
        there.publish(publisher, "mine", 2);
        cluster.time.runFor(10);
        assertThat(there.unanswered()).isEqualTo(1);
    }

    @Test
    void theOwnerMovesToWhereAnotherWaitsForItsId() {
        Intruder intruder = new Intruder(cluster, cluster.sessions.get(1), "10.9.0.1");
        intruder.publish(publisher, "mine", 9);
        cluster.time.runFor(3_000);
        cluster.sessions.get(0).open = false;
        for (int i = 0; i < 5; i++) {
            provider.disconnect();
            cluster.time.runFor(5_000);
            see("theirs");
            intruder.publish(publisher, "mine", 10 + i);
        }
        assertThat(provider.session()).isSameAs(cluster.sessions.get(1));
    }

    @Test
    void whoWaitsIsShownWhenTheOwnerHasBeenGoneForLongEnough() {
        Intruder intruder = new Intruder(cluster, cluster.sessions.get(1), "10.9.0.1");
        intruder.publish(publisher, "mine", 1);
        cluster.time.runFor(3_000);
        cluster.onPush(taken -> {});
        provider.close();
        cluster.time.runFor(GRACE_MILLIS + TAKEOVER_MILLIS - 100);
        assertThat(subscriber.sees()).isEmpty();
        assertThat(cluster.time.runUntil(() -> subscriber.sees().contains("mine"), 2_000))
                .isTrue();
        cluster.time.runFor(3_000);
        int unanswered = intruder.unanswered();
        intruder.publish(publisher, "mine", 1);
        cluster.time.runFor(10);
        assertThat(intruder.unanswered()).as("it is the owner now").isEqualTo(unanswered);
    }

    @Test
    void serversThatKnowNothingOfTheDecisionDecideAlike() {
        Intruder intruder = new Intruder(cluster, cluster.sessions.get(1), "10.9.0.1");
        intruder.publish(publisher, "mine", 1);
        cluster.time.runFor(3_000);
        // So that the owner's registration is the later one.
        cluster.sessions.get(0).open = false;
        provider.disconnect();
        cluster.time.runFor(5_000);
        for (SimulatedCluster.Data data : cluster.datas) {
            data.crash();
            cluster.time.runFor(1_000);
            data.start();
            cluster.time.runFor(60_000);
            see("theirs");
        }
    }

    @Test
    void whoMovesWhileNoDataServerIsThereWasStillFirst() {
        cluster.onPush(taken -> assertThat(taken.sees()).containsExactly("theirs"));
        cluster.time.runFor(5_000);
        cluster.datas.forEach(SimulatedNode::crash);
        new Intruder(cluster, cluster.sessions.get(1), "10.9.0.1").publish(publisher, "mine", 9);
        cluster.time.runFor(1_000);
        cluster.sessions.get(0).open = false;
        provider.disconnect();
        cluster.time.runFor(20_000);
        cluster.datas.forEach(SimulatedNode::start);
        cluster.time.runFor(60_000);
        see("theirs");
    }

    private void see(String... data) {
        assertThat(cluster.time.runUntil(() -> subscriber.sees().equals(Set.of(data)), 5_000))
                .as("%s", subscriber.sees())
                .isTrue();
    }
}

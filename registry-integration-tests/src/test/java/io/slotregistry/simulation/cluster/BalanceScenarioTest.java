package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Clients choose a session when they connect and never again; the sessions even out by themselves. */
class BalanceScenarioTest {
    private static final int CLIENTS = 120;

    private final SimulatedCluster cluster = new SimulatedCluster(42, 2, 3).ready();
    private final SimulatedOperator operator = new SimulatedOperator(cluster);
    private final List<Subscriber> consumers = new ArrayList<>();

    @Test
    void aSessionThatWasRestartedGetsItsShareAndNobodyNotices() {
        restartTheLastSession();
        assertThat(connections(2)).isZero();
        List<Integer> pushes = new ArrayList<>();
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).hasSize(CLIENTS / 2));
        consumers.forEach(consumer -> pushes.add(consumer.pushes));

        assertThat(cluster.time.runUntil(() -> isEven(), 180_000))
                .as("clients %d %d %d", connections(0), connections(1), connections(2))
                .isTrue();
        cluster.time.runFor(30_000);
        int settled = connections(2);
        cluster.time.runFor(60_000);
        assertThat(connections(2)).as("nobody moves any more").isEqualTo(settled);
        assertThat(consumers).allSatisfy(consumer -> assertThat(consumer.sees()).hasSize(CLIENTS / 2));
    }

    /** Each client that is let go chooses by chance, so half of them come back. */
    @Test
    void aFewClientsOfTwoSessionsAreEvenedOutOnDemand() {
        SimulatedCluster pair = new SimulatedCluster(7, 2, 2).ready();
        SimulatedOperator other = new SimulatedOperator(pair);
        SimulatedCluster.Session first = pair.sessions.get(0);
        for (int i = 0; i < 12; i++) {
            pair.clientOf(first).returnsBetween(30, 6_000);
        }
        pair.time.runFor(70_000);
        boolean even = false;
        for (int i = 0; i < 240 && !even; i++) {
            other.evenOut(15);
            pair.time.runFor(900);
            even = Objects.requireNonNull(first.server).connectionCount() == 6;
        }
        assertThat(even)
                .as("12/0 became %d", Objects.requireNonNull(first.server).connectionCount())
                .isTrue();
        assertThat(pair.log.view().settings().values()).isEmpty();
    }

    @Test
    void tenAndThreeAreNotLeftAsTheyAre() {
        SimulatedCluster pair = new SimulatedCluster(7, 2, 2).ready();
        for (int i = 0; i < 13; i++) {
            pair.clientOf(pair.sessions.get(i < 10 ? 0 : 1)).returnsBetween(30, 6_000);
        }
        assertThat(pair.time.runUntil(
                        () -> {
                            int left = Objects.requireNonNull(pair.sessions.get(0).server)
                                    .connectionCount();
                            int right = Objects.requireNonNull(pair.sessions.get(1).server)
                                    .connectionCount();
                            return left + right == 13 && Math.abs(left - right) <= 5;
                        },
                        300_000))
                .isTrue();
    }

    @Test
    void operatorsCanLetAllStay() {
        operator.set("rebalance.per-second", "0", "");
        restartTheLastSession();
        cluster.time.runFor(300_000);
        assertThat(connections(2)).isZero();
    }

    @Test
    void clientsThatKnowNoOtherSessionAreNotSentAwayForEver() {
        cluster.sessions.subList(1, 3).forEach(session -> session.open = false);
        for (int i = 0; i < 30; i++) {
            cluster.client();
        }
        cluster.time.runFor(600_000);
        assertThat(Objects.requireNonNull(cluster.sessions.get(0).server).clientsLetGo())
                .isBetween(30L, 130L);
    }

    /** Half of the clients publish a service that the others subscribe to. */
    private void restartTheLastSession() {
        SimulatedCluster.Session last = cluster.sessions.get(2);
        last.crash();
        for (int i = 0; i < CLIENTS; i++) {
            SimulatedClient client = cluster.clientOf(cluster.sessions.get(i % 2));
            client.returnsBetween(30, 6_000);
            if (i < CLIENTS / 2) {
                client.publish("orders", "provider-" + i);
            } else {
                consumers.add(client.subscribe("orders"));
            }
        }
        cluster.time.runFor(5_000);
        last.start();
        cluster.time.runFor(10_000);
    }

    /** Within the fifth that is tolerated. */
    private boolean isEven() {
        int tolerated = CLIENTS / 3 * 12 / 10;
        return connections(0) <= tolerated && connections(1) <= tolerated && connections(2) <= tolerated;
    }

    private int connections(int session) {
        return Objects.requireNonNull(cluster.sessions.get(session).server).connectionCount();
    }
}

package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.session.SessionServer;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients make a session hold is bounded, to the harm of none but those who have most of it. */
class HoldingScenarioTest {
    private static final int SESSION_BYTES = 1_000_000;
    private static final int PAYLOAD = 10_000;

    private final SimulatedCluster cluster = new SimulatedCluster(42, 2, 1).ready();
    private final SimulatedCluster.Session session = cluster.sessions.get(0);

    @BeforeEach
    void restartWithLittleMemory() {
        cluster.sessionBytes = SESSION_BYTES;
        session.crash();
        cluster.time.runFor(20_000);
        session.start();
        cluster.ready();
        // Until then first pushes wait for clients that may be coming back.
        cluster.time.runFor(20_000);
    }

    @Test
    void anAddressThatHasItsShareIsNotAnsweredAndOthersAreServed() {
        SimulatedClient subscriber = cluster.client();
        SimulatedClient.Subscriber seen = subscriber.subscribe("healthy");
        DirectClient[] greedy = new DirectClient[4];
        for (int i = 0; i < greedy.length; i++) {
            greedy[i] = client("10.6.6.6");
            for (int j = 0; j < 15; j++) {
                greedy[i].publishLarge("greedy-" + i + "-" + j, "service-" + i + "-" + j, PAYLOAD);
            }
        }
        cluster.time.runFor(100);

        assertThat(heldBack(greedy)).isBetween(20, 25);
        assertThat(session.holdings.all().used()).isLessThan(SESSION_BYTES / 2);
        cluster.client().publish("healthy", "10.0.0.9");
        assertThat(cluster.time.runUntil(() -> seen.sees().contains("10.0.0.9"), 100))
                .isTrue();
    }

    @Test
    void whatWasHeldBackIsTakenWhenOthersHaveGone() {
        DirectClient first = fullConnection("10.6.6.6");
        fullConnection("10.6.6.6");
        fullConnection("10.6.6.6");
        DirectClient later = client("10.6.6.6");
        later.publishLarge("later", "later", PAYLOAD);
        cluster.time.runFor(100);
        assertThat(later.heldBack()).isEqualTo(1);
        assertThat(later.taken()).isZero();

        first.leave();
        boolean taken = cluster.time.runUntil(
                () -> {
                    later.publishLarge("later", "later", PAYLOAD);
                    cluster.time.runFor(100);
                    return later.taken() > 0;
                },
                cluster.settings().session().graceMillis() + 1_000);

        assertThat(taken).isTrue();
    }

    @Test
    void whoHasItsShareIsToldThatItIsTakenAndKeepsWhatItHas() {
        DirectClient full = fullConnection("10.6.6.6");
        int taken = full.taken();
        full.publishLarge("one-more", "one-more", PAYLOAD);
        full.publishLarge(full.id() + "-0", "service-" + full.id() + "-0", PAYLOAD);
        cluster.time.runFor(100);

        assertThat(full.notTaken()).isEqualTo(2);
        assertThat(full.taken()).isEqualTo(taken + 1);
        assertThat(full.heldBack()).isZero();
    }

    @Test
    void publishersOfOneServiceHaveAShare() {
        DirectClient[] clients = new DirectClient[3];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = client("10.0.1." + i);
            for (int j = 0; j < 10; j++) {
                clients[i].publishLarge("p-" + i + "-" + j, "service", PAYLOAD);
            }
        }
        cluster.time.runFor(100);

        assertThat(heldBack(clients)).isBetween(10, 13);
    }

    @Test
    void subscriptionsWithLongNamesCountAsWell() {
        DirectClient[] clients = new DirectClient[10];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = client("10.6.6.6");
            for (int j = 0; j < 50; j++) {
                clients[i].subscribe("s-" + i + "-" + j, "x".repeat(1_000) + i + "-" + j);
            }
        }
        cluster.time.runFor(100);

        assertThat(heldBack(clients)).isPositive();
        assertThat(session.holdings.all().used()).isLessThan(SESSION_BYTES / 2);
        for (DirectClient client : clients) {
            client.leave();
        }
        cluster.time.runFor(70_000);
        assertThat(session.holdings.all().used()).isZero();
    }

    private static int heldBack(DirectClient[] clients) {
        int sum = 0;
        for (DirectClient client : clients) {
            sum += client.heldBack();
        }
        return sum;
    }

    /** A client that publishes as much as one connection may. */
    private DirectClient fullConnection(String host) {
        DirectClient client = client(host);
        String name = client.id() + "-";
        for (int i = 0; i < 100 && client.notTaken() + client.heldBack() == 0; i++) {
            client.publishLarge(name + i, "service-" + name + i, PAYLOAD);
            cluster.time.runFor(1);
        }
        return client;
    }

    private DirectClient client(String host) {
        return new DirectClient(cluster, server(), host);
    }

    private SessionServer server() {
        return Objects.requireNonNull(session.server);
    }
}

package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkSubscriber;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * A day in the life of a cluster. Each step goes on where the one before it ended; whatever happens to the registry's
 * processes, consumers never see less than there is.
 */
@ExtendWith(SharedCluster.class)
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class ClusterIT {
    private final LoopbackCluster cluster;
    private final Applications applications;

    ClusterIT(LoopbackCluster cluster) {
        this.cluster = cluster;
        this.applications = new Applications(cluster);
    }

    @AfterEach
    void nothingWasEverMissing() {
        applications.assertNothingWasEverMissing();
    }

    @AfterAll
    void close() {
        applications.close();
    }

    @Test
    @Order(1)
    void whatIsPublishedAtOneSessionIsSeenAtTheOther(TestReporter report) {
        report.publishEntry(
                "change to visible everywhere", applications.change().toString());

        assertThat(cluster.session(0).get("/api/servers/query").body())
                .contains(cluster.session(0).clientAddress())
                .contains(cluster.session(1).clientAddress());
    }

    @Test
    @Order(2)
    void aNewDataServerGetsItsShareWithoutAnybodyNoticing() {
        List<Integer> before = applications.pushes();

        cluster.data.get(2).start().awaitReady();
        cluster.awaitSettled();

        assertThat(applications.pushes()).isEqualTo(before);
        applications.change();
    }

    @Test
    @Order(3)
    void aDataServerThatIsStoppedIsReplaced(TestReporter report) {
        List<Integer> before = applications.pushes();

        cluster.data.get(0).process().stop();
        long stopped = System.nanoTime();
        cluster.awaitSettled();
        report.publishEntry("data server stopped to slots settled", since(stopped));

        assertThat(applications.pushes()).isEqualTo(before);
        applications.change();
    }

    @Test
    @Order(4)
    void aDataServerThatIsKilledIsReplaced(TestReporter report) {
        cluster.data.get(0).start().awaitReady();
        cluster.awaitSettled();

        cluster.data.get(1).process().kill();
        report.publishEntry(
                "data server killed to changes visible", applications.change().toString());
        cluster.awaitSettled();

        applications.change();
    }

    @Test
    @Order(5)
    void aDataServerThatIsFrozenIsReplacedAndDoesNoHarmWhenItWakes(TestReporter report) {
        cluster.data.get(1).start().awaitReady();
        cluster.awaitSettled();

        cluster.data.get(2).process().freeze();
        try {
            report.publishEntry(
                    "data server frozen to changes visible",
                    applications.change().toString());
        } finally {
            cluster.data.get(2).process().thaw();
        }
        cluster.awaitSettled();

        applications.change();
    }

    @Test
    @Order(6)
    void slotsThatLoseAllReplicasAreFilledAgain(TestReporter report) {
        List<Integer> before = applications.pushes();
        cluster.data.subList(0, 2).forEach(server -> server.process().kill());
        long killed = System.nanoTime();
        cluster.awaitSettled();
        report.publishEntry("two of three data servers killed to slots settled", since(killed));

        assertThat(applications.pushes()).isEqualTo(before);
        applications.change();
        cluster.data.subList(0, 2).forEach(ClusterNode::start);
        cluster.data.subList(0, 2).forEach(ClusterNode::awaitReady);
        cluster.awaitSettled();
    }

    @Test
    @Order(7)
    void clientsOfAKilledSessionMoveToTheOther(TestReporter report) {
        ClusterNode busiest = cluster.sessions.stream()
                .max(Comparator.comparing(ClusterIT::connections))
                .orElseThrow();
        int witnessed = applications.connections();

        busiest.process().kill();
        long killed = System.nanoTime();
        applications.awaitConnections(witnessed + 1);
        applications.awaitEverybody();
        report.publishEntry("session killed to witness moved", since(killed));
        applications.change();
        report.publishEntry("session killed to changes of all clients visible", since(killed));

        long incarnation = incarnation(busiest);
        busiest.start().awaitReady();
        await("the restarted session is listed")
                .atMost(Applications.PATIENCE)
                .until(() -> incarnation(busiest) > incarnation);
        assertThat(nodes())
                .as("the same node by another process")
                .filteredOn(node -> node.get("id").asString().equals(busiest.id()))
                .hasSize(1);
        applications.change();
    }

    @Test
    @Order(8)
    void clientsOfAStoppedSessionMoveToTheOther(TestReporter report) {
        ClusterNode busiest = cluster.sessions.stream()
                .max(Comparator.comparing(ClusterIT::connections))
                .orElseThrow();
        int witnessed = applications.connections();

        busiest.process().stop();
        long stopped = System.nanoTime();
        applications.awaitConnections(witnessed + 1);
        applications.awaitEverybody();
        applications.change();
        report.publishEntry("session stopped to changes of all clients visible", since(stopped));

        busiest.start().awaitReady();
        applications.change();
    }

    @Test
    @Order(9)
    void registrationsGoOnWithoutMeta(TestReporter report) {
        JsonNode before = cluster.meta.get("/api/v1/nodes").json();
        cluster.meta.process().kill();
        SdkClient newcomer = applications.process().open(cluster.session(0).httpPort());
        newcomer.publish("without-meta", "here").awaitSettled();
        SdkSubscriber subscriber = newcomer.subscribe("without-meta");
        subscriber.awaitList("here");
        report.publishEntry(
                "change to visible without meta", applications.change().toString());

        List<Integer> pushes = applications.pushes();
        cluster.meta.start().awaitReady();
        await("all nodes are back")
                .atMost(Applications.PATIENCE)
                .ignoreExceptions()
                .until(() ->
                        cluster.meta.get("/api/v1/nodes").json().get("nodes").size()
                                == before.get("nodes").size());
        cluster.awaitSettled();
        JsonNode after = cluster.meta.get("/api/v1/nodes").json();
        assertThat(after.get("clusterId")).isEqualTo(before.get("clusterId"));
        assertThat(after.get("epoch").asLong())
                .isGreaterThanOrEqualTo(before.get("epoch").asLong());
        assertThat(applications.pushes()).as("pushes after meta came back").isEqualTo(pushes);
        applications.change();
    }

    private long incarnation(ClusterNode node) {
        return nodes().stream()
                .filter(each -> each.get("id").asString().equals(node.id()))
                .mapToLong(each -> each.get("incarnation").asLong())
                .max()
                .orElse(0);
    }

    private List<JsonNode> nodes() {
        return StreamSupport.stream(cluster.ask("/api/v1/nodes").get("nodes").spliterator(), false)
                .toList();
    }

    private static int connections(ClusterNode session) {
        return Integer.parseInt(session.get("/api/servers/connectionNum").body());
    }

    private static String since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis() + " ms";
    }
}

package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.PublisherRow;
import io.slotregistry.proto.ServiceQuery;
import io.slotregistry.simulation.cluster.SimulatedCluster.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What sessions and data servers owe each other, and that it stays little. */
class StreamScenarioTest {
    private static final int SERVICES = 50;

    private final SimulatedCluster cluster = new SimulatedCluster(42, 2, 2).ready();
    private final Session session = cluster.sessions.get(0);
    private final DirectClient client = new DirectClient(cluster, Objects.requireNonNull(session.server));

    @Test
    void whatASessionRemembersForASilentDataServerDoesNotGrowWithTheChanges() {
        Set<String> staying = publish(200);
        cluster.time.runFor(5_000);
        SimulatedCluster.Data silent = cluster.datas.get(0);
        cluster.network.cut(session.address, silent.address);
        publishersComeAndGo("a", 150_000);

        // A new process has no mirrors, so the session is to begin with a snapshot.
        silent.crash();
        silent.start();
        cluster.time.runFor(5_000);
        publishersComeAndGo("b", 150_000);

        cluster.network.heal();
        cluster.time.runFor(10_000);
        for (SimulatedCluster.Data data : cluster.datas) {
            assertThat(heldBy(data)).as(data.id.toString()).isEqualTo(staying);
        }
        assertThat(backlog()).isLessThan(16 * 256 + 1);
    }

    @Test
    void whatASessionRemembersOfEndedWatchesDoesNotGrowWithThem() {
        client.subscribe("orders");
        cluster.time.runFor(1_000);
        assertThat(watched()).isEqualTo(1);
        cluster.datas.forEach(data -> cluster.network.cut(session.address, data.address));
        for (int i = 1; i <= 150_000; i++) {
            client.subscribe("passing-" + i);
            client.unsubscribe("passing-" + i);
            if (i % 1_000 == 0) {
                cluster.time.runFor(20);
                assertThat(backlog()).as("after %d", i).isLessThan(25_000);
            }
        }
        cluster.network.heal();
        cluster.time.runFor(5_000);
        assertThat(watched()).isEqualTo(1);
        assertThat(backlog()).isZero();
    }

    private Set<String> publish(int publishers) {
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < publishers; i++) {
            client.publish("p" + i, "service-" + i % SERVICES, 1);
            ids.add("p" + i);
        }
        return ids;
    }

    /** Each with a registerId of its own. */
    private void publishersComeAndGo(String prefix, int publishers) {
        for (int i = 1; i <= publishers; i++) {
            client.publish(prefix + i, "service-" + i % SERVICES, 1);
            client.unpublish(prefix + i, "service-" + i % SERVICES, 2);
            if (i % 1_000 == 0) {
                cluster.time.runFor(20);
                assertThat(backlog()).as("after %d", i).isLessThan(40_000);
            }
        }
    }

    private int backlog() {
        int[] answer = {-1};
        Objects.requireNonNull(session.server).backlog(size -> answer[0] = size);
        assertThat(cluster.time.runUntil(() -> answer[0] >= 0, 10)).isTrue();
        return answer[0];
    }

    private Set<String> heldBy(SimulatedCluster.Data data) {
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < SERVICES; i++) {
            Inspect question = Inspect.newBuilder()
                    .setService(SimulatedClient.dataInfoId("service-" + i))
                    .build();
            ask(data, question).getPublishersList().stream()
                    .map(PublisherRow::getRegisterId)
                    .forEach(ids::add);
        }
        return ids;
    }

    /** Services that any session watches at their leaders. */
    private long watched() {
        Inspect question = Inspect.newBuilder()
                .setServices(ServiceQuery.newBuilder().setLimit(Integer.MAX_VALUE))
                .build();
        return cluster.datas.stream()
                .flatMap(data -> ask(data, question).getServicesList().stream())
                .filter(row -> row.getLeader() && row.getWatchingSessions() > 0)
                .count();
    }

    private Inspection ask(SimulatedCluster.Data data, Inspect question) {
        List<Inspection> answers = new ArrayList<>();
        Objects.requireNonNull(data.server).inspect(question, answers::add);
        assertThat(cluster.time.runUntil(() -> !answers.isEmpty(), 10)).isTrue();
        return answers.get(0);
    }
}

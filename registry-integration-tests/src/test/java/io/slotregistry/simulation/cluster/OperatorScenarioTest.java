package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.proto.EventRow;
import io.slotregistry.session.client.ConfigPush;
import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What operators change while the cluster runs, and what they can ask it. */
class OperatorScenarioTest {
    private final SimulatedCluster cluster = new SimulatedCluster(42, 2, 2).ready();
    private final SimulatedOperator operator = new SimulatedOperator(cluster);

    @Test
    void aServiceMayHaveAGraceTimeAndNoGuard() {
        operator.set("guard.enabled", "false", "orders");
        operator.set("grace-millis", "100", "orders");
        SimulatedClient provider = cluster.client();
        provider.publish("orders", "10.0.0.1");
        provider.publish("stock", "10.0.0.1");
        SimulatedClient consumer = cluster.client();
        Subscriber orders = consumer.subscribe("orders");
        Subscriber stock = consumer.subscribe("stock");
        awaitSees(orders, 5_000, "10.0.0.1");
        awaitSees(stock, 5_000, "10.0.0.1");
        provider.close();
        awaitSees(orders, 150);
        cluster.time.runFor(10_000);
        awaitSees(stock, 0, "10.0.0.1");
    }

    @Test
    void pushesThatWereStoppedAreMadeUpFor() {
        Subscriber orders = cluster.client().subscribe("orders");
        Publisher provider = cluster.client().publish("orders", "10.0.0.1");
        awaitSees(orders, 5_000, "10.0.0.1");
        operator.set("push.enabled", "false", "");
        int pushes = orders.pushes;
        provider.republish("10.0.0.2");
        cluster.time.runFor(5_000);
        assertThat(orders.pushes).isEqualTo(pushes);
        operator.set("push.enabled", "true", "");
        awaitSees(orders, 100, "10.0.0.2");
    }

    @Test
    void configuratorsAtEverySessionAreToldAValueAndNobodyElse() {
        List<DirectClient> clients = cluster.sessions.stream()
                .map(session -> new DirectClient(cluster, Objects.requireNonNull(session.server)))
                .toList();
        clients.forEach(client -> client.configure("orders"));
        clients.forEach(client -> client.configure("stock"));
        operator.set("client.config", "value", "orders");
        operator.set("grace-millis", "100", "orders");
        for (DirectClient client : clients) {
            assertThat(client.configurations()).extracting(ConfigPush::data).containsExactly(null, null, "value");
            assertThat(client.configurations().get(2).dataInfoId()).isEqualTo(SimulatedClient.dataInfoId("orders"));
        }
        assertThat(operator.timeline(SimulatedClient.dataInfoId("orders")))
                .extracting(EventRow::getKind)
                .contains("pushed", "acknowledged");
    }

    @Test
    void aClientRegistersAsMuchAsOperatorsAllow() {
        DirectClient client = new DirectClient(cluster, Objects.requireNonNull(cluster.sessions.get(0).server));
        client.publish("a", "orders", 1);
        client.publish("b", "orders", 2);
        operator.set("limit.publishers-per-client", "1", "");
        operator.set("limit.subscribers-per-client", "2", "");
        client.publish("a", "orders", 3);
        client.publish("c", "orders", 4);
        client.subscribe("d", "orders");
        client.subscribe("e", "orders");
        client.subscribe("f", "orders");
        Subscriber orders = cluster.client().subscribe("orders");
        awaitSees(orders, 5_000, "10.0.0.3", "10.0.0.2");
        assertThat(client.notTaken()).isEqualTo(2);

        operator.set("limit.publishers-per-client", "3", "");
        client.publish("c", "orders", 5);
        awaitSees(orders, 5_000, "10.0.0.3", "10.0.0.2", "10.0.0.5");
        assertThat(client.notTaken()).isEqualTo(2);
    }

    @Test
    void renewsComeAsOftenAsOperatorsSay() {
        cluster.time.runFor(5_000);
        long usual = messagesIn(5_000);
        operator.set("renew-millis", "100", "");
        cluster.time.runFor(2_000);
        assertThat(messagesIn(5_000)).isGreaterThan(4 * usual);
    }

    private long messagesIn(long millis) {
        long before = cluster.network.deliveredMessages();
        cluster.time.runFor(millis);
        return cluster.network.deliveredMessages() - before;
    }

    @Test
    void theTimelineTellsWhyAnInstanceVanishedAndWhoWasTold() {
        Subscriber orders = cluster.client().subscribe("orders");
        SimulatedClient provider = cluster.client();
        provider.publish("orders", "10.0.0.1");
        cluster.client().publish("orders", "10.0.0.2");
        awaitSees(orders, 5_000, "10.0.0.1", "10.0.0.2");
        long version = orders.version();
        provider.close();
        awaitSees(orders, 5_000, "10.0.0.2");
        cluster.time.runFor(100);
        List<EventRow> events = operator.timeline(orders.dataInfoId);
        assertThat(events.stream()
                        .filter(event -> event.getKind().equals("removed"))
                        .map(EventRow::getDetail))
                .isNotEmpty()
                .containsOnly("CONNECTION_LOST");
        assertThat(events.stream().filter(event -> event.getNumber() > version).map(EventRow::getKind))
                .containsSubsequence("changed", "told")
                .contains("heard", "pushed", "acknowledged");
        assertThat(events).extracting(EventRow::getKind).contains("registered", "published", "connection-lost");
    }

    @Test
    void metaRemembersWhoJoinedAndLeftAndWhy() {
        cluster.sessions.get(0).crash();
        cluster.time.runFor(10_000);
        assertThat(operator.events(cluster.metas.get(0), ""))
                .extracting(event -> event.getKind() + " " + event.getSubject())
                .contains("joined session/session-0@1", "left session/session-0@1");
    }

    private void awaitSees(Subscriber subscriber, long millis, String... data) {
        boolean seen = cluster.time.runUntil(
                () -> subscriber.wasCalled() && subscriber.sees().equals(new TreeSet<>(List.of(data))), millis);
        assertThat(seen).as("sees %s", subscriber.sees()).isTrue();
    }
}

package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Clients that operators have blocked. */
class BlockScenarioTest {
    private static final String ORDERS = SimulatedClient.dataInfoId("orders");

    private final SimulatedCluster cluster = new SimulatedCluster(42, 2, 2).ready();
    private final SimulatedOperator operator = new SimulatedOperator(cluster);
    private final SimulatedCluster.Session near = cluster.sessions.get(0);
    private final SimulatedCluster.Session far = cluster.sessions.get(1);
    private final List<Subscriber> consumers = List.of(
            cluster.clientOf(near).subscribe("orders"), cluster.clientOf(far).subscribe("orders"));

    @Test
    void aBlockedPublisherIsShownToNobodyWhateverFailsUntilItIsBlockedNoLonger() {
        SimulatedClient blocked = cluster.clientOf(near);
        blocked.publish("orders", "10.0.0.1");
        Subscriber stock = cluster.clientOf(far).subscribe("stock");
        blocked.publish("stock", "10.0.0.1");
        awaitSee("10.0.0.1");

        operator.set("blocked.publishers", blocked.address, "orders");
        assertSee();
        cluster.clientOf(far).publish("orders", "10.0.0.2");
        awaitSee("10.0.0.2");
        long hidden = consumers.get(0).version();
        cluster.onPush(subscriber -> assertThat(subscriber.dataInfoId.equals(ORDERS)
                        && subscriber.sees().contains("10.0.0.1"))
                .isFalse());

        blocked.disconnect();
        blocked.connect(far);
        cluster.time.runFor(3_000);
        SimulatedCluster.Data first = leader();
        first.crash();
        cluster.clientOf(near).publish("orders", "10.0.0.3");
        awaitSee("10.0.0.2", "10.0.0.3");
        assertThat(leader()).isNotEqualTo(first);

        first.start();
        cluster.time.runFor(10_000);
        SimulatedCluster.Data second = leader();
        second.crash();
        cluster.clientOf(far).publish("orders", "10.0.0.4");
        awaitSee("10.0.0.2", "10.0.0.3", "10.0.0.4");
        assertThat(leader()).isNotEqualTo(second);
        assertThat(stock.sees()).containsExactly("10.0.0.1");

        cluster.onPush(subscriber -> {});
        operator.unset("blocked.publishers", "orders");
        assertSee("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
        assertThat(consumers).allMatch(consumer -> consumer.version() > hidden);
    }

    @Test
    void whatABlockedPublisherDoesMeanwhileIsWhatIsShownThen() {
        SimulatedClient blocked = cluster.clientOf(near);
        Publisher unpublished = blocked.publish("orders", "10.0.0.1");
        Publisher changed = blocked.publish("orders", "10.0.0.2");
        SimulatedClient ended = cluster.clientOf(far);
        ended.publish("orders", "10.0.0.3");
        awaitSee("10.0.0.1", "10.0.0.2", "10.0.0.3");

        operator.set("blocked.publishers", ended.address + ", " + blocked.address, "");
        assertSee();
        unpublished.unpublish();
        changed.republish("10.0.0.4");
        ended.close();
        blocked.publish("orders", "10.0.0.5");
        cluster.time.runFor(20_000);
        assertSee();

        operator.unset("blocked.publishers", "");
        assertSee("10.0.0.4", "10.0.0.5");
        cluster.time.runFor(20_000);
        assertSee("10.0.0.4", "10.0.0.5");
    }

    @Test
    void aBlockedSubscriberKeepsWhatItHasAndIsBroughtUpToDateWhenItIsBlockedNoLonger() {
        SimulatedClient blocked = cluster.clientOf(near);
        Subscriber orders = blocked.subscribe("orders");
        Subscriber stock = blocked.subscribe("stock");
        SimulatedClient provider = cluster.clientOf(far);
        provider.publish("orders", "10.0.0.1");
        awaitSee("10.0.0.1");

        operator.set("blocked.subscribers", blocked.address, "orders");
        provider.publish("orders", "10.0.0.2");
        provider.publish("stock", "10.0.0.2");
        awaitSee("10.0.0.1", "10.0.0.2");
        blocked.disconnect();
        blocked.connect(far);
        Subscriber late = blocked.subscribe("orders");
        cluster.time.runFor(10_000);
        assertThat(stock.sees()).containsExactly("10.0.0.2");
        assertThat(orders.sees()).containsExactly("10.0.0.1");
        assertThat(late.wasCalled()).isFalse();

        operator.unset("blocked.subscribers", "orders");
        assertThat(orders.sees()).containsExactly("10.0.0.1", "10.0.0.2");
        assertThat(late.sees()).containsExactly("10.0.0.1", "10.0.0.2");
    }

    private SimulatedCluster.Data leader() {
        var owners = cluster.log.view().owners(cluster.slotOf(ORDERS));
        return cluster.datas.stream()
                .filter(data -> data.id.equals(owners.leader()))
                .findFirst()
                .orElseThrow();
    }

    private void awaitSee(String... data) {
        cluster.time.runUntil(() -> consumers.stream().allMatch(consumer -> sees(consumer, data)), 15_000);
        assertSee(data);
    }

    private void assertSee(String... data) {
        assertThat(consumers).allSatisfy(consumer -> assertThat(consumer.sees()).containsExactlyInAnyOrder(data));
    }

    private static boolean sees(Subscriber consumer, String... data) {
        return consumer.wasCalled() && consumer.sees().equals(new TreeSet<>(List.of(data)));
    }
}

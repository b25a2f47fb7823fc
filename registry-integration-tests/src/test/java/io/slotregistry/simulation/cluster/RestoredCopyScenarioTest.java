package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.SettingKey;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The disks of all meta servers are replaced by copies from an earlier time while the cluster goes on. */
class RestoredCopyScenarioTest {
    private static final int MAX_VIEWS_AGO = 1_000;

    private final SimulatedCluster cluster = new SimulatedCluster(42, 3, 2).ready();
    private final SimulatedOperator operator = new SimulatedOperator(cluster);
    private final Subscriber orders = cluster.client().subscribe("orders");

    @ParameterizedTest
    @ValueSource(ints = {1, 9, MAX_VIEWS_AGO})
    void whatWasSetSinceTheCopyHoldsAndFailoverWorks(int viewsAgo) {
        for (int i = 1; i <= 5; i++) {
            operator.set("limit.publishers-per-client", String.valueOf(i), "");
            operator.set("guard.percent", String.valueOf(10 + i), "");
        }
        ClusterView before = restored(viewsAgo);

        assertThat(cluster.log.view().epoch()).isGreaterThan(before.epoch() + 100_000);
        assertThat(cluster.log.view().settings()).isEqualTo(before.settings());
        assertThat(cluster.log.view().members()).isEqualTo(before.members());
        operator.set("limit.publishers-per-client", "77", "");
        assertThat(cluster.sessions)
                .allSatisfy(session -> assertThat(Objects.requireNonNull(session.server)
                                .view()
                                .settings()
                                .get(SettingKey.PUBLISHERS_PER_CLIENT))
                        .isEqualTo(77));

        cluster.datas.get(0).crash();
        cluster.time.runFor(10_000);
        assertThat(cluster.log.view().slots())
                .noneMatch(slot -> cluster.datas.get(0).id.equals(slot.leader()));
        cluster.client().publish("orders", "10.0.0.1");
        assertThat(cluster.time.runUntil(() -> orders.sees().equals(Set.of("10.0.0.1")), 1_000))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, MAX_VIEWS_AGO})
    void aServerThatIsBeingEmptiedStaysEmpty(int viewsAgo) {
        operator.drain("data-1");
        cluster.time.runFor(20_000);
        ClusterView before = restored(viewsAgo);
        cluster.time.runFor(20_000);
        assertThat(before.slots()).noneMatch(slot -> slot.isReplica(cluster.datas.get(1).id));
        assertThat(cluster.log.view().slots()).noneMatch(slot -> slot.isReplica(cluster.datas.get(1).id));
    }

    /** The only server that the copy lists cannot be asked; the others say by themselves what they hold. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void whatServersHoldThatJoinedAfterTheCopyIsNotGivenUp(int listed) {
        List<SimulatedNode> nodes = new ArrayList<>(cluster.datas);
        nodes.addAll(cluster.sessions);
        SimulatedNode old = nodes.get(listed);
        nodes.stream().filter(node -> node != old).forEach(SimulatedNode::crash);
        boolean alone = cluster.time.runUntil(() -> cluster.log.view().members().size() == 1, 60_000);
        assertThat(alone).isTrue();
        long copied = cluster.log.view().epoch();
        nodes.forEach(node -> {
            if (node != old) {
                node.start();
            }
        });
        cluster.time.runFor(60_000);
        operator.set("guard.percent", "20", "");
        cluster.time.runFor(5_000);
        ClusterView before = cluster.log.view();
        old.crash();
        cluster.metas.forEach(SimulatedNode::crash);
        cluster.log.restoreEpoch(copied);
        cluster.metas.forEach(SimulatedNode::start);
        cluster.time.runFor(5_000);
        assertThat(cluster.log.view().settings()).isEqualTo(before.settings());
        assertThat(cluster.log.view().epoch()).isGreaterThan(before.epoch() + 100_000);
    }

    /** What nodes held before. */
    private ClusterView restored(int viewsAgo) {
        ClusterView before = cluster.log.view();
        cluster.metas.forEach(SimulatedNode::crash);
        cluster.log.restore(viewsAgo);
        assertThat(cluster.log.view().epoch()).isLessThan(before.epoch());
        cluster.metas.forEach(SimulatedNode::start);
        cluster.time.runFor(3_000);
        return before;
    }
}

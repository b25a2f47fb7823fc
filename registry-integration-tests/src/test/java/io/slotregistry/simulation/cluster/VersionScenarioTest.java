package io.slotregistry.simulation.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import io.slotregistry.slot.Version;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A subscriber never has to wait for a clock, whatever restarts with whatever time. */
class VersionScenarioTest {
    private static final long HOUR = 3_600_000;

    private final SimulatedCluster cluster = new SimulatedCluster(42, 2, 2).ready();
    private final Publisher orders = cluster.client().publish("orders", "1");
    private final Subscriber consumer = cluster.client().subscribe("orders");

    @ParameterizedTest
    @ValueSource(longs = {0, -60_000, -HOUR, HOUR})
    void whenDataAndSessionServersRestartWithAnotherTime(long jump) {
        settle();
        restart(jump, servers());
        assertThatTheNextChangeIsSeen();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -60_000, -HOUR, HOUR})
    void whenEverythingRestartsWithAnotherTime(long jump) {
        settle();
        restart(jump, all());
        assertThatTheNextChangeIsSeen();
    }

    @Test
    void whenEverythingRestartsWithClocksBehindAgainAndAgain() {
        settle();
        for (int i = 0; i < 3; i++) {
            restart(-HOUR, all());
            assertThatTheNextChangeIsSeen();
        }
    }

    @Test
    void aDataServerWhoseClockIsAheadGivesNoVersionsOfItsOwn() {
        cluster.datas.forEach(data -> data.clock.jump(HOUR));
        settle();
        assertThat(consumer.version())
                .isLessThan(Version.ofMillis(cluster.metas.get(0).clock.wallMillis() + HOUR / 2));
        assertThat(consumer.version())
                .isLessThanOrEqualTo(cluster.log.view().versions().to());
    }

    @Test
    void theLeaseIsWrittenRarely() {
        settle();
        long epoch = cluster.log.view().epoch();
        cluster.time.runFor(2 * HOUR);
        assertThat(cluster.log.view().epoch() - epoch).isBetween(5L, 30L);
        orders.republish("later");
        cluster.time.runFor(1_000);
        assertThat(consumer.sees()).containsExactly("later");
        assertThat(consumer.version())
                .isLessThanOrEqualTo(cluster.log.view().versions().to());
        assertThat(cluster.datas).noneMatch(VersionScenarioTest::isPastItsLease);
    }

    @Test
    void withoutMetaVersionsGoOnPastTheLeaseAndThatIsSaid() {
        settle();
        cluster.metas.forEach(SimulatedNode::crash);
        cluster.time.runFor(HOUR);
        assertThat(cluster.datas).allMatch(VersionScenarioTest::isPastItsLease);
        for (int i = 0; i < 3; i++) {
            orders.republish("past " + i);
            cluster.time.runFor(1_000);
            assertThat(consumer.sees()).containsExactly("past " + i);
        }
        cluster.metas.forEach(SimulatedNode::start);
        cluster.time.runFor(60_000);
        assertThat(cluster.datas).noneMatch(VersionScenarioTest::isPastItsLease);
        restart(-HOUR, all());
        assertThatTheNextChangeIsSeen();
    }

    @Test
    void aDataServerThatRestartsWhileMetaIsAwayServesAgain() {
        settle();
        cluster.metas.forEach(SimulatedNode::crash);
        cluster.time.runFor(60_000);
        restart(-HOUR, new ArrayList<>(cluster.datas));
        orders.republish("without meta");
        boolean seen = cluster.time.runUntil(() -> consumer.sees().contains("without meta"), 60_000);
        assertThat(seen).isTrue();
    }

    private static boolean isPastItsLease(SimulatedCluster.Data data) {
        return requireNonNull(data.server).isVersionLeaseOver();
    }

    private void settle() {
        cluster.time.runFor(60_000);
        orders.republish("1b");
        cluster.time.runFor(1_000);
        assertThat(consumer.sees()).containsExactly("1b");
    }

    private List<SimulatedNode> all() {
        List<SimulatedNode> all = servers();
        all.addAll(0, cluster.metas);
        return all;
    }

    private List<SimulatedNode> servers() {
        List<SimulatedNode> some = new ArrayList<>(cluster.datas);
        some.addAll(cluster.sessions);
        return some;
    }

    private void restart(long jump, List<SimulatedNode> nodes) {
        nodes.forEach(SimulatedNode::crash);
        nodes.forEach(node -> node.clock.jump(jump));
        cluster.time.runFor(3_000);
        nodes.forEach(SimulatedNode::start);
        cluster.time.runFor(60_000);
    }

    private void assertThatTheNextChangeIsSeen() {
        String next = "after " + cluster.time.nowMillis();
        orders.republish(next);
        cluster.time.runFor(1_000);
        assertThat(consumer.sees()).containsExactly(next);
    }
}

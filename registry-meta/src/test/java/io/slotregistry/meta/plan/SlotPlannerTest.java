package io.slotregistry.meta.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds after every single step is checked by {@link PlannedCluster}. */
class SlotPlannerTest {
    static List<PlannedCluster> clusters() {
        return PlannedCluster.ofAllSizes();
    }

    static List<PlannedCluster> clustersInZones() {
        return clusters().stream().filter(cluster -> cluster.zones().size() > 1).toList();
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void aNewClusterIsEvenAtOnce(PlannedCluster cluster) {
        cluster.plan();
        expectEven(cluster);
        cluster.copy(1);
        assertThat(cluster.plan()).as("a content table changes, %s", cluster).isFalse();
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void aServerThatJoinsGetsItsShareAndNobodyElseGetsAnything(PlannedCluster cluster) {
        cluster.settle();
        int before = cluster.copies;
        int wantedBefore = cluster.wanted();
        int zonesBefore = cluster.zones().size();
        NodeId joined = cluster.join();
        cluster.settle();
        expectEven(cluster);
        if (cluster.wanted() == wantedBefore && cluster.zones().size() == zonesBefore) {
            int share = owned(cluster.table, joined);
            // Who has nothing that the new one may have passes on to somebody who has.
            int throughOthers = cluster.wantedZones() > 1 ? share / 2 : 0;
            assertThat(cluster.copies - before).as("copies, %s", cluster).isBetween(share, share + throughOthers);
        }
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void aServerThatLeavesEndsEmpty(PlannedCluster cluster) {
        cluster.join();
        cluster.settle();
        NodeId left = cluster.any(cluster.alive);
        cluster.leave(left);
        cluster.settle();
        assertThat(cluster.owns(left)).as("%s owns slots, %s", left, cluster).isFalse();
        expectEven(cluster);
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void whateverHappensEveryStepIsSafeAndTheEndIsEven(PlannedCluster cluster) {
        for (int i = 0; i < 25; i++) {
            cluster.somethingHappens();
            cluster.plan();
            cluster.copy(0.3);
        }
        List.copyOf(cluster.lost).forEach(cluster::kill);
        cluster.settle();
        assertThat(cluster.leaving).as("leaving servers, %s", cluster).noneMatch(cluster::owns);
        expectEven(cluster);
    }

    /** Whoever restarts, or flaps, costs no more copies than what it had. */
    @ParameterizedTest
    @MethodSource("clusters")
    void aServerThatComesBackSoonGetsWhatItHadAndNobodyElseGetsAnything(PlannedCluster cluster) {
        cluster.join();
        cluster.settle();
        NodeId flapping = cluster.any(cluster.alive);
        List<SlotOwners> before = List.copyOf(cluster.table);
        int copies = cluster.copies;
        for (int i = 0; i < 3; i++) {
            cluster.lose(flapping);
            cluster.plan();
            cluster.comeBack(flapping);
            cluster.plan();
        }
        cluster.settle();
        assertThat(cluster.copies - copies)
                .as("copies elsewhere, %s", cluster)
                .isLessThanOrEqualTo(owned(before, flapping));
        if (cluster.wanted() > 1) {
            assertThat(cluster.copies).as("copies elsewhere, %s", cluster).isEqualTo(copies);
            assertThat(replicas(cluster.table)).isEqualTo(replicas(before));
        }
        expectEven(cluster);
    }

    /** The others serve its slots at once, hold all replicas after a while, and give them back bit by bit. */
    @ParameterizedTest
    @MethodSource("clustersInZones")
    void aZoneThatIsLostIsDoneWithoutUntilItIsBack(PlannedCluster cluster) {
        cluster.settle();
        int copies = cluster.copies;
        boolean inOthersToo = cluster.wantedZones() > 1;
        Set<NodeId> gone = cluster.aliveIn("a");
        gone.forEach(cluster::lose);
        cluster.plan();
        assertThat(cluster.table).as("leaders, %s", cluster).noneMatch(slot -> gone.contains(slot.leader()));
        if (inOthersToo) {
            assertThat(cluster.copies)
                    .as("copies while it may come back, %s", cluster)
                    .isEqualTo(copies);
        }
        gone.forEach(cluster::kill);
        cluster.settle();
        expectEven(cluster);
        gone.forEach(cluster::comeBack);
        cluster.settle();
        expectEven(cluster);
    }

    @Test
    void replicasDoubleUpWhileAZoneIsLost() {
        PlannedCluster cluster = new PlannedCluster("aabb", 4, 64, 2, 1);
        cluster.settle();
        assertThat(cluster.table).allMatch(slot -> cluster.zonesOf(slot) == 2);
        Set<NodeId> gone = cluster.aliveIn("a");
        gone.forEach(cluster::kill);
        cluster.settle();
        assertThat(cluster.table).allMatch(slot -> slot.replicas().size() == 2 && cluster.zonesOf(slot) == 1);
        int copies = cluster.copies;
        gone.forEach(cluster::comeBack);
        cluster.settle();
        assertThat(cluster.table).allMatch(slot -> cluster.zonesOf(slot) == 2);
        assertThat(cluster.copies - copies).as("one copy of each slot").isEqualTo(64);
    }

    /** For each slot the servers that have it, whoever leads. */
    private static List<ImmutableSet<NodeId>> replicas(List<SlotOwners> table) {
        return table.stream().map(slot -> ImmutableSet.copyOf(slot.replicas())).toList();
    }

    private static int owned(List<SlotOwners> table, NodeId node) {
        return (int) table.stream().filter(slot -> slot.isReplica(node)).count();
    }

    private static void expectEven(PlannedCluster cluster) {
        assertThat(cluster.table)
                .as("owners, %s", cluster)
                .filteredOn(slot -> slot.replicas().size() != cluster.wanted())
                .isEmpty();
        assertThat(cluster.table)
                .as("zones, %s", cluster)
                .filteredOn(slot -> cluster.zonesOf(slot) != cluster.wantedZones())
                .isEmpty();
        for (String zone : cluster.zones()) {
            var replicas = cluster.loads(cluster.aliveIn(zone)::contains);
            assertThat(replicas.getMax() - replicas.getMin())
                    .as("replicas %s in %s, %s", replicas, zone, cluster)
                    .isLessThanOrEqualTo(1);
        }
        var giving = cluster.replicasWhereSomeCanGo();
        var taking = cluster.replicasWhereSomeCanCome();
        if (giving.getCount() > 0 && taking.getCount() > 0) {
            assertThat(giving.getMax() - taking.getMin())
                    .as("replicas %s and %s, %s", giving, taking, cluster)
                    .isLessThanOrEqualTo(1);
        }
        var leaders = cluster.leadersPerServer();
        assertThat(leaders.getMax() - leaders.getMin())
                .as("leaders %s, %s", leaders, cluster)
                .isLessThanOrEqualTo(1);
    }

    @Test
    void withNobodyToTakeThemSlotsStayAsTheyAre() {
        NodeId gone = new NodeId(Role.DATA, "gone");
        ImmutableList<SlotOwners> table = ImmutableList.of(new SlotOwners(gone, ImmutableList.of(), 7));
        ImmutableList<SlotOwners> next = SlotPlanner.plan(new SlotPlanner.Input(
                table, ImmutableMap.of(), ImmutableSet.of(gone), ImmutableSet.of(), (node, slot) -> true, 2, 1));
        assertThat(next).isEqualTo(table);
    }
}

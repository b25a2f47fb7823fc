package io.slotregistry.meta.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds after every single step is checked by {@link PlannedCluster}. */
class SlotPlannerTest {
    static List<PlannedCluster> clusters() {
        return PlannedCluster.ofAllSizes();
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
        NodeId joined = cluster.join();
        cluster.settle();
        expectEven(cluster);
        if (cluster.wanted() == wantedBefore) {
            long share = cluster.table.stream()
                    .filter(slot -> slot.isReplica(joined))
                    .count();
            assertThat(cluster.copies - before).as("copies, %s", cluster).isEqualTo((int) share);
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
        var replicas = cluster.replicasPerServer();
        assertThat(replicas.getMax() - replicas.getMin())
                .as("replicas %s, %s", replicas, cluster)
                .isLessThanOrEqualTo(1);
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
                table, ImmutableSet.of(), ImmutableSet.of(gone), ImmutableSet.of(), (node, slot) -> true, 2, 1));
        assertThat(next).isEqualTo(table);
    }
}

package io.slotregistry.meta.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What nodes report beside being complete or not. */
class ReportedTroubleTest {
    private final NodeId a = new NodeId(Role.DATA, "a");
    private final NodeId b = new NodeId(Role.DATA, "b");
    private final NodeId c = new NodeId(Role.DATA, "c");
    private final Set<NodeId> holding = new HashSet<>();
    private final Map<NodeId, Integer> cutOff = new HashMap<>();
    private ImmutableSet<NodeId> alive = ImmutableSet.of(a, b, c);
    private ImmutableSet<NodeId> leaving = ImmutableSet.of();

    @Test
    void whoHoldsLossesBackGoesOnLeading() {
        holding.add(c);
        alive = ImmutableSet.of(a, b);
        leaving = ImmutableSet.of(c);
        assertThat(leaderAfter(new SlotOwners(c, ImmutableList.of(a, b), 7), 2)).isEqualTo(c);
    }

    @Test
    void whoHoldsLossesBackIsTheFirstToInherit() {
        holding.add(c);
        NodeId dead = new NodeId(Role.DATA, "dead");
        assertThat(leaderAfter(new SlotOwners(dead, ImmutableList.of(a, b, c), 7), 3))
                .isEqualTo(c);
    }

    @Test
    void aLeaderThatHoldsLossesBackDoesNotKeepAPlanFromEnding() {
        holding.addAll(alive);
        ImmutableList<SlotOwners> surplus =
                ImmutableList.copyOf(Collections.nCopies(6, new SlotOwners(a, ImmutableList.of(b, c), 1)));
        assertThatNoException().isThrownBy(() -> plan(surplus, 2));
    }

    @Test
    void aLeadershipGoesToWhereAllSessionsReachIt() {
        cutOff.put(a, 2);
        cutOff.put(b, 1);
        assertThat(leaderAfter(new SlotOwners(a, ImmutableList.of(b, c), 7), 3)).isEqualTo(c);
        assertThat(leaderAfter(new SlotOwners(a, ImmutableList.of(b), 7), 2)).isEqualTo(b);
    }

    @Test
    void aLeadershipStaysWhereNoOtherIsReachedBetter() {
        cutOff.put(a, 1);
        cutOff.put(b, 1);
        assertThat(leaderAfter(new SlotOwners(a, ImmutableList.of(b), 7), 2)).isEqualTo(a);
    }

    @Test
    void nothingIsBalancedOntoAServerThatIsCutOff() {
        cutOff.put(a, 1);
        alive = ImmutableSet.of(a, b);
        ImmutableList<SlotOwners> allLedByB =
                ImmutableList.copyOf(Collections.nCopies(6, new SlotOwners(b, ImmutableList.of(a), 1)));
        assertThat(plan(allLedByB, 2)).extracting(SlotOwners::leader).containsOnly(b);
        cutOff.clear();
        assertThat(plan(allLedByB, 2)).extracting(SlotOwners::leader).contains(a);
    }

    private NodeId leaderAfter(SlotOwners slot, int replicas) {
        return java.util.Objects.requireNonNull(
                plan(ImmutableList.of(slot), replicas).get(0).leader());
    }

    private List<SlotOwners> plan(ImmutableList<SlotOwners> table, int replicas) {
        Reports states = new Reports() {
            @Override
            public boolean isSynced(NodeId server, int slotId) {
                return true;
            }

            @Override
            public boolean holdsLosses(NodeId server, int slotId) {
                return holding.contains(server);
            }

            @Override
            public int cutOffFrom(NodeId server) {
                return cutOff.getOrDefault(server, 0);
            }
        };
        return SlotPlanner.plan(new SlotPlanner.Input(
                table, Maps.toMap(alive, node -> "zone"), leaving, ImmutableSet.of(), states, replicas, 1));
    }
}

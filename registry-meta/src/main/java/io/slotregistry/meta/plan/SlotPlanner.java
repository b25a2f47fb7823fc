package io.slotregistry.meta.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides who owns which slot. Pure: the same input gives the same table, and a table that it is content with comes
 * back unchanged. A leadership is handed over only to a follower that has everything, and a surplus replica goes only
 * when all others have.
 */
public final class SlotPlanner {
    private final Input input;
    private final List<Draft> drafts = new ArrayList<>();
    private final Map<NodeId, Integer> replicaCounts = new TreeMap<>();
    private final Map<NodeId, Integer> leaderCounts = new TreeMap<>();

    private SlotPlanner(Input input) {
        this.input = input;
    }

    /**
     * @param alive data servers that take slots
     * @param leaving data servers that are alive and to be emptied
     * @param replicas wanted copies, the leader included
     * @param maxMoves slots that may be moving at a time
     */
    public record Input(
            ImmutableList<SlotOwners> slots,
            ImmutableSet<NodeId> alive,
            ImmutableSet<NodeId> leaving,
            SyncStates syncStates,
            int replicas,
            int maxMoves) {}

    /** Whether a server has everything of a slot that it replicates. */
    public interface SyncStates {
        boolean isSynced(NodeId server, int slotId);
    }

    /** The table that should be next. */
    public static ImmutableList<SlotOwners> plan(Input input) {
        if (input.alive().isEmpty()) {
            return input.slots();
        }
        return new SlotPlanner(input).plan();
    }

    private ImmutableList<SlotOwners> plan() {
        for (NodeId node : input.alive()) {
            replicaCounts.put(node, 0);
            leaderCounts.put(node, 0);
        }
        for (int slotId = 0; slotId < input.slots().size(); slotId++) {
            drafts.add(new Draft(slotId, input.slots().get(slotId)));
        }
        drafts.forEach(Draft::count);
        drafts.forEach(this::replaceLostLeader);
        drafts.forEach(this::restoreReplicas);
        drafts.forEach(this::emptyLeaving);
        drafts.forEach(this::dropSurplus);
        balanceReplicas();
        balanceLeaders();
        return drafts.stream().map(Draft::result).collect(ImmutableList.toImmutableList());
    }

    private void replaceLostLeader(Draft slot) {
        if (slot.leader != null) {
            return;
        }
        NodeId heir = slot.followers.stream()
                .min(Comparator.<NodeId, Boolean>comparing(node -> !slot.isSynced(node))
                        .thenComparing(node -> input.leaving().contains(node))
                        .thenComparing(this::leaders)
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(null);
        if (heir == null) {
            heir = input.alive().stream()
                    .min(Comparator.<NodeId>comparingInt(this::leaders)
                            .thenComparingInt(this::load)
                            .thenComparing(Comparator.naturalOrder()))
                    .orElseThrow();
        }
        slot.lead(heir);
    }

    private void restoreReplicas(Draft slot) {
        while (slot.staying() < wanted()) {
            NodeId least = leastLoadedOutside(slot);
            if (least == null) {
                return;
            }
            slot.follow(least);
        }
    }

    private void emptyLeaving(Draft slot) {
        if (slot.leader != null && input.leaving().contains(slot.leader)) {
            slot.followers.stream()
                    .filter(node -> input.alive().contains(node) && slot.isSynced(node))
                    .min(Comparator.<NodeId>comparingInt(this::leaders).thenComparing(Comparator.naturalOrder()))
                    .ifPresent(slot::handOver);
        }
        if (slot.stayingAreSynced()) {
            List.copyOf(slot.followers).stream()
                    .filter(node -> input.leaving().contains(node))
                    .forEach(slot::drop);
        }
    }

    private void dropSurplus(Draft slot) {
        while (slot.staying() > wanted() && slot.stayingAreSynced()) {
            NodeId fullest = slot.followers.stream()
                    .filter(input.alive()::contains)
                    .max(Comparator.<NodeId>comparingInt(this::load).thenComparing(Comparator.reverseOrder()))
                    .orElse(null);
            NodeId leader = slot.leader;
            if (fullest != null && leader != null && load(leader) > load(fullest) + 1 && slot.isSynced(fullest)) {
                slot.handOver(fullest);
                slot.drop(leader);
            } else if (fullest != null) {
                slot.drop(fullest);
            } else {
                return;
            }
        }
    }

    /** Starts moves from the fullest to the emptiest server: first one replica more, then the surplus goes. */
    private void balanceReplicas() {
        int moving =
                (int) drafts.stream().filter(slot -> slot.staying() > wanted()).count();
        Map<NodeId, Integer> planned = new TreeMap<>(replicaCounts);
        drafts.stream().filter(slot -> slot.staying() > wanted()).forEach(slot -> {
            NodeId fullest = fullestOf(slot, planned);
            if (fullest != null) {
                planned.merge(fullest, -1, Integer::sum);
            }
        });
        for (Draft slot : drafts) {
            if (moving >= input.maxMoves()) {
                return;
            }
            NodeId emptiest = planned.keySet().stream()
                    .min(Comparator.<NodeId>comparingInt(planned::get).thenComparing(Comparator.naturalOrder()))
                    .orElseThrow();
            NodeId fullest = slot.staying() == wanted() && !slot.has(emptiest) ? fullestOf(slot, planned) : null;
            if (fullest != null && planned.getOrDefault(fullest, 0) - planned.getOrDefault(emptiest, 0) > 1) {
                slot.follow(emptiest);
                planned.merge(emptiest, 1, Integer::sum);
                planned.merge(fullest, -1, Integer::sum);
                moving++;
            }
        }
    }

    private @Nullable NodeId fullestOf(Draft slot, Map<NodeId, Integer> counts) {
        return slot.replicas().stream()
                .filter(counts::containsKey)
                .max(Comparator.<NodeId>comparingInt(counts::get).thenComparing(Comparator.reverseOrder()))
                .orElse(null);
    }

    private void balanceLeaders() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Draft slot : drafts) {
                NodeId leader = slot.leader;
                if (leader == null || !input.alive().contains(leader)) {
                    continue;
                }
                NodeId heir = slot.followers.stream()
                        .filter(node -> input.alive().contains(node) && slot.isSynced(node))
                        .min(Comparator.<NodeId>comparingInt(this::leaders).thenComparing(Comparator.naturalOrder()))
                        .orElse(null);
                if (heir != null && leaders(leader) - leaders(heir) > 1) {
                    slot.handOver(heir);
                    moved = true;
                }
            }
        }
    }

    private int wanted() {
        return Math.min(input.replicas(), input.alive().size());
    }

    private int load(NodeId node) {
        return replicaCounts.getOrDefault(node, 0);
    }

    private int leaders(NodeId node) {
        return leaderCounts.getOrDefault(node, 0);
    }

    private @Nullable NodeId leastLoadedOutside(Draft slot) {
        return input.alive().stream()
                .filter(node -> !slot.has(node))
                .min(Comparator.<NodeId>comparingInt(this::load).thenComparing(Comparator.naturalOrder()))
                .orElse(null);
    }

    /** A slot on its way from the old table to the new one. Servers that are dead are not in it from the start. */
    private final class Draft {
        private final int slotId;
        private final SlotOwners before;
        private final List<NodeId> followers = new ArrayList<>();
        private @Nullable NodeId leader;
        private long leaderEpoch;

        Draft(int slotId, SlotOwners before) {
            this.slotId = slotId;
            this.before = before;
            this.leaderEpoch = before.leaderEpoch();
            NodeId oldLeader = before.leader();
            this.leader = oldLeader != null && isHere(oldLeader) ? oldLeader : null;
            before.followers().stream().filter(this::isHere).forEach(followers::add);
        }

        void count() {
            replicas().forEach(node -> replicaCounts.computeIfPresent(node, (id, count) -> count + 1));
            if (leader != null) {
                leaderCounts.computeIfPresent(leader, (id, count) -> count + 1);
            }
        }

        /** New servers of this very plan have nothing yet. */
        boolean isSynced(NodeId node) {
            return before.isReplica(node) && input.syncStates().isSynced(node, slotId);
        }

        boolean has(NodeId node) {
            return node.equals(leader) || followers.contains(node);
        }

        List<NodeId> replicas() {
            List<NodeId> all = new ArrayList<>(followers);
            if (leader != null) {
                all.add(leader);
            }
            return all;
        }

        /** Number of replicas on servers that are not leaving. */
        int staying() {
            return (int) replicas().stream().filter(input.alive()::contains).count();
        }

        boolean stayingAreSynced() {
            return staying() >= wanted()
                    && replicas().stream().filter(input.alive()::contains).allMatch(this::isSynced)
                    && leader != null
                    && input.alive().contains(leader);
        }

        void lead(NodeId node) {
            if (!followers.remove(node)) {
                replicaCounts.computeIfPresent(node, (id, count) -> count + 1);
            }
            leader = node;
            leaderEpoch = before.leaderEpoch() + 1;
            leaderCounts.computeIfPresent(node, (id, count) -> count + 1);
        }

        void handOver(NodeId follower) {
            NodeId old = leader;
            if (old != null) {
                leaderCounts.computeIfPresent(old, (id, count) -> count - 1);
                followers.add(old);
            }
            lead(follower);
        }

        void follow(NodeId node) {
            followers.add(node);
            replicaCounts.computeIfPresent(node, (id, count) -> count + 1);
        }

        void drop(NodeId follower) {
            followers.remove(follower);
            replicaCounts.computeIfPresent(follower, (id, count) -> count - 1);
        }

        SlotOwners result() {
            ImmutableList<NodeId> sorted = ImmutableList.sortedCopyOf(followers);
            boolean sameLeader = leader != null && leader.equals(before.leader());
            SlotOwners after = new SlotOwners(leader, sorted, sameLeader ? before.leaderEpoch() : leaderEpoch);
            return after.equals(before) ? before : after;
        }

        private boolean isHere(NodeId node) {
            return input.alive().contains(node) || input.leaving().contains(node);
        }
    }
}

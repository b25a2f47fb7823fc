package io.slotregistry.meta.plan;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ListMultimap;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
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
     * @param lost data servers that are gone but may come back soon: their places are kept while another replica has
     *     everything
     * @param replicas wanted copies, the leader included
     * @param maxMoves slots that may be moving at a time
     */
    public record Input(
            ImmutableList<SlotOwners> slots,
            ImmutableSet<NodeId> alive,
            ImmutableSet<NodeId> leaving,
            ImmutableSet<NodeId> lost,
            Reports reports,
            int replicas,
            int maxMoves) {}

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
        restoreReplicas();
        drafts.forEach(this::emptyLeaving);
        drafts.forEach(this::leadWhereReachable);
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
                .filter(node -> !input.lost().contains(node))
                .min(Comparator.<NodeId, Boolean>comparing(node -> !slot.isSynced(node))
                        .thenComparing(node -> !input.reports().holdsLosses(node, slot.slotId))
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

    /** What only is on servers that leave is here as well, so it waits for its turn. */
    private void restoreReplicas() {
        long moving = drafts.stream().filter(Draft::isMovingAway).count();
        for (Draft slot : drafts) {
            if (slot.staying() < wanted() && !slot.keepsPlaces()) {
                restore(slot, moving < input.maxMoves());
                moving += slot.isMovingAway() ? 1 : 0;
            }
        }
    }

    private void restore(Draft slot, boolean movesAway) {
        while ((movesAway ? slot.staying() : slot.present()) < wanted()) {
            NodeId least = leastLoadedOutside(slot);
            if (least == null) {
                return;
            }
            slot.follow(least);
        }
    }

    private void emptyLeaving(Draft slot) {
        if (slot.leader != null && input.leaving().contains(slot.leader)) {
            slot.heirs()
                    .min(Comparator.<NodeId>comparingInt(this::leaders).thenComparing(Comparator.naturalOrder()))
                    .ifPresent(slot::handOver);
        }
        if (slot.stayingAreSynced()) {
            List.copyOf(slot.followers).stream()
                    .filter(node -> input.leaving().contains(node))
                    .forEach(slot::drop);
        }
    }

    /** A session that cannot reach the leader would hear of no change. */
    private void leadWhereReachable(Draft slot) {
        if (slot.leader != null && input.reports().cutOffFrom(slot.leader) > 0) {
            int now = input.reports().cutOffFrom(slot.leader);
            slot.heirs()
                    .filter(heir -> input.reports().cutOffFrom(heir) < now)
                    .min(Comparator.comparingInt(input.reports()::cutOffFrom)
                            .thenComparing(this::leaders)
                            .thenComparing(Comparator.naturalOrder()))
                    .ifPresent(slot::handOver);
        }
    }

    /** The fullest server gives the slot up, be it the leader: to drop another would undo what the move was for. */
    private void dropSurplus(Draft slot) {
        while (slot.staying() > wanted() && slot.stayingAreSynced()) {
            NodeId fullest = fullestOf(slot, replicaCounts);
            if (fullest.equals(slot.leader)) {
                NodeId heir =
                        slot.heirs().min(Comparator.comparingInt(this::leaders)).orElse(null);
                if (heir == null) {
                    return;
                }
                slot.handOver(heir);
            }
            slot.drop(fullest);
        }
    }

    /** Starts moves from the fullest to the emptiest server: first one replica more, then the surplus goes. */
    private void balanceReplicas() {
        List<Draft> surplus =
                drafts.stream().filter(slot -> slot.staying() > wanted()).toList();
        int moving = surplus.size();
        Map<NodeId, Integer> planned = new TreeMap<>(replicaCounts);
        surplus.forEach(slot -> planned.merge(fullestOf(slot, planned), -1, Integer::sum));
        int share = planned.values().stream().mapToInt(count -> count).sum() / planned.size();
        for (Draft slot : drafts) {
            if (moving >= input.maxMoves()) {
                return;
            }
            NodeId emptiest = planned.keySet().stream()
                    .min(Comparator.<NodeId>comparingInt(planned::get).thenComparing(Comparator.naturalOrder()))
                    .orElseThrow();
            if (slot.staying() != wanted() || slot.has(emptiest)) {
                continue;
            }
            NodeId fullest = fullestOf(slot, planned);
            int count = planned.getOrDefault(fullest, 0);
            if (count > share && count - planned.getOrDefault(emptiest, 0) > 1) {
                slot.follow(emptiest);
                planned.merge(emptiest, 1, Integer::sum);
                planned.merge(fullest, -1, Integer::sum);
                moving++;
            }
        }
    }

    /** The one that a move takes the slot from: chosen alike when the move starts and when it ends. */
    private NodeId fullestOf(Draft slot, Map<NodeId, Integer> counts) {
        return slot.replicas().stream()
                .filter(counts::containsKey)
                .max(Comparator.<NodeId>comparingInt(counts::get).thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
    }

    private void balanceLeaders() {
        boolean moved = true;
        while (moved) {
            int fewest = input.alive().stream().mapToInt(this::leaders).min().orElse(0);
            moved = input.alive().stream()
                    .filter(node -> leaders(node) - fewest > 1)
                    .sorted(Comparator.<NodeId>comparingInt(this::leaders).reversed())
                    .anyMatch(this::relieve);
        }
    }

    /**
     * Takes one leadership from a busy server. The idlest may replicate none of its slots, so the way there is a chain
     * of servers, each of which hands one leadership to the next.
     */
    private boolean relieve(NodeId busy) {
        Map<NodeId, Draft> reachedBy = slotsToHandOver(busy);
        NodeId idlest = reachedBy.keySet().stream()
                .min(Comparator.comparingInt(this::leaders))
                .orElse(busy);
        if (leaders(busy) - leaders(idlest) <= 1) {
            return false;
        }
        handDown(idlest, reachedBy);
        return true;
    }

    private void handDown(NodeId heir, Map<NodeId, Draft> reachedBy) {
        Draft slot = reachedBy.get(heir);
        if (slot != null && slot.leader != null) {
            NodeId giver = slot.leader;
            slot.handOver(heir);
            handDown(giver, reachedBy);
        }
    }

    /** For each server that a chain from the busy one leads to, nearest first, the slot that it would get. */
    private Map<NodeId, Draft> slotsToHandOver(NodeId busy) {
        ListMultimap<NodeId, Draft> led = ArrayListMultimap.create();
        for (Draft slot : drafts) {
            if (slot.leader != null) {
                led.put(slot.leader, slot);
            }
        }
        Map<NodeId, Draft> reachedBy = new LinkedHashMap<>();
        Deque<NodeId> next = new ArrayDeque<>(List.of(busy));
        while (!next.isEmpty()) {
            for (Draft slot : led.get(next.remove())) {
                slot.heirs()
                        .filter(heir -> !heir.equals(busy) && reachedBy.putIfAbsent(heir, slot) == null)
                        .forEach(next::add);
            }
        }
        return reachedBy;
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

    /** A slot on its way from the old table to the new one. Servers that are gone for good are not in it at all. */
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
            before.replicas().stream()
                    .filter(node -> !node.equals(leader))
                    .filter(node -> isHere(node) || input.lost().contains(node))
                    .forEach(followers::add);
        }

        void count() {
            replicas().forEach(node -> replicaCounts.computeIfPresent(node, (id, count) -> count + 1));
            if (leader != null) {
                leaderCounts.computeIfPresent(leader, (id, count) -> count + 1);
            }
        }

        /** New servers of this very plan have nothing yet. */
        boolean isSynced(NodeId node) {
            return before.isReplica(node) && input.reports().isSynced(node, slotId);
        }

        /** Followers that can take the leadership without anybody noticing. */
        Stream<NodeId> heirs() {
            if (leader != null && input.reports().holdsLosses(leader, slotId)) {
                return Stream.empty();
            }
            int worst = leader == null ? Integer.MAX_VALUE : input.reports().cutOffFrom(leader);
            return followers.stream()
                    .filter(node -> input.alive().contains(node)
                            && isSynced(node)
                            && input.reports().cutOffFrom(node) <= worst);
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

        /** Number of replicas on servers that are here, be it that they leave. */
        int present() {
            return (int) replicas().stream().filter(this::isHere).count();
        }

        /** Has all replicas that it needs, and others on servers that leave. */
        boolean isMovingAway() {
            return staying() >= wanted() && replicas().stream().anyMatch(input.leaving()::contains);
        }

        /** Does without a replica for a while, because the server that had it may come back. */
        boolean keepsPlaces() {
            return replicas().size() >= wanted()
                    && followers.stream().anyMatch(input.lost()::contains)
                    && replicas().stream().anyMatch(node -> input.alive().contains(node) && isSynced(node));
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

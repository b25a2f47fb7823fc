package io.slotregistry.meta.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.common.collect.Table;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Data servers that come, go and copy slots at random, under a planner whose every step is checked. */
final class PlannedCluster {
    final TreeSet<NodeId> alive = new TreeSet<>();
    final TreeSet<NodeId> leaving = new TreeSet<>();
    final TreeSet<NodeId> lost = new TreeSet<>();
    ImmutableList<SlotOwners> table;
    /** Replicas that were added since the cluster was made. */
    int copies;

    private final String description;
    private final String zonePattern;
    private final Map<NodeId, String> zoneOf = new TreeMap<>();
    private final Random random;
    private final int replicas;
    private final int maxMoves;
    private final Table<NodeId, Integer, Boolean> synced = HashBasedTable.create();
    private int names;

    /** @param zonePattern one letter for each server's zone, again and again */
    PlannedCluster(String zonePattern, int servers, int slots, int replicas, long seed) {
        this.zonePattern = zonePattern;
        this.random = new Random(seed);
        this.replicas = replicas;
        this.maxMoves = 1 + slots / 16 + random.nextInt(slots);
        this.description = "%d servers in %s, %d slots, %d replicas, %d moves, seed %d"
                .formatted(servers, zonePattern, slots, replicas, maxMoves, seed);
        this.table = ImmutableList.copyOf(Collections.nCopies(slots, SlotOwners.NONE));
        for (int i = 0; i < servers; i++) {
            join();
        }
    }

    NodeId join() {
        String zone = String.valueOf(zonePattern.charAt(names % zonePattern.length()));
        NodeId node = new NodeId(Role.DATA, "data-" + ++names);
        zoneOf.put(node, zone);
        alive.add(node);
        return node;
    }

    void leave(NodeId node) {
        alive.remove(node);
        leaving.add(node);
    }

    void kill(NodeId node) {
        alive.remove(node);
        leaving.remove(node);
        lost.remove(node);
        synced.row(node).clear();
    }

    /** Its place is kept until it {@link #comeBack} or is killed. */
    void lose(NodeId node) {
        kill(node);
        lost.add(node);
    }

    void comeBack(NodeId node) {
        lost.remove(node);
        alive.add(node);
    }

    /** So quickly that it never was away, but it has nothing any more. */
    private void restart(NodeId node) {
        synced.row(node).clear();
    }

    NodeId any(Set<NodeId> nodes) {
        return new ArrayList<>(nodes).get(random.nextInt(nodes.size()));
    }

    /** Something happens to a server. One always stays. */
    void somethingHappens() {
        int dice = random.nextInt(13);
        if (dice == 0) {
            join();
        } else if (dice == 1 && alive.size() > 1) {
            leave(any(alive));
        } else if (dice == 2 && alive.size() > 1) {
            kill(any(alive));
        } else if (dice == 3 && !leaving.isEmpty()) {
            kill(any(leaving));
        } else if (dice == 4 && !leaving.isEmpty()) {
            NodeId back = any(leaving);
            leaving.remove(back);
            alive.add(back);
        } else if (dice == 5) {
            restart(any(alive));
        } else if (dice == 6 && alive.size() > 1) {
            lose(any(alive));
        } else if (dice == 7 && !lost.isEmpty()) {
            comeBack(any(lost));
        } else if (dice == 8 && !lost.isEmpty()) {
            kill(any(lost));
        }
    }

    /** Each replica that is not complete becomes so with this chance. */
    void copy(double chance) {
        for (int slotId = 0; slotId < table.size(); slotId++) {
            for (NodeId node : table.get(slotId).replicas()) {
                if (random.nextDouble() < chance) {
                    synced.put(node, slotId, true);
                }
            }
        }
    }

    /** Plans and copies until there is nothing to plan. */
    void settle() {
        int limit = 20 + 4 * table.size() * replicas / maxMoves;
        copy(1);
        for (int steps = 0; plan(); steps++) {
            assertThat(steps).as("steps until content, %s", this).isLessThan(limit);
            copy(1);
        }
    }

    /** True when the table changed. */
    boolean plan() {
        ImmutableList<SlotOwners> before = table;
        ImmutableList<SlotOwners> after = SlotPlanner.plan(input(before));
        assertThat(after).hasSameSizeAs(before);
        for (int slotId = 0; slotId < before.size(); slotId++) {
            check(slotId, before.get(slotId), after.get(slotId));
            note(slotId, before.get(slotId), after.get(slotId));
        }
        assertThat(moving(after))
                .as("slots that move, %s", this)
                .isLessThanOrEqualTo(Math.max(maxMoves, moving(before)));
        assertThat(movingAway(after))
                .as("slots that move away from servers that leave, %s", this)
                .isLessThanOrEqualTo(Math.max(maxMoves, movingAway(before)));
        table = after;
        return !after.equals(before);
    }

    IntSummaryStatistics leadersPerServer() {
        return alive.stream()
                .mapToInt(node -> (int) table.stream()
                        .filter(slot -> node.equals(slot.leader()))
                        .count())
                .summaryStatistics();
    }

    boolean owns(NodeId node) {
        return table.stream().anyMatch(slot -> slot.isReplica(node));
    }

    int wanted() {
        return Math.min(replicas, alive.size());
    }

    @Override
    public String toString() {
        return description;
    }

    private SlotPlanner.Input input(ImmutableList<SlotOwners> slots) {
        return new SlotPlanner.Input(
                slots,
                Maps.toMap(alive, this::zone),
                ImmutableSet.copyOf(leaving),
                ImmutableSet.copyOf(lost),
                this::isSynced,
                replicas,
                maxMoves);
    }

    private boolean isSynced(NodeId node, int slotId) {
        return synced.contains(node, slotId);
    }

    String zone(NodeId node) {
        return Objects.requireNonNull(zoneOf.get(node));
    }

    /** Zones that have servers which take slots. */
    Set<String> zones() {
        return alive.stream().map(this::zone).collect(Collectors.toCollection(TreeSet::new));
    }

    TreeSet<NodeId> aliveIn(String zone) {
        return alive.stream().filter(node -> zone(node).equals(zone)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The number of zones that a slot can have replicas in. */
    int wantedZones() {
        return Math.min(wanted(), zones().size());
    }

    /** Zones of the replicas that are alive. */
    int zonesOf(SlotOwners slot) {
        return (int) slot.replicas().stream()
                .filter(alive::contains)
                .map(this::zone)
                .distinct()
                .count();
    }

    /** Servers of zones that could do with fewer replicas. */
    IntSummaryStatistics replicasWhereSomeCanGo() {
        int least = zones().size() <= wanted() ? table.size() : 0;
        return loads(node -> load(aliveIn(zone(node))) > least);
    }

    /** Servers of zones that could have more replicas. */
    IntSummaryStatistics replicasWhereSomeCanCome() {
        int most = 1 + wanted() - wantedZones();
        return loads(node -> {
            Set<NodeId> zone = aliveIn(zone(node));
            return load(zone) < table.size() * Math.min(most, zone.size());
        });
    }

    IntSummaryStatistics loads(Predicate<NodeId> which) {
        return alive.stream().filter(which).mapToInt(node -> load(Set.of(node))).summaryStatistics();
    }

    private int load(Set<NodeId> servers) {
        return (int) table.stream()
                .flatMap(slot -> slot.replicas().stream())
                .filter(servers::contains)
                .count();
    }

    private boolean isHere(NodeId node) {
        return alive.contains(node) || leaving.contains(node);
    }

    private void check(int slotId, SlotOwners before, SlotOwners after) {
        String broken = brokenRule(slotId, before, after);
        if (!broken.isEmpty()) {
            throw new AssertionError("slot %d: %s: %s -> %s, %s".formatted(slotId, broken, before, after, this));
        }
    }

    /** Empty when the step is as it should be. */
    private String brokenRule(int slotId, SlotOwners before, SlotOwners after) {
        NodeId leader = after.leader();
        if (leader == null || !isHere(leader)) {
            return "no leader";
        }
        long here = after.replicas().stream().filter(this::isHere).count();
        long kept = complete(slotId, before) > 0 ? after.replicas().size() - here : 0;
        if (here + kept < wanted()) {
            return "too few replicas";
        }
        if (!after.replicas().stream().allMatch(node -> isHere(node) || lost.contains(node))) {
            return "a dead server";
        }
        if (ImmutableSet.copyOf(after.replicas()).size() < after.replicas().size()) {
            return "two replicas on one server";
        }
        boolean changed = !leader.equals(before.leader());
        if (after.leaderEpoch() != before.leaderEpoch() + (changed ? 1 : 0)) {
            return "the epoch grows by one if, and only if, the leader changes";
        }
        if (changed && couldChoose(slotId, before) && !(before.isReplica(leader) && isSynced(leader, slotId))) {
            return "the leadership goes to a server that has not everything";
        }
        boolean givenUp = before.replicas().stream().anyMatch(node -> isHere(node) && !after.isReplica(node));
        if (givenUp && complete(slotId, after) < wanted()) {
            return "a replica goes before enough others have everything";
        }
        if (givenUp && zonesOf(after) < Math.min(wantedZones(), zonesOf(before))) {
            return "a replica goes that was alone in a zone";
        }
        return "";
    }

    private boolean couldChoose(int slotId, SlotOwners before) {
        return before.leader() != null
                && (isHere(before.leader())
                        || before.followers().stream().anyMatch(node -> isHere(node) && isSynced(node, slotId)));
    }

    private long complete(int slotId, SlotOwners slot) {
        return slot.replicas().stream()
                .filter(node -> alive.contains(node) && isSynced(node, slotId))
                .count();
    }

    /** A replica that comes again starts empty. */
    private void note(int slotId, SlotOwners before, SlotOwners after) {
        for (NodeId node : before.replicas()) {
            if (!after.isReplica(node)) {
                synced.remove(node, slotId);
            }
        }
        copies += (int) after.replicas().stream()
                .filter(node -> !before.isReplica(node))
                .count();
    }

    private long moving(Collection<SlotOwners> slots) {
        return slots.stream().filter(slot -> staying(slot) > wanted()).count();
    }

    private long movingAway(Collection<SlotOwners> slots) {
        return slots.stream()
                .filter(slot -> staying(slot) >= wanted())
                .filter(slot -> slot.replicas().stream().anyMatch(leaving::contains))
                .count();
    }

    private long staying(SlotOwners slot) {
        return slot.replicas().stream().filter(alive::contains).count();
    }

    static List<PlannedCluster> ofAllSizes() {
        int[][] serversAndSlots = {{1, 16}, {2, 16}, {3, 256}, {5, 16}, {5, 256}, {50, 256}};
        List<PlannedCluster> all = new ArrayList<>();
        Random seeds = new Random(42);
        for (String zonePattern : List.of("a", "ab", "abc", "abbbb", "abbbcccccc")) {
            for (int[] size : serversAndSlots) {
                for (int replicas = 1; replicas <= 3; replicas++) {
                    all.add(new PlannedCluster(zonePattern, size[0], size[1], replicas, seeds.nextInt(1_000_000)));
                }
            }
        }
        all.add(new PlannedCluster("a", 50, 1024, 3, 1));
        all.add(new PlannedCluster("abbbcccccc", 50, 1024, 3, 1));
        return all;
    }
}

package io.slotregistry.meta.plan;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.model.NodeId;
import java.util.Map;
import java.util.TreeMap;

/** The data servers of a plan, where they stand, and how much each that takes slots has so far. */
final class Servers {
    private final SlotPlanner.Input input;
    private final Map<NodeId, Integer> replicas = new TreeMap<>();
    private final Map<NodeId, Integer> leaders = new TreeMap<>();

    private final int zones;

    Servers(SlotPlanner.Input input) {
        this.input = input;
        input.alive().forEach((node, zone) -> {
            replicas.put(node, 0);
            leaders.put(node, 0);
        });
        this.zones = (int) input.alive().values().stream().distinct().count();
    }

    ImmutableSet<NodeId> alive() {
        return input.alive().keySet();
    }

    Reports reports() {
        return input.reports();
    }

    boolean isAlive(NodeId node) {
        return input.alive().containsKey(node);
    }

    boolean isLeaving(NodeId node) {
        return input.leaving().contains(node);
    }

    boolean isLost(NodeId node) {
        return input.lost().contains(node);
    }

    boolean isHere(NodeId node) {
        return isAlive(node) || isLeaving(node);
    }

    /** Of a server that takes slots. */
    String zone(NodeId alive) {
        String zone = input.alive().get(alive);
        if (zone == null) {
            throw new IllegalArgumentException("takes no slots: " + alive);
        }
        return zone;
    }

    /** Replicas that a slot should have. */
    int wanted() {
        return Math.min(input.replicas(), input.alive().size());
    }

    /** Zones that the replicas of a slot should be in. */
    int wantedZones() {
        return Math.min(wanted(), zones);
    }

    int load(NodeId node) {
        return replicas.getOrDefault(node, 0);
    }

    int leaders(NodeId node) {
        return leaders.getOrDefault(node, 0);
    }

    void addReplica(NodeId node) {
        replicas.computeIfPresent(node, (id, count) -> count + 1);
    }

    void removeReplica(NodeId node) {
        replicas.computeIfPresent(node, (id, count) -> count - 1);
    }

    void addLeader(NodeId node) {
        leaders.computeIfPresent(node, (id, count) -> count + 1);
    }

    void removeLeader(NodeId node) {
        leaders.computeIfPresent(node, (id, count) -> count - 1);
    }
}

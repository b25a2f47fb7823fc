package io.slotregistry.meta.plan;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A slot on its way from the old table to the new one, which counts what it does among the servers. Servers that are
 * gone for good are not in it at all.
 */
final class Draft {
    final int slotId;
    final List<NodeId> followers = new ArrayList<>();

    @Nullable
    NodeId leader;

    private final Servers servers;
    private final SlotOwners before;
    private long leaderEpoch;

    Draft(Servers servers, int slotId, SlotOwners before) {
        this.servers = servers;
        this.slotId = slotId;
        this.before = before;
        this.leaderEpoch = before.leaderEpoch();
        NodeId oldLeader = before.leader();
        this.leader = oldLeader != null && servers.isHere(oldLeader) ? oldLeader : null;
        before.replicas().stream()
                .filter(node -> !node.equals(leader))
                .filter(node -> servers.isHere(node) || servers.isLost(node))
                .forEach(followers::add);
    }

    void count() {
        replicas().forEach(servers::addReplica);
        if (leader != null) {
            servers.addLeader(leader);
        }
    }

    /** New servers of this very plan have nothing yet. */
    boolean isSynced(NodeId node) {
        return before.isReplica(node) && servers.reports().isSynced(node, slotId);
    }

    /** A follower that this very plan has added, so that nobody has copied anything yet. */
    boolean isNew(NodeId node) {
        return followers.contains(node) && !before.isReplica(node);
    }

    /** Followers that can take the leadership without anybody noticing. */
    Stream<NodeId> heirs() {
        if (leader != null && servers.reports().holdsLosses(leader, slotId)) {
            return Stream.empty();
        }
        int worst = leader == null ? Integer.MAX_VALUE : servers.reports().cutOffFrom(leader);
        return followers.stream()
                .filter(node -> servers.isAlive(node)
                        && isSynced(node)
                        && servers.reports().cutOffFrom(node) <= worst);
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

    /** The replicas on servers that are not leaving. */
    List<NodeId> staying() {
        return replicas().stream().filter(servers::isAlive).toList();
    }

    /** Number of replicas on servers that are here, be it that they leave. */
    int present() {
        return (int) replicas().stream().filter(servers::isHere).count();
    }

    /** Number of replicas on servers of a zone that are not leaving. */
    int in(String zone) {
        int in = 0;
        for (NodeId node : staying()) {
            in += servers.zone(node).equals(zone) ? 1 : 0;
        }
        return in;
    }

    /** Has all replicas that it needs, and others on servers that leave. */
    boolean isMovingAway() {
        return staying().size() >= servers.wanted() && replicas().stream().anyMatch(servers::isLeaving);
    }

    /** Does without a replica for a while, because the server that had it may come back. */
    boolean keepsPlaces() {
        return replicas().size() >= servers.wanted()
                && followers.stream().anyMatch(servers::isLost)
                && replicas().stream().anyMatch(node -> servers.isAlive(node) && isSynced(node));
    }

    boolean stayingAreSynced() {
        return staying().size() >= servers.wanted()
                && staying().stream().allMatch(this::isSynced)
                && leader != null
                && servers.isAlive(leader);
    }

    void lead(NodeId node) {
        if (!followers.remove(node)) {
            servers.addReplica(node);
        }
        leader = node;
        leaderEpoch = before.leaderEpoch() + 1;
        servers.addLeader(node);
    }

    void handOver(NodeId follower) {
        NodeId old = leader;
        if (old != null) {
            servers.removeLeader(old);
            followers.add(old);
        }
        lead(follower);
    }

    void follow(NodeId node) {
        followers.add(node);
        servers.addReplica(node);
    }

    void drop(NodeId follower) {
        followers.remove(follower);
        servers.removeReplica(follower);
    }

    SlotOwners result() {
        ImmutableList<NodeId> sorted = ImmutableList.sortedCopyOf(followers);
        boolean sameLeader = leader != null && leader.equals(before.leader());
        SlotOwners after = new SlotOwners(leader, sorted, sameLeader ? before.leaderEpoch() : leaderEpoch);
        return after.equals(before) ? before : after;
    }
}

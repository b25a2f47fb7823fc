package io.slotregistry.meta;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.cluster.Member;
import io.slotregistry.model.NodeId;
import io.slotregistry.proto.Heartbeat;
import io.slotregistry.runtime.EventLoop;
import org.jspecify.annotations.Nullable;

/** What the leader knows of a living node. Belongs to the main loop. */
final class Lease {
    final Member member;
    EventLoop.@Nullable Timer timer;
    private ImmutableSet<Integer> syncingSlots = ImmutableSet.of();
    private ImmutableSet<Integer> holdingSlots = ImmutableSet.of();
    private ImmutableSet<String> unreachable = ImmutableSet.of();
    private long syncEpoch;
    private int clientConnections;
    private int publications;
    private boolean heard;
    private boolean settled;

    Lease(Member member) {
        this.member = member;
    }

    /** True when the planner should look at it. */
    boolean take(Heartbeat heartbeat) {
        heard = true;
        clientConnections = heartbeat.getClientConnections();
        publications = heartbeat.getPublications();
        ImmutableSet<Integer> syncing = ImmutableSet.copyOf(heartbeat.getSyncingSlotsList());
        ImmutableSet<Integer> holding = ImmutableSet.copyOf(heartbeat.getHoldingSlotsList());
        ImmutableSet<String> cutOff = ImmutableSet.copyOf(heartbeat.getUnreachableList());
        boolean news = !syncing.equals(syncingSlots)
                || !holding.equals(holdingSlots)
                || !cutOff.equals(unreachable)
                || heartbeat.getSyncEpoch() != syncEpoch;
        unreachable = cutOff;
        syncingSlots = syncing;
        holdingSlots = holding;
        syncEpoch = heartbeat.getSyncEpoch();
        return news;
    }

    /** The epoch that the node's report is about; 0 while it has not reported. */
    long syncEpoch() {
        return syncEpoch;
    }

    boolean isSynced(int slotId) {
        return !syncingSlots.contains(slotId);
    }

    /** Whether the node holds losses of the slot back. */
    boolean isHolding(int slotId) {
        return holdingSlots.contains(slotId);
    }

    /** Whether the node, a session, cannot reach that data server. */
    boolean cannotReach(NodeId server) {
        return unreachable.contains(server.name());
    }

    /** False while the lease was only granted to a process that another leader knew. */
    boolean isHeard() {
        return heard;
    }

    int publications() {
        return publications;
    }

    int clientConnections() {
        return clientConnections;
    }

    /** The node has been there for so long that all clients know it. */
    boolean isSettled() {
        return settled;
    }

    void settle() {
        settled = true;
    }

    NodeStatus status() {
        return new NodeStatus(member, syncingSlots.size(), clientConnections);
    }
}

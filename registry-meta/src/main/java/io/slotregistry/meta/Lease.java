package io.slotregistry.meta;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.cluster.Member;
import io.slotregistry.proto.Heartbeat;
import io.slotregistry.runtime.EventLoop;
import org.jspecify.annotations.Nullable;

/** What the leader knows of a living node. Belongs to the main loop. */
final class Lease {
    final Member member;
    EventLoop.@Nullable Timer timer;
    private ImmutableSet<Integer> syncingSlots = ImmutableSet.of();
    private long syncEpoch;
    private int clientConnections;

    Lease(Member member) {
        this.member = member;
    }

    /** True when the planner should look at it. */
    boolean take(Heartbeat heartbeat) {
        clientConnections = heartbeat.getClientConnections();
        ImmutableSet<Integer> syncing = ImmutableSet.copyOf(heartbeat.getSyncingSlotsList());
        boolean news = !syncing.equals(syncingSlots) || heartbeat.getSyncEpoch() != syncEpoch;
        syncingSlots = syncing;
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

    NodeStatus status() {
        return new NodeStatus(member, syncingSlots.size(), clientConnections);
    }
}

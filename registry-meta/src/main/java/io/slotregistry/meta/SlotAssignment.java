package io.slotregistry.meta;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Sets;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.meta.plan.SlotPlanner;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;

/** Asks the planner who should have which slots, given which servers live. Belongs to the main loop. */
final class SlotAssignment {
    private final NodeContext context;
    private final MetaSettings settings;
    private final ReplicaStates replicas;
    private final LostServers lostServers;
    private final Runnable whenDue;
    private long firstDataMillis = -1;

    /** @param whenDue called when it is time to ask again */
    SlotAssignment(NodeContext context, MetaSettings settings, ReplicaStates replicas, Runnable whenDue) {
        this.context = context;
        this.settings = settings;
        this.replicas = replicas;
        this.lostServers = new LostServers(context, settings.handoverMillis(), whenDue);
        this.whenDue = whenDue;
    }

    /** This server has just begun to lead. */
    void restart() {
        lostServers.clear();
    }

    /** The slots of the next view, in which these nodes live. */
    ImmutableList<SlotOwners> after(ClusterView now, ImmutableSortedMap<NodeId, Member> living) {
        ImmutableMap.Builder<NodeId, String> alive = ImmutableMap.builder();
        ImmutableSet.Builder<NodeId> leaving = ImmutableSet.builder();
        for (Member member : living.values()) {
            if (member.node().role() == Role.DATA && member.leaving()) {
                leaving.add(member.node());
            } else if (member.node().role() == Role.DATA) {
                alive.put(member.node(), member.zone());
            }
        }
        ImmutableMap<NodeId, String> servers = alive.buildOrThrow();
        if (servers.isEmpty() || isCollecting(now)) {
            return now.slots();
        }
        return SlotPlanner.plan(new SlotPlanner.Input(
                now.slots(),
                servers,
                leaving.build(),
                lostServers.among(
                        now.slots(), Sets.union(living.keySet(), now.settings().draining())),
                replicas,
                settings.replicas(),
                settings.maxMoves()));
    }

    /** The first data servers of a cluster mostly come together: what the first one got alone would be moved again. */
    private boolean isCollecting(ClusterView now) {
        if (now.slots().stream().anyMatch(slot -> slot.leader() != null)) {
            return false;
        }
        long nowMillis = context.clock().monotonicMillis();
        if (firstDataMillis < 0) {
            firstDataMillis = nowMillis;
            context.mainLoop().schedule(settings.assignDelayMillis(), whenDue);
        }
        return nowMillis - firstDataMillis < settings.assignDelayMillis();
    }
}

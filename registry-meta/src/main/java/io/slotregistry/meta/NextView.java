package io.slotregistry.meta;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Continuity;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import java.util.HashSet;
import java.util.Set;

/**
 * What the view should be, given who is alive, what data servers report and what operators ask for. Belongs to the main
 * loop.
 */
final class NextView {
    private final Leases leases;
    private final OperatorRequests operators;
    private final ReplicaStates replicas;
    private final GoneSessions goneSessions;
    private final SlotAssignment assignment;
    private final ColdStart coldStart;
    private final VersionTime versions;

    /** @param whenDue called when time alone has made another view right */
    NextView(NodeContext context, MetaSettings settings, Leases leases, OperatorRequests operators, Runnable whenDue) {
        this.leases = leases;
        this.operators = operators;
        this.replicas = new ReplicaStates(leases);
        this.assignment = new SlotAssignment(context, settings, replicas, whenDue);
        this.goneSessions = new GoneSessions(context, settings.handoverMillis(), whenDue);
        this.versions = new VersionTime(context, whenDue);
        this.coldStart = new ColdStart(context, leases, whenDue);
    }

    void viewChanged(ClusterView before, ClusterView after) {
        replicas.viewChanged(before, after);
    }

    /** This server has just taken charge, with this view. */
    void restart(ClusterView view) {
        goneSessions.clear();
        assignment.restart();
        versions.restart();
        coldStart.restart(view);
    }

    /** @param versionTime that a living process of the view reports; 0 when it has none yet */
    void heard(ProcessId process, long versionTime, ClusterView view) {
        versions.heard(process, versionTime, view);
    }

    /** The same view when nothing is to be changed. */
    ClusterView after(ClusterView now) {
        ClusterSettings decided = operators.after(now.settings());
        ImmutableSortedMap.Builder<NodeId, Member> listed = ImmutableSortedMap.naturalOrder();
        Set<ProcessId> alive = new HashSet<>();
        for (Lease lease : leases.all()) {
            Member member = lease.member;
            listed.put(member.node(), decided.draining().contains(member.node()) ? member.withLeaving(true) : member);
            alive.add(member.process());
        }
        ImmutableSortedMap<NodeId, Member> living = listed.buildOrThrow();
        Continuity continuity =
                coldStart.after(now, decided, goneSessions.after(now, alive), versions.after(now, alive));
        ImmutableList<SlotOwners> slots = coldStart.led(now, continuity, assignment.after(now, living));
        ClusterView next = now.next(living, slots, decided, continuity);
        return next.differsFrom(now) ? next : now;
    }
}

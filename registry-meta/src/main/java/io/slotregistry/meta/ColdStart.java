package io.slotregistry.meta;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Continuity;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.cluster.SettingKey;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.cluster.WarmUp;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.slot.VersionLease;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a session joins and none of before lives, and no data server remembers what their clients had, the cluster warms
 * up: until as many publications are back as there were, and no more come, or the time is over. Belongs to the main
 * loop.
 */
final class ColdStart {
    private static final Logger LOG = LoggerFactory.getLogger(ColdStart.class);

    /** Within that time a client that registers one by one has registered more. */
    private static final long QUIET_MILLIS = 2_000;

    /** Between two records of how many publications there are. */
    private static final long RECORD_MILLIS = 2_000;

    private static final long LOOK_MILLIS = 500;

    /** While a session counts as gone just now that nobody has heard, leaders give presumed versions only. */
    private static final ProcessId ALL_BEFORE = new ProcessId(new NodeId(Role.SESSION, "all-before"), 1);

    private final NodeContext context;
    private final Leases leases;
    private final Runnable whenDue;
    /** Processes of the view in which the warm-up began. If one is heard after all, it was no cold start. */
    private ImmutableSet<ProcessId> predecessors = ImmutableSet.of();

    private WarmUp latest = WarmUp.NONE;
    /** Data servers that were there while a session was. */
    private ImmutableSet<ProcessId> witnesses = ImmutableSet.of();

    private long readyMillis;
    private long grownMillis;
    private long recordedMillis;
    private int publications;
    private boolean scheduled;

    /** @param whenDue called when it is time to look again */
    ColdStart(NodeContext context, Leases leases, Runnable whenDue) {
        this.context = context;
        this.leases = leases;
        this.whenDue = whenDue;
    }

    /** This server has just begun to lead. */
    void restart(ClusterView view) {
        witnesses = processes(view, Role.DATA);
        predecessors = ImmutableSet.of();
        readyMillis = -1;
        publications = 0;
        recordedMillis = now();
    }

    /**
     * What the view after this one should say.
     *
     * @param gone sessions that ended just now
     * @param versions as they should be
     */
    Continuity after(
            ClusterView view, ClusterSettings settings, ImmutableSortedSet<ProcessId> gone, VersionLease versions) {
        WarmUp known = view.warmUp();
        latest = known;
        lookLater();
        long maxMillis = settings.get(SettingKey.WARM_UP_MAX_MILLIS);
        count();
        if (!known.active()) {
            return begins(view, maxMillis)
                    ? new Continuity(withAllBefore(gone), versions, begin(view))
                    : new Continuity(
                            gone, versions, new WarmUp(false, recorded(view, !versions.equals(view.versions()))));
        }
        if (isMistaken()) {
            LOG.info("event=warm-up-ended reason=\"servers of before are there\"");
            return new Continuity(withoutAllBefore(gone), versions, new WarmUp(false, known.publications()));
        }
        if (!isOver(view, known, maxMillis)) {
            return new Continuity(withAllBefore(gone), versions, known);
        }
        LOG.info("event=warm-up-ended publications={} before={}", publications, known.publications());
        return new Continuity(
                ImmutableSortedSet.of(), versions, new WarmUp(false, Math.max(publications, known.publications())));
    }

    /** The slots of that view. Leaders that outlived all sessions forget the versions that they gave. */
    ImmutableList<SlotOwners> led(ClusterView view, Continuity next, ImmutableList<SlotOwners> slots) {
        boolean begins = next.warmUp().active() && !view.warmUp().active();
        return begins ? slots.stream().map(slot -> slot.anew(1)).collect(ImmutableList.toImmutableList()) : slots;
    }

    private static ImmutableSortedSet<ProcessId> withAllBefore(ImmutableSortedSet<ProcessId> gone) {
        return ImmutableSortedSet.copyOf(Sets.union(gone, ImmutableSet.of(ALL_BEFORE)));
    }

    private static ImmutableSortedSet<ProcessId> withoutAllBefore(ImmutableSortedSet<ProcessId> gone) {
        return ImmutableSortedSet.copyOf(Sets.difference(gone, ImmutableSet.of(ALL_BEFORE)));
    }

    private boolean begins(ClusterView view, long maxMillis) {
        boolean joins = sessions().anyMatch(lease -> !view.contains(lease.member.process()));
        boolean survives = sessions().anyMatch(lease -> view.contains(lease.member.process()));
        if (survives) {
            witnesses = processes(view, Role.DATA);
        }
        return joins
                && view.warmUp().publications() != WarmUp.NEVER
                && maxMillis > 0
                && !survives
                && !(endedJustNow(view)
                        && heard(Role.DATA).anyMatch(lease -> witnesses.contains(lease.member.process())));
    }

    private WarmUp begin(ClusterView view) {
        LOG.warn("event=warm-up publications={}", view.warmUp().publications());
        predecessors = ImmutableSet.<ProcessId>builder()
                .addAll(processes(view, Role.SESSION))
                .addAll(endedJustNow(view) ? witnesses : ImmutableSet.of())
                .build();
        leases.suspectUnheardSessions();
        readyMillis = -1;
        return new WarmUp(true, view.warmUp().publications());
    }

    /** Data servers remember what clients of these sessions have published. */
    private static boolean endedJustNow(ClusterView view) {
        return !view.goneSessions().isEmpty()
                || view.members(Role.SESSION).findAny().isPresent();
    }

    private static ImmutableSet<ProcessId> processes(ClusterView view, Role role) {
        return view.members(role).map(Member::process).collect(ImmutableSet.toImmutableSet());
    }

    private boolean isMistaken() {
        return leases.all().stream()
                .anyMatch(lease -> lease.isHeard() && predecessors.contains(lease.member.process()));
    }

    private boolean isOver(ClusterView view, WarmUp known, long maxMillis) {
        if (maxMillis == 0) {
            return true;
        }
        if (readyMillis < 0 && !isReady(view)) {
            return false;
        }
        if (readyMillis < 0) {
            readyMillis = now();
        }
        boolean allBack = known.publications() >= 0 && publications >= known.publications();
        boolean quiet = now() - Math.max(readyMillis, grownMillis) >= QUIET_MILLIS;
        return now() - readyMillis >= maxMillis || (allBack && quiet);
    }

    /** A session takes clients, and each slot has a leader that lives. */
    private static boolean isReady(ClusterView view) {
        return view.members(Role.SESSION).findAny().isPresent()
                && view.slots().stream().allMatch(slot -> slot.leader() != null && view.member(slot.leader()) != null);
    }

    /** How many publications there were is replicated now and then: more soon, less only with the versions' lease. */
    private int recorded(ClusterView view, boolean isWrittenAnyway) {
        int known = view.warmUp().publications();
        boolean sure = view.goneSessions().isEmpty()
                && view.members(Role.SESSION).findAny().isPresent()
                && view.members(Role.SESSION).allMatch(this::isAtWork);
        boolean more = publications > known && now() - recordedMillis >= RECORD_MILLIS;
        if (sure && (more || isWrittenAnyway)) {
            recordedMillis = now();
            return publications;
        }
        return known;
    }

    private boolean isAtWork(Member session) {
        Lease lease = leases.of(session.node());
        return lease != null
                && lease.isHeard()
                && !session.leaving()
                && lease.member.process().equals(session.process());
    }

    private void count() {
        int sum = sessions().mapToInt(Lease::publications).sum();
        if (sum > publications) {
            grownMillis = now();
        }
        publications = sum;
    }

    private Stream<Lease> sessions() {
        return heard(Role.SESSION);
    }

    private Stream<Lease> heard(Role role) {
        return leases.all().stream()
                .filter(lease -> lease.isHeard() && lease.member.node().role() == role);
    }

    private long now() {
        return context.clock().monotonicMillis();
    }

    private void lookLater() {
        if (!scheduled) {
            scheduled = true;
            context.mainLoop().schedule(LOOK_MILLIS, this::look);
        }
    }

    private void look() {
        scheduled = false;
        count();
        if (latest.active() || publications > latest.publications()) {
            whenDue.run();
        }
        lookLater();
    }
}

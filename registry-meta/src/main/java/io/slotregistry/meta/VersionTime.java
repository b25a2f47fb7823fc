package io.slotregistry.meta;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.model.ProcessId;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.slot.Version;
import io.slotregistry.slot.VersionClock;
import io.slotregistry.slot.VersionLease;
import java.util.Set;

/**
 * The leader's part in the versions of the cluster. What time it is by them, any living node knows; when none is left,
 * versions go on where the lease in the replicated view ends. Belongs to the main loop.
 */
final class VersionTime {
    /** The lease is written anew when half of it is over. */
    private static final long LEASE_MILLIS = 600_000;

    /** Nothing that is further ahead is believed to a node. */
    private static final long SANE_MILLIS = 3_600_000;

    private final NodeContext context;
    private final NodeClock clock;
    private final Runnable whenDue;
    private VersionClock versions;
    /** Whether this leader knows the time from another process, or has begun it anew. */
    private boolean known;

    private boolean scheduled;

    /** @param whenDue called now and then while this server leads, to look whether the lease is to be written */
    VersionTime(NodeContext context, Runnable whenDue) {
        this.context = context;
        this.clock = context.clock();
        this.whenDue = whenDue;
        this.versions = new VersionClock(clock);
    }

    /** This server may have missed any time while others led, or none did. */
    void restart() {
        versions = new VersionClock(clock);
        known = false;
    }

    /** @param time that a living process of the view reports; 0 when it has none yet */
    void heard(ProcessId process, long time, ClusterView view) {
        if (time > 0 && view.contains(process)) {
            long most = Math.max(view.versions().to(), wall()) + Version.span(SANE_MILLIS);
            begin(Math.min(time, most), view.versions());
        }
    }

    /**
     * The lease that should follow on a view when these processes live. Those that it does not list begin at the
     * present time.
     */
    VersionLease after(ClusterView view, Set<ProcessId> alive) {
        VersionLease lease = view.versions();
        lookAgain();
        boolean newcomers = alive.stream().anyMatch(process -> !view.contains(process));
        if (!known && !newcomers) {
            return lease;
        }
        if (!known) {
            begin(lease.to(), lease);
        }
        begin(wall(), lease);
        long now = versions.time();
        boolean due = now > lease.to() - Version.span(LEASE_MILLIS / 2);
        return newcomers || due ? new VersionLease(now, Math.max(lease.to(), now + Version.span(LEASE_MILLIS))) : lease;
    }

    private void lookAgain() {
        if (!scheduled) {
            scheduled = true;
            context.mainLoop().schedule(LEASE_MILLIS / 8, () -> {
                scheduled = false;
                whenDue.run();
            });
        }
    }

    private void begin(long time, VersionLease lease) {
        versions.follow(new VersionLease(Math.max(time, lease.from()), lease.to()));
        known = true;
    }

    private long wall() {
        return Version.ofMillis(clock.wallMillis());
    }
}

package io.slotregistry.meta;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.rpc.Address;
import io.slotregistry.runtime.Published;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the leader of a meta group is in charge of its cluster: not before it knows the newest view that any node
 * holds, and not while another group of this cluster lives. Belongs to the main loop.
 */
final class Charge {
    private static final Logger LOG = LoggerFactory.getLogger(Charge.class);
    private static final long AGAIN_MILLIS = 2_000;

    /** More than any node can be ahead of those that have answered. */
    private static final long LEAP = 1_000_000;

    private final NodeContext context;
    private final int slotCount;
    private final ReplicatedLog log;
    private final Supplier<ClusterView> view;
    private final @Nullable Address recoverFrom;
    private final boolean warmsUp;
    private final Runnable taken;
    private final Published<Boolean> held = new Published<>(false);
    private final Published<String> trouble = new Published<>("");
    private @Nullable Sounding sounding;
    private long attempt;
    private boolean leads;

    /**
     * @param recoverFrom a node that still knows the cluster whose meta servers have lost everything, or null
     * @param warmsUp whether clients may come back to what is a new cluster for its meta servers
     * @param taken called when this server is in charge
     */
    Charge(
            NodeContext context,
            int slotCount,
            ReplicatedLog log,
            Supplier<ClusterView> view,
            @Nullable Address recoverFrom,
            boolean warmsUp,
            Runnable taken) {
        this.context = context;
        this.slotCount = slotCount;
        this.log = log;
        this.view = view;
        this.recoverFrom = recoverFrom;
        this.warmsUp = warmsUp;
        this.taken = taken;
    }

    /** Callable from anywhere. */
    boolean isHeld() {
        return held.get();
    }

    /** Why the leader is not in charge, empty when it is or will be. Callable from anywhere. */
    String trouble() {
        return trouble.get();
    }

    void leads(boolean nowLeads) {
        leads = nowLeads;
        held.set(false);
        trouble.set("");
        sounding = null;
        attempt++;
        if (nowLeads) {
            prepare(List.of());
        }
    }

    /** What this server has proposed has become the view: nobody else can have while it leads. */
    void applied() {
        if (leads && !held.get()) {
            take();
        }
    }

    /** A node holds a view that is newer than that of this leader: what this one has on disk is a copy. */
    void shown(ClusterView newer) {
        if (!leads || !newer.canSucceed(view.get())) {
            return;
        }
        Sounding running = sounding;
        if (running == null && held.get()) {
            held.set(false);
            running = prepare(List.of());
        }
        if (running != null) {
            running.learn(newer);
        }
    }

    /** A node says so in a heartbeat; it may be unable to show it. */
    void shown(Address node, long epoch) {
        if (!leads || epoch <= view.get().epoch()) {
            return;
        }
        Sounding running = sounding;
        if (running == null && held.get()) {
            held.set(false);
            running = prepare(List.of(node));
        }
        if (running != null) {
            running.learn(node, epoch);
        }
    }

    private @Nullable Sounding prepare(List<Address> nodes) {
        long number = ++attempt;
        context.mainLoop().schedule(AGAIN_MILLIS, () -> {
            if (leads && !held.get() && number == attempt) {
                prepare(nodes);
            }
        });
        ClusterView own = view.get();
        if (own.isNone() && recoverFrom == null) {
            log.propose(0, FirstView.of(context, slotCount, warmsUp));
            return null;
        }
        Sounding begun = new Sounding(context, own, log.members(), result -> {
            if (number == attempt) {
                sounding = null;
                decide(result);
            }
        });
        sounding = begun;
        begun.start(own.isNone() && recoverFrom != null ? List.of(recoverFrom) : nodes);
        return begun;
    }

    private void decide(Sounding heard) {
        ClusterView own = view.get();
        if (!heard.otherLeader().isEmpty()) {
            refuse(heard);
        } else if (heard.newest().isNone()) {
            LOG.warn("event=not-recovered from={} reason=\"it shows no view of a cluster\"", recoverFrom);
        } else if (heard.greatestEpoch() > own.epoch()) {
            LOG.warn(
                    "event=behind-its-nodes epoch={} shown={} cluster={} reason=\"{}\" action=\"go on from the newest"
                            + " view that a node holds\"",
                    own.epoch(),
                    heard.greatestEpoch(),
                    heard.newest().clusterId(),
                    own.isNone() ? "recovered" : "the data directory is a copy from an earlier time");
            log.propose(own.epoch(), heard.newest().ahead(heard.greatestEpoch() + LEAP));
        } else if (!heard.hasHeardAnybody() && !own.members().isEmpty()) {
            // None is there to tell whether this disk is a copy, so no epoch is given that may have been given.
            log.propose(own.epoch(), own.ahead(own.epoch() + LEAP));
        } else {
            take();
        }
    }

    private void refuse(Sounding heard) {
        String reason = "another meta group of this cluster is alive, its leader is " + heard.otherLeader()
                + ": stop it, or stop this one and empty its data directory";
        LOG.error(
                "event=second-meta-group cluster={} reason=\"{}\"",
                heard.newest().clusterId(),
                reason);
        trouble.set(reason);
    }

    private void take() {
        held.set(true);
        trouble.set("");
        attempt++;
        taken.run();
    }
}

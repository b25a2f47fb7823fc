package io.slotregistry.simulation.cluster;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.ProcessId;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * C13: the view is one register, restored disks included. That of an epoch is the same wherever it is read, no process
 * goes back to an earlier one, a slot's next leader has a greater leader epoch, and no setting is lost. What data
 * servers make of their part of it is C10.
 */
final class ViewInvariant {
    private final SimulatedCluster cluster;
    private final Violations violations;
    /** Of a meta leader that finds its disk to be a copy. */
    private static final long LEAP = 1_000_000;

    private final NavigableMap<Long, ClusterView> byEpoch = new TreeMap<>();
    private final Map<ProcessId, Long> read = new HashMap<>();

    ViewInvariant(SimulatedCluster cluster, Violations violations) {
        this.cluster = cluster;
        this.violations = violations;
    }

    void look() {
        for (SimulatedCluster.Meta meta : cluster.metas) {
            if (meta.isAlive() && meta.server != null) {
                check(meta.process(), meta.server.view());
            }
        }
        for (SimulatedCluster.Session session : cluster.sessions) {
            if (session.isAlive() && session.server != null) {
                check(session.process(), session.server.view());
            }
        }
    }

    private void check(ProcessId reader, ClusterView view) {
        Long before = read.put(reader, view.epoch());
        if (before != null && before > view.epoch()) {
            violations.add("C13", reader + " is back at epoch " + view.epoch() + " after " + before);
        }
        ClusterView same = byEpoch.putIfAbsent(view.epoch(), view);
        if (same == null) {
            checkOrder(byEpoch.lowerEntry(view.epoch()), view);
            Map.Entry<Long, ClusterView> later = byEpoch.higherEntry(view.epoch());
            if (later != null) {
                checkOrder(Map.entry(view.epoch(), view), later.getValue());
            }
        } else if (!same.slots().equals(view.slots()) || !same.members().equals(view.members())) {
            violations.add("C13", reader + " has another view of epoch " + view.epoch());
        }
    }

    /**
     * A leader whose disk is a copy goes on from the greatest epoch that a node tells it in time, a leap further. What
     * only nodes hold that are cut off from it just then, it cannot know.
     */
    private static boolean isUnheard(long epoch, long afterLeap) {
        return afterLeap > LEAP && afterLeap % LEAP < epoch % LEAP;
    }

    private void checkOrder(Map.@Nullable Entry<Long, ClusterView> earlier, ClusterView later) {
        if (earlier == null || earlier.getValue().isNone()) {
            return;
        }
        if (later.settings().version() < earlier.getValue().settings().version()
                && !isUnheard(earlier.getKey(), later.epoch())) {
            violations.add("C13", "settings of epoch " + earlier.getKey() + " are lost at epoch " + later.epoch());
        }
        for (int slotId = 0; slotId < later.slotCount(); slotId++) {
            SlotOwners was = earlier.getValue().owners(slotId);
            SlotOwners is = later.owners(slotId);
            boolean handedOver =
                    is.leader() != null && was.leader() != null && !is.leader().equals(was.leader());
            if (is.leaderEpoch() < was.leaderEpoch() + (handedOver ? 1 : 0)) {
                violations.add("C13", "slot " + slotId + " is " + was + " at " + earlier.getKey() + " and then " + is);
            }
        }
    }
}

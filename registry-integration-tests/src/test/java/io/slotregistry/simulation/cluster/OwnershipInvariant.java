package io.slotregistry.simulation.cluster;

import io.slotregistry.cluster.NodeId;
import io.slotregistry.data.DataServer;
import io.slotregistry.data.SlotInfo;
import java.util.HashMap;
import java.util.Map;

/** C10: no two data servers ever serve a slot under the same leader epoch. */
final class OwnershipInvariant {
    private final SimulatedCluster cluster;
    private final Violations violations;
    private final Map<String, NodeId> leaders = new HashMap<>();

    OwnershipInvariant(SimulatedCluster cluster, Violations violations) {
        this.cluster = cluster;
        this.violations = violations;
    }

    /** Asks all data servers; they answer when they get to it. */
    void look() {
        for (SimulatedCluster.Data data : cluster.datas) {
            DataServer server = data.server;
            if (data.isAlive() && server != null) {
                server.slots(slots -> slots.stream().filter(SlotInfo::serving).forEach(slot -> {
                    NodeId other = leaders.putIfAbsent(slot.slotId() + " " + slot.leaderEpoch(), data.id);
                    if (other != null && !other.equals(data.id)) {
                        violations.add(
                                "C10",
                                other + " and " + data.id + " serve slot " + slot.slotId() + " under epoch "
                                        + slot.leaderEpoch());
                    }
                }));
            }
        }
    }
}

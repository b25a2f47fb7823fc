package io.slotregistry.simulation.cluster;

import io.slotregistry.data.DataServer;
import io.slotregistry.model.NodeId;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.ReplicaRow;
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
                Inspect question = Inspect.newBuilder().setReplicas(true).build();
                server.inspect(
                        question, answer -> answer.getReplicasList().forEach(replica -> check(data.id, replica)));
            }
        }
    }

    private void check(NodeId server, ReplicaRow replica) {
        if (replica.getServing()) {
            NodeId other = leaders.putIfAbsent(replica.getSlot() + " " + replica.getLeaderEpoch(), server);
            if (other != null && !other.equals(server)) {
                violations.add(
                        "C10",
                        other + " and " + server + " serve slot " + replica.getSlot() + " under epoch "
                                + replica.getLeaderEpoch());
            }
        }
    }
}

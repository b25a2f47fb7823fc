package io.slotregistry.meta;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.plan.Reports;
import io.slotregistry.model.NodeId;

/** What living data servers have reported of their replicas. Belongs to the main loop. */
final class ReplicaStates implements Reports {
    private final Leases leases;
    /** Since which epoch a living data server replicates a slot: a report of an earlier one says nothing about it. */
    private final Table<NodeId, Integer, Long> replicaSince = HashBasedTable.create();

    /** @param leases of the nodes that are alive */
    ReplicaStates(Leases leases) {
        this.leases = leases;
    }

    void viewChanged(ClusterView before, ClusterView after) {
        for (int slotId = 0; slotId < after.slotCount(); slotId++) {
            for (NodeId node : after.owners(slotId).replicas()) {
                boolean isNew =
                        slotId >= before.slotCount() || !before.owners(slotId).isReplica(node);
                if (isNew || after.member(node) == null) {
                    replicaSince.put(node, slotId, after.epoch());
                }
            }
        }
    }

    @Override
    public boolean isSynced(NodeId server, int slotId) {
        Lease lease = leases.of(server);
        Long since = replicaSince.get(server, slotId);
        return lease != null && since != null && lease.syncEpoch() >= since && lease.isSynced(slotId);
    }

    @Override
    public boolean holdsLosses(NodeId server, int slotId) {
        Lease lease = leases.of(server);
        return lease != null && lease.isHolding(slotId);
    }

    @Override
    public int cutOffFrom(NodeId server) {
        return (int)
                leases.all().stream().filter(lease -> lease.cannotReach(server)).count();
    }
}

package io.slotregistry.meta.plan;

import io.slotregistry.model.NodeId;

/** What living servers have reported. */
public interface Reports {
    /** Whether the server has everything of a slot that it replicates. */
    boolean isSynced(NodeId server, int slotId);

    /** Whether it holds losses of the slot back: another server that came to lead it would show them at once. */
    default boolean holdsLosses(NodeId server, int slotId) {
        return false;
    }

    /** How many sessions cannot reach it. */
    default int cutOffFrom(NodeId server) {
        return 0;
    }
}

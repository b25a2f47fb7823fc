package io.slotregistry.meta;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Data servers that own slots, are gone, and may come back: a restart should not move what they had back and forth.
 * Soft state; a new leader grants the whole time again. Belongs to the main loop.
 */
final class LostServers {
    private final NodeContext context;
    private final long returnMillis;
    private final Runnable whenOver;
    private final Map<NodeId, Long> deadlines = new HashMap<>();

    /** @param whenOver called when one is not waited for any longer */
    LostServers(NodeContext context, long returnMillis, Runnable whenOver) {
        this.context = context;
        this.returnMillis = returnMillis;
        this.whenOver = whenOver;
    }

    /** Those among the owners that are still waited for, given who is alive. */
    ImmutableSet<NodeId> among(Collection<SlotOwners> slots, Set<NodeId> alive) {
        Set<NodeId> gone = new TreeSet<>();
        slots.forEach(slot -> gone.addAll(slot.replicas()));
        gone.removeAll(alive);
        deadlines.keySet().retainAll(gone);
        long now = context.clock().monotonicMillis();
        return gone.stream().filter(node -> deadline(node, now) > now).collect(ImmutableSet.toImmutableSet());
    }

    void clear() {
        deadlines.clear();
    }

    private long deadline(NodeId node, long now) {
        return deadlines.computeIfAbsent(node, unused -> {
            context.mainLoop().schedule(returnMillis, whenOver);
            return now + returnMillis;
        });
    }
}

package io.slotregistry.meta;

import com.google.common.collect.ImmutableSortedSet;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How long an ended session process counts as recently gone. Which ones do is in the replicated view; until when is
 * soft state, so a new leader grants the whole time again. Belongs to the main loop.
 */
final class GoneSessions {
    private final NodeContext context;
    private final long handoverMillis;
    private final Runnable whenOver;
    private final Map<ProcessId, Long> deadlines = new HashMap<>();

    /** @param whenOver called when the time of one is over */
    GoneSessions(NodeContext context, long handoverMillis, Runnable whenOver) {
        this.context = context;
        this.handoverMillis = handoverMillis;
        this.whenOver = whenOver;
    }

    /** What a view with these processes alive should list after this one. */
    ImmutableSortedSet<ProcessId> after(ClusterView view, Set<ProcessId> alive) {
        Set<ProcessId> gone = new TreeSet<>(view.goneSessions());
        view.members(Role.SESSION).map(Member::process).forEach(gone::add);
        gone.removeAll(alive);
        deadlines.keySet().retainAll(gone);
        long now = context.clock().monotonicMillis();
        return gone.stream()
                .filter(process -> deadline(process, now) > now)
                .collect(ImmutableSortedSet.toImmutableSortedSet(Comparator.naturalOrder()));
    }

    void clear() {
        deadlines.clear();
    }

    private long deadline(ProcessId process, long now) {
        return deadlines.computeIfAbsent(process, unused -> {
            context.mainLoop().schedule(handoverMillis, whenOver);
            return now + handoverMillis;
        });
    }
}

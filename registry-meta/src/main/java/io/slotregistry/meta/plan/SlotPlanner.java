package io.slotregistry.meta.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides who owns which slot. Pure: equal input gives an equal table, and one that it is content with comes back as it
 * was. Only a follower that has everything is handed a leadership, and a surplus replica goes when all others have. To
 * be in different zones goes before evenness, which is then within one of what zones allow; one zone plays no part.
 */
public final class SlotPlanner {
    private final Input input;
    private final Servers servers;
    private final List<Draft> drafts = new ArrayList<>();

    private SlotPlanner(Input input) {
        this.input = input;
        this.servers = new Servers(input);
    }

    /**
     * @param alive data servers that take slots, and the zone of each
     * @param leaving data servers that are alive and to be emptied
     * @param lost data servers that are gone but may come back soon: their places are kept while another replica has
     *     everything
     * @param replicas wanted copies, the leader included
     * @param maxMoves slots that may be moving at a time; some servers can only be evened out by two at once, or more
     */
    public record Input(
            ImmutableList<SlotOwners> slots,
            ImmutableMap<NodeId, String> alive,
            ImmutableSet<NodeId> leaving,
            ImmutableSet<NodeId> lost,
            Reports reports,
            int replicas,
            int maxMoves) {}

    /** The table that should be next. */
    public static ImmutableList<SlotOwners> plan(Input input) {
        if (input.alive().isEmpty()) {
            return input.slots();
        }
        return new SlotPlanner(input).plan();
    }

    private ImmutableList<SlotOwners> plan() {
        for (int slotId = 0; slotId < input.slots().size(); slotId++) {
            drafts.add(new Draft(servers, slotId, input.slots().get(slotId)));
        }
        drafts.forEach(Draft::count);
        drafts.forEach(this::replaceLostLeader);
        restoreReplicas();
        drafts.forEach(this::emptyLeaving);
        drafts.forEach(this::leadWhereReachable);
        Replicas replicas = new Replicas(servers, drafts);
        replicas.chooseSurplus();
        replicas.endMoves();
        replicas.startMoves(input.maxMoves());
        new Balance(servers, new Leaderships(servers, drafts)).even();
        return drafts.stream().map(Draft::result).collect(ImmutableList.toImmutableList());
    }

    private void replaceLostLeader(Draft slot) {
        if (slot.leader != null) {
            return;
        }
        NodeId heir = slot.followers.stream()
                .filter(node -> !servers.isLost(node))
                .min(Comparator.<NodeId, Boolean>comparing(node -> !slot.isSynced(node))
                        .thenComparing(node -> !servers.reports().holdsLosses(node, slot.slotId))
                        .thenComparing(node -> servers.isLeaving(node))
                        .thenComparing(servers::leaders)
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(null);
        if (heir == null) {
            heir = servers.alive().stream()
                    .min(Comparator.<NodeId>comparingInt(servers::leaders)
                            .thenComparingInt(servers::load)
                            .thenComparing(Comparator.naturalOrder()))
                    .orElseThrow();
        }
        slot.lead(heir);
    }

    /** What only is on servers that leave is here as well, so it waits for its turn. */
    private void restoreReplicas() {
        long moving = drafts.stream().filter(Draft::isMovingAway).count();
        for (Draft slot : drafts) {
            if (slot.staying().size() < servers.wanted() && !slot.keepsPlaces()) {
                restore(slot, moving < input.maxMoves());
                moving += slot.isMovingAway() ? 1 : 0;
            }
        }
    }

    private void restore(Draft slot, boolean movesAway) {
        while ((movesAway ? slot.staying().size() : slot.present()) < servers.wanted()) {
            NodeId least = leastLoadedOutside(slot);
            if (least == null) {
                return;
            }
            slot.follow(least);
        }
    }

    private void emptyLeaving(Draft slot) {
        if (slot.leader != null && servers.isLeaving(slot.leader)) {
            slot.heirs()
                    .min(Comparator.<NodeId>comparingInt(servers::leaders).thenComparing(Comparator.naturalOrder()))
                    .ifPresent(slot::handOver);
        }
        if (slot.stayingAreSynced()) {
            List.copyOf(slot.followers).stream()
                    .filter(node -> servers.isLeaving(node))
                    .forEach(slot::drop);
        }
    }

    /** A session that cannot reach the leader would hear of no change. */
    private void leadWhereReachable(Draft slot) {
        if (slot.leader != null && servers.reports().cutOffFrom(slot.leader) > 0) {
            int now = servers.reports().cutOffFrom(slot.leader);
            slot.heirs()
                    .filter(heir -> servers.reports().cutOffFrom(heir) < now)
                    .min(Comparator.comparingInt(servers.reports()::cutOffFrom)
                            .thenComparing(servers::leaders)
                            .thenComparing(Comparator.naturalOrder()))
                    .ifPresent(slot::handOver);
        }
    }

    private @Nullable NodeId leastLoadedOutside(Draft slot) {
        return servers.alive().stream()
                .filter(node -> !slot.has(node))
                .min(Comparator.<NodeId>comparingInt(node -> slot.in(servers.zone(node)))
                        .thenComparingInt(servers::load)
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(null);
    }
}

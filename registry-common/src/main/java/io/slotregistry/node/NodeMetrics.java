package io.slotregistry.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.slotregistry.model.Role;
import io.slotregistry.proto.SnapshotReason;
import io.slotregistry.rpc.bolt.Traffic;
import io.slotregistry.runtime.Limit;
import io.slotregistry.runtime.Limits;
import io.slotregistry.sender.StreamStats;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Metrics that every role has. */
final class NodeMetrics {
    private final MeterRegistry meters;

    NodeMetrics(List<RoleNode> nodes, MeterRegistry meters) {
        this.meters = meters;
        for (RoleNode node : nodes) {
            String role = node.context().self().node().role().lowerName();
            Gauge.builder("registry.node.ready", node, each -> each.trouble().isEmpty() ? 1 : 0)
                    .description("1 when the node does its work")
                    .tag("role", role)
                    .register(meters);
            Gauge.builder("registry.view.epoch", node, each -> each.view().epoch())
                    .description("Epoch of the cluster view that the node acts on")
                    .tag("role", role)
                    .register(meters);
            Gauge.builder("registry.node.meta.silence", node, each -> each.metaSilenceMillis() / 1_000.0)
                    .description("Time without a word from the meta leader")
                    .baseUnit("seconds")
                    .tag("role", role)
                    .register(meters);
            count("registry.node.violations", node, RoleNode::violations)
                    .description("Connections closed because a peer broke the protocol between nodes or lacks the key")
                    .tag("role", role)
                    .register(meters);
            traffic(node.traffic(), role);
            streams(node.context().streams(), role);
            limits(node.context().limits(), role);
        }
    }

    private void traffic(Traffic traffic, String role) {
        traffic("messages", traffic, role, "sent", Traffic::sentMessages);
        traffic("messages", traffic, role, "received", Traffic::receivedMessages);
        traffic("bytes", traffic, role, "sent", Traffic::sentBytes);
        traffic("bytes", traffic, role, "received", Traffic::receivedBytes);
    }

    private void traffic(String unit, Traffic traffic, String role, String direction, ToDoubleFunction<Traffic> value) {
        count("registry.node." + unit, traffic, value)
                .description("To and from other nodes, frames without what TCP adds")
                .tag("role", role)
                .tag("direction", direction)
                .register(meters);
    }

    private void limits(Limits limits, String role) {
        for (Limit limit : Limit.values()) {
            count("registry.limits.reached", limits, all -> all.timesReached(limit))
                    .description("How often a limit of what streams send or remember was reached")
                    .tag("role", role)
                    .tag("limit", limit.lowerName())
                    .register(meters);
        }
    }

    private void streams(StreamStats streams, String role) {
        for (Role peer : Role.values()) {
            Gauge.builder("registry.streams.unsynced", streams, all -> all.unsyncedCount(peer))
                    .description("Streams whose peer has not answered for several attempts")
                    .tag("role", role)
                    .tag("peer", peer.lowerName())
                    .register(meters);
            count("registry.streams.giveups", streams, all -> all.giveUps(peer))
                    .description("How often a stream turned unsynced")
                    .tag("role", role)
                    .tag("peer", peer.lowerName())
                    .register(meters);
        }
        for (SnapshotReason reason :
                List.of(SnapshotReason.NEW, SnapshotReason.GAP, SnapshotReason.MISMATCH, SnapshotReason.BACKLOG)) {
            count("registry.streams.snapshots", streams, all -> all.snapshotsSent(reason))
                    .description("Mirrors of slots that were filled anew")
                    .tag("role", role)
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
        count("registry.streams.mismatches", streams, StreamStats::mismatchesFound)
                .description("Mirrors that were found to differ from their session")
                .tag("role", role)
                .register(meters);
        count("registry.streams.watch.repairs", streams, StreamStats::watchRepairs)
                .description("Watches of a session in a slot that were found to differ from what it says")
                .tag("role", role)
                .register(meters);
    }

    private static <T> FunctionCounter.Builder<T> count(String name, T source, ToDoubleFunction<T> value) {
        return FunctionCounter.builder(name, source, value);
    }
}

package io.slotregistry.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Metrics that every role has. */
final class NodeMetrics {
    NodeMetrics(List<RoleNode> nodes, MeterRegistry meters) {
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
            FunctionCounter.builder("registry.node.violations", node, RoleNode::violations)
                    .description("Connections closed because a peer broke the protocol between nodes or lacks the key")
                    .tag("role", role)
                    .register(meters);
        }
    }
}

package io.slotregistry.node;

import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Ready when every role of this process is. */
final class NodeHealth implements HealthIndicator {
    private final List<RoleNode> nodes;

    NodeHealth(List<RoleNode> nodes) {
        this.nodes = nodes;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        for (RoleNode node : nodes) {
            String trouble = node.trouble();
            health.withDetail(node.context().self().node().toString(), trouble.isEmpty() ? "ready" : trouble);
            if (!trouble.isEmpty()) {
                health.outOfService();
            }
        }
        return health.build();
    }
}

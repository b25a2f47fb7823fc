package io.slotregistry.node;

import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Ready when every role of this process is. */
final class NodeHealth implements HealthIndicator {
    private static final long SILENCE_WORTH_TELLING_MILLIS = 5_000;

    private final List<RoleNode> nodes;

    NodeHealth(List<RoleNode> nodes) {
        this.nodes = nodes;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        for (RoleNode node : nodes) {
            String trouble = node.trouble();
            health.withDetail(node.context().self().node().toString(), trouble.isEmpty() ? ready(node) : trouble);
            if (!trouble.isEmpty()) {
                health.outOfService();
            }
        }
        return health.build();
    }

    /** Without meta a node goes on, so it stays ready, but somebody should know. */
    private static String ready(RoleNode node) {
        long silenceMillis = node.metaSilenceMillis();
        return silenceMillis < SILENCE_WORTH_TELLING_MILLIS
                ? "ready"
                : "ready, but without a word from the meta leader for " + silenceMillis / 1_000
                        + " s: goes on with the cluster as it was then";
    }
}

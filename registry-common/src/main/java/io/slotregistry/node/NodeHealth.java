package io.slotregistry.node;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.SettingKey;
import io.slotregistry.model.Role;
import io.slotregistry.sender.StreamStats;
import java.util.Arrays;
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
            ImmutableList<String> unsynced = unsynced(node.context().streams());
            if (!unsynced.isEmpty()) {
                health.withDetail(node.context().self().node() + " unsynced streams", unsynced);
            }
            if (node.view().warmUp().active()) {
                health.withDetail(
                        node.context().self().node() + " warm-up",
                        "everything was started: clients that come back are waited for, "
                                + node.view().settings().get(SettingKey.WARM_UP_MAX_MILLIS) + " ms at most");
            }
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
                        + " s: goes on with the cluster as it was then"
                        + (node.isVersionLeaseOver()
                                ? ", and with versions past their lease: if everything restarts now,"
                                        + " subscribers may ignore the first changes of a service"
                                : "");
    }

    /** They are no reason to take the node out of service: what it holds is right, and they try again. */
    private static ImmutableList<String> unsynced(StreamStats streams) {
        return Arrays.stream(Role.values())
                .flatMap(peer -> streams.unsynced(peer).stream())
                .collect(ImmutableList.toImmutableList());
    }
}

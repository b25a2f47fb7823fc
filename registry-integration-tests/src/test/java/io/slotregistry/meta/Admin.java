package io.slotregistry.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.ClusterNode;
import io.slotregistry.cluster.LoopbackCluster;
import io.slotregistry.sdk.ChildProcess;
import io.slotregistry.sdk.RegistryCommand;
import io.slotregistry.sdk.StandaloneProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An operator at the command line. */
public final class Admin {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    public static final String KEY_SETTING = "--registry.cluster-key=" + ClusterNode.KEY.get("REGISTRY_CLUSTER_KEY");

    private final Map<String, String> environment = new HashMap<>(ClusterNode.KEY);

    Admin(LoopbackCluster cluster) {
        this(cluster.metaAddresses);
    }

    private Admin(String metaAddresses) {
        environment.put("REGISTRY_METAS", metaAddresses);
    }

    /** The registry must have been started with {@link #KEY_SETTING}. */
    public static Admin of(StandaloneProcess registry) {
        return new Admin("127.0.0.1:" + registry.ports().metaNode());
    }

    /** What the command printed; it must have succeeded. */
    public List<String> run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("admin"));
        command.addAll(List.of(arguments));
        try (ChildProcess process = RegistryCommand.start("admin", environment, command)) {
            int exitCode = process.awaitExitCode(LIMIT);
            assertThat(exitCode).as(process.report("ended")).isZero();
            return process.events();
        }
    }

    /** What the command said when it failed, as it must have. */
    public String fail(String... arguments) {
        List<String> command = new ArrayList<>(List.of("admin"));
        command.addAll(List.of(arguments));
        try (ChildProcess process = RegistryCommand.start("admin", environment, command)) {
            assertThat(process.awaitExitCode(LIMIT)).as(process.report("ended")).isNotZero();
            return String.join("\n", process.errors());
        }
    }
}

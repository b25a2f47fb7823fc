package io.slotregistry.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.ClusterNode;
import io.slotregistry.cluster.LoopbackCluster;
import io.slotregistry.sdk.ChildProcess;
import io.slotregistry.sdk.RegistryCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An operator at the command line. */
final class Admin {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Map<String, String> environment = new HashMap<>(ClusterNode.KEY);

    Admin(LoopbackCluster cluster) {
        environment.put("REGISTRY_METAS", cluster.metaAddresses);
    }

    /** What the command printed; it must have succeeded. */
    List<String> run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("admin"));
        command.addAll(List.of(arguments));
        try (ChildProcess process = RegistryCommand.start("admin", environment, command)) {
            int exitCode = process.awaitExitCode(LIMIT);
            assertThat(exitCode).as(process.report("ended")).isZero();
            return process.events();
        }
    }

    /** What the command said when it failed, as it must have. */
    String fail(String... arguments) {
        List<String> command = new ArrayList<>(List.of("admin"));
        command.addAll(List.of(arguments));
        try (ChildProcess process = RegistryCommand.start("admin", environment, command)) {
            assertThat(process.awaitExitCode(LIMIT)).as(process.report("ended")).isNotZero();
            return String.join("\n", process.errors());
        }
    }
}

package io.slotregistry.cli;

import io.slotregistry.node.ClusterCaller;
import io.slotregistry.node.StartupException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Unmatched;

/** A request to the meta leader. Its settings are a node's, of which it needs the meta servers and the cluster key. */
abstract class ClusterCommand implements Callable<Integer> {
    static final String HELP =
            "Needs registry.metas and registry.cluster-key, given as for a node: --registry.metas=host:port,"
                    + " the environment (REGISTRY_METAS, REGISTRY_CLUSTER_KEY) or"
                    + " --spring.config.additional-location=FILE.";

    @Unmatched
    private final List<String> settings = new ArrayList<>();

    /** Returns the exit code. What keeps it from working is a {@link StartupException}, said in one line. */
    abstract int run(MetaLeader leader);

    @Override
    public Integer call() {
        try (MetaLeader leader = new MetaLeader(ClusterCaller.settings(settings.toArray(String[]::new)))) {
            return run(leader);
        } catch (StartupException failed) {
            System.err.println("registry: " + failed.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}

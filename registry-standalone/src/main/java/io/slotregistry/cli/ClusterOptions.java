package io.slotregistry.cli;

import io.slotregistry.node.ClusterCaller;
import io.slotregistry.node.StartupException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Unmatched;

/** Which cluster a command is for: settings as for a node, of which it needs the meta servers and the cluster key. */
final class ClusterOptions {
    static final String HELP =
            "Needs registry.metas and registry.cluster-key, given as for a node: --registry.metas=host:port,"
                    + " the environment (REGISTRY_METAS, REGISTRY_CLUSTER_KEY) or"
                    + " --spring.config.additional-location=FILE.";

    @Unmatched
    private final List<String> settings = new ArrayList<>();

    /** Runs the command's part of the work; what keeps it from working is said in one line. */
    int run(Function<MetaLeader, Integer> work) {
        for (String setting : settings) {
            if (!setting.matches("--(registry|spring)\\..+=.*")) {
                System.err.println("registry: " + setting + " is not known here: see --help");
                return CommandLine.ExitCode.USAGE;
            }
        }
        try (MetaLeader leader = new MetaLeader(ClusterCaller.settings(settings.toArray(String[]::new)))) {
            return work.apply(leader);
        } catch (StartupException failed) {
            System.err.println("registry: " + failed.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}

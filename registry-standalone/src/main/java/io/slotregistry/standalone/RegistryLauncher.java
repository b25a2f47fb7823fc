package io.slotregistry.standalone;

import io.slotregistry.cli.AdminCommand;
import io.slotregistry.cli.DemoCommand;
import io.slotregistry.cli.PublishCommand;
import io.slotregistry.cli.SubscribeCommand;
import io.slotregistry.data.app.DataApplication;
import io.slotregistry.meta.app.MetaApplication;
import io.slotregistry.node.StartupException;
import io.slotregistry.session.app.SessionApplication;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** The command line of the distribution: {@code bin/registry}. */
@Command(
        name = "registry",
        mixinStandardHelpOptions = true,
        version = "SlotRegistry 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        description = "A service registry for SOFARegistry clients.",
        subcommands = {
            RegistryLauncher.Standalone.class,
            RegistryLauncher.Session.class,
            RegistryLauncher.Data.class,
            RegistryLauncher.Meta.class,
            PublishCommand.class,
            SubscribeCommand.class,
            DemoCommand.class,
            AdminCommand.class
        })
public final class RegistryLauncher {
    private static final String SETTINGS_HELP =
            "Settings are given as --key=value, as environment variables (REGISTRY_CLUSTER_KEY for"
                    + " registry.cluster-key) or in a file named by --spring.config.additional-location=FILE;"
                    + " docs/configuration.md lists all of them.";

    public static void main(String[] args) {
        // Bolt's log space fails with current Logback; without it Bolt logs through SLF4J. Before its first class
        // loads.
        System.setProperty("sofa.middleware.log.disable", "true");
        System.setProperty("sofa.middleware.log.internal.level", "ERROR");
        CommandLine commands = new CommandLine(new RegistryLauncher());
        commands.setExecutionExceptionHandler((failed, command, parsed) -> {
            System.err.println("registry: " + (failed instanceof StartupException ? failed.getMessage() : failed));
            return CommandLine.ExitCode.SOFTWARE;
        });
        if (args.length == 0) {
            commands.usage(System.err);
            System.exit(CommandLine.ExitCode.USAGE);
        }
        int exitCode = commands.execute(args);
        CommandLine.ParseResult command = commands.getParseResult().subcommand();
        boolean server = command != null && command.commandSpec().userObject() instanceof Server;
        // A server that has started goes on until its process is told to stop.
        if (exitCode != 0 || !server) {
            System.exit(exitCode);
        }
    }

    /** A role as a process; what picocli does not know goes to Spring. */
    private abstract static class Server implements java.util.concurrent.Callable<Integer> {
        @Unmatched
        private final List<String> settings = new ArrayList<>();

        @Override
        public Integer call() {
            return run(settings.toArray(String[]::new));
        }

        abstract int run(String... args);
    }

    @Command(
            name = "standalone",
            mixinStandardHelpOptions = true,
            description = "Runs all roles in one process, on loopback unless --registry.bind says otherwise.",
            footer = SETTINGS_HELP)
    static final class Standalone extends Server {
        @Override
        int run(String... args) {
            return StandaloneApplication.run(args);
        }
    }

    @Command(
            name = "session",
            mixinStandardHelpOptions = true,
            description = "Runs a session server, to which clients connect."
                    + " Needs registry.metas and registry.cluster-key.",
            footer = SETTINGS_HELP)
    static final class Session extends Server {
        @Override
        int run(String... args) {
            return SessionApplication.run(args);
        }
    }

    @Command(
            name = "data",
            mixinStandardHelpOptions = true,
            description = "Runs a data server, which holds slots. Needs registry.metas and registry.cluster-key.",
            footer = SETTINGS_HELP)
    static final class Data extends Server {
        @Override
        int run(String... args) {
            return DataApplication.run(args);
        }
    }

    @Command(
            name = "meta",
            mixinStandardHelpOptions = true,
            description = "Runs a meta server, which knows the cluster. Needs registry.cluster-key, and"
                    + " registry.metas when there are several.",
            footer = SETTINGS_HELP)
    static final class Meta extends Server {
        @Override
        int run(String... args) {
            return MetaApplication.run(args);
        }
    }
}

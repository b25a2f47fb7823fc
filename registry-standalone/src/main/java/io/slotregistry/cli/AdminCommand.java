package io.slotregistry.cli;

import picocli.CommandLine.Command;

/** What operators ask of the meta leader. */
@Command(
        name = "admin",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Changes the cluster while it runs.",
        footer = ClusterCommand.HELP,
        subcommands = {
            SettingsCommand.class,
            MembersCommand.class,
            DrainCommand.Start.class,
            DrainCommand.End.class,
            RebalanceCommand.class
        })
public final class AdminCommand {}

package io.slotregistry.cli;

import io.slotregistry.node.StartupException;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.AdministerReply;
import io.slotregistry.proto.Replacement;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who the meta servers are. */
@Command(
        name = "members",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(list | add | remove | replace)",
        description = "Shows and changes which meta servers replicate the cluster's state, while it runs.",
        footer = ClusterCommand.HELP,
        subcommands = {
            MembersCommand.Show.class,
            MembersCommand.Add.class,
            MembersCommand.Remove.class,
            MembersCommand.Replace.class
        })
final class MembersCommand {
    private static final String ADDRESS = "host:port of its port for nodes";

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "All members, by address, with their names.",
            footer = ClusterCommand.HELP)
    static final class Show extends ClusterCommand {
        @Override
        int run(MetaLeader leader) {
            return show(leader, leader.ask(Administer.getDefaultInstance()));
        }
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Adds a meta server. It must run already, with --registry.meta.join=true.",
            footer = ClusterCommand.HELP)
    static final class Add extends ClusterCommand {
        @Parameters(index = "0", paramLabel = "ADDRESS", description = ADDRESS)
        private String address = "";

        @Override
        int run(MetaLeader leader) {
            return show(
                    leader,
                    leader.ask(Administer.newBuilder().setAddMember(address).build()));
        }
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Removes a meta server, whether or not it runs. Then it can be stopped.",
            footer = ClusterCommand.HELP)
    static final class Remove extends ClusterCommand {
        @Parameters(index = "0", paramLabel = "ADDRESS", description = ADDRESS)
        private String address = "";

        @Option(
                names = "--yes",
                description = "Also when one member is left, whose loss is the loss of the cluster's state")
        private boolean yes;

        @Override
        int run(MetaLeader leader) {
            List<String> members =
                    leader.ask(Administer.getDefaultInstance()).reply().getMembersList();
            if (!members.contains(address)) {
                throw new StartupException(address + " is not a member: those are " + String.join(", ", members));
            }
            if (members.size() == 2 && !yes) {
                throw new StartupException("one member would be left, and the cluster's settings would go with it:"
                        + " add another first, or say --yes");
            }
            return show(
                    leader,
                    leader.ask(Administer.newBuilder().setRemoveMember(address).build()));
        }
    }

    @Command(
            name = "replace",
            mixinStandardHelpOptions = true,
            description = "Removes one and adds another at the same time. The other must run already, with"
                    + " --registry.meta.join=true.",
            footer = ClusterCommand.HELP)
    static final class Replace extends ClusterCommand {
        @Parameters(index = "0", paramLabel = "OLD", description = ADDRESS)
        private String oldAddress = "";

        @Parameters(index = "1", paramLabel = "NEW", description = ADDRESS)
        private String newAddress = "";

        @Override
        int run(MetaLeader leader) {
            Replacement replacement = Replacement.newBuilder()
                    .setOldMember(oldAddress)
                    .setNewMember(newAddress)
                    .build();
            return show(
                    leader,
                    leader.ask(Administer.newBuilder()
                            .setReplaceMember(replacement)
                            .build()));
        }
    }

    private static int show(MetaLeader leader, MetaLeader.Answer answer) {
        List<String> members = answer.reply().getMembersList();
        for (String member : members) {
            AdministerReply said = leader.askMember(member);
            System.out.printf(
                    "%-22s %-16s %s%n",
                    member,
                    said.getProcess().replaceAll("@.*", ""),
                    said.getProcess().isEmpty() ? "does not answer" : said.getLeader() ? "leads" : "follows");
        }
        if (members.size() % 2 == 0) {
            System.out.println(members.size() + " members bear the loss of no more than " + (members.size() - 1)
                    + " do: add or remove one");
        }
        return 0;
    }
}

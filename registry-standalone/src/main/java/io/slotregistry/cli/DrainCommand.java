package io.slotregistry.cli;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import io.slotregistry.node.StartupException;
import io.slotregistry.proto.Administer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Empties a data server, so that it can be stopped for good. */
final class DrainCommand {
    private DrainCommand() {}

    @Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            description = "Moves the slots of a data server to others, as far as there are others.",
            footer = ClusterCommand.HELP)
    static final class Start extends ClusterCommand {
        @Parameters(index = "0", paramLabel = "data/NAME")
        private String node = "";

        @Option(names = "--wait", description = "Show how it goes, until the server can be stopped")
        private boolean wait;

        @Override
        int run(MetaLeader leader) {
            NodeId server = dataServer(node);
            Administer request = Administer.newBuilder().setDrain(server.name()).build();
            ClusterView view = leader.ask(request).view();
            long shown = -1;
            while (true) {
                long left = slotsOf(server, view);
                if (left != shown) {
                    System.out.println(
                            left == 0
                                    ? server + " has no slots any more: it can be stopped"
                                    : server + " still has " + left + " of " + view.slotCount() + " slots");
                    shown = left;
                }
                if (left == 0 || !wait) {
                    return 0;
                }
                if (view.members(Role.DATA).allMatch(Member::leaving)) {
                    throw new StartupException("there is no other data server to take them");
                }
                MetaLeader.pause();
                view = leader.ask(Administer.getDefaultInstance()).view();
            }
        }
    }

    @Command(
            name = "undrain",
            mixinStandardHelpOptions = true,
            description = "Lets a data server have slots again.",
            footer = ClusterCommand.HELP)
    static final class End extends ClusterCommand {
        @Parameters(index = "0", paramLabel = "data/NAME")
        private String node = "";

        @Override
        int run(MetaLeader leader) {
            NodeId server = dataServer(node);
            Administer request =
                    Administer.newBuilder().setUndrain(server.name()).build();
            ClusterView view = leader.ask(request).view();
            System.out.println("done; the view is at epoch " + view.epoch());
            return 0;
        }
    }

    private static long slotsOf(NodeId server, ClusterView view) {
        return view.slots().stream().filter(slot -> slot.isReplica(server)).count();
    }

    private static NodeId dataServer(String text) {
        try {
            NodeId node = NodeId.parse(text);
            if (node.role() == Role.DATA) {
                return node;
            }
        } catch (IllegalArgumentException malformed) {
            throw new StartupException(text + " is not the name of a data server, such as data/d1");
        }
        throw new StartupException(text + " is not a data server");
    }
}

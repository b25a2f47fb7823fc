package io.slotregistry.cli;

import io.slotregistry.node.StartupException;
import io.slotregistry.proto.Administer;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Evens out the clients of the sessions: while it runs, no difference is tolerated. */
@Command(
        name = "rebalance",
        mixinStandardHelpOptions = true,
        description =
                "Lets sessions with more clients than their share send some to the others, and shows how it goes.",
        footer = ClusterCommand.HELP)
final class RebalanceCommand extends ClusterCommand {
    private static final int PAUSES_BETWEEN_LINES = 5;

    /** It is over by itself when this command is ended. */
    private static final int DEMAND_SECONDS = 15;

    @Option(
            names = "--limit-seconds",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "How long it may take (${DEFAULT-VALUE})")
    private int limitSeconds;

    @Override
    int run(MetaLeader leader) {
        long deadline = System.nanoTime() + limitSeconds * 1_000_000_000L;
        String shown = "";
        while (true) {
            Administer demand =
                    Administer.newBuilder().setEvenOutSeconds(DEMAND_SECONDS).build();
            Map<String, Integer> clients =
                    new TreeMap<>(leader.ask(demand).reply().getClientsBySessionMap());
            String now = clients.entrySet().stream()
                    .map(session -> "session/" + session.getKey() + " " + session.getValue())
                    .collect(Collectors.joining(", "));
            if (!now.equals(shown)) {
                System.out.println(now);
                shown = now;
            }
            int all = clients.values().stream().mapToInt(count -> count).sum();
            int most = clients.values().stream().mapToInt(count -> count).max().orElse(0);
            if (most * clients.size() < all + clients.size()) {
                System.out.println("even");
                return 0;
            }
            if (System.nanoTime() > deadline) {
                throw new StartupException("not even after " + limitSeconds
                        + " s: clients may know only some of the sessions, or one was started less than a minute ago");
            }
            for (int i = 0; i < PAUSES_BETWEEN_LINES; i++) {
                MetaLeader.pause();
            }
        }
    }
}

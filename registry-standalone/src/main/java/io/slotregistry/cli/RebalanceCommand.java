package io.slotregistry.cli;

import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.cluster.SettingKey;
import io.slotregistry.node.StartupException;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.Setting;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Evens out the clients of the sessions now, by tolerating no difference for a while. */
@Command(
        name = "rebalance",
        mixinStandardHelpOptions = true,
        description =
                "Lets sessions with more clients than their share send some to the others, and shows how it goes.",
        footer = ClusterCommand.HELP)
final class RebalanceCommand extends ClusterCommand {
    private static final int PAUSES_BETWEEN_LINES = 5;

    @Option(
            names = "--limit-seconds",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "How long it may take (${DEFAULT-VALUE})")
    private int limitSeconds;

    @Override
    int run(MetaLeader leader) {
        ClusterSettings before =
                leader.ask(Administer.getDefaultInstance()).view().settings();
        leader.ask(Administer.newBuilder().setSet(percent("0")).build());
        try {
            return await(leader);
        } finally {
            leader.ask(restored(before));
        }
    }

    private int await(MetaLeader leader) {
        long deadline = System.nanoTime() + limitSeconds * 1_000_000_000L;
        String shown = "";
        while (true) {
            Map<String, Integer> clients = new TreeMap<>(
                    leader.ask(Administer.getDefaultInstance()).reply().getClientsBySessionMap());
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

    private static Administer restored(ClusterSettings before) {
        @Nullable
        String value = before.values().get(new ClusterSettings.Place(SettingKey.REBALANCE_PERCENT.name(), ""));
        return value == null
                ? Administer.newBuilder().setUnset(percent("")).build()
                : Administer.newBuilder().setSet(percent(value)).build();
    }

    private static Setting percent(String value) {
        return Setting.newBuilder()
                .setKey(SettingKey.REBALANCE_PERCENT.name())
                .setValue(value)
                .build();
    }
}

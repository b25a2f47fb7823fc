package io.slotregistry.cli;

import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.SettingKey;
import io.slotregistry.model.DataInfoId;
import io.slotregistry.node.StartupException;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.Setting;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Settings that hold for the whole cluster, or for one service, at once. */
@Command(
        name = "settings",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(list | set | unset)",
        description = "Shows and changes settings of the whole cluster, which take effect at once.",
        footer = ClusterCommand.HELP,
        subcommands = {SettingsCommand.Show.class, SettingsCommand.Put.class, SettingsCommand.Remove.class})
final class SettingsCommand {
    private static final String SERVICE =
            "For one service only: a dataId, or the whole dataId#@#instanceId#@#group if these are not the usual ones,"
                    + " DEFAULT_INSTANCE_ID and DEFAULT_GROUP. Configurators often have a group of their own, such as"
                    + " orders#@#DEFAULT_INSTANCE_ID#@#SOFA.CONFIG";
    private static final int MAX_SHOWN = 60;

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "All settings with their values, and what is set for single services.",
            footer = ClusterCommand.HELP)
    static final class Show extends ClusterCommand {
        @Override
        int run(MetaLeader leader) {
            show(leader.ask(Administer.getDefaultInstance()).view().settings());
            return 0;
        }

        private static void show(ClusterSettings settings) {
            System.out.printf("%-28s %-10s %-9s %s%n", "KEY", "VALUE", "", "RANGE");
            for (SettingKey<?> key : SettingKey.ALL) {
                boolean set = settings.values().containsKey(new ClusterSettings.Place(key.name(), ""));
                System.out.printf(
                        "%-28s %-10s %-9s %s%s%n",
                        key.name(),
                        settings.get(key),
                        set ? "set" : "default",
                        key.range(),
                        switch (key.reach()) {
                            case PER_CLUSTER -> "";
                            case PER_SERVICE -> ", per service";
                            case ONLY_PER_SERVICE -> ", per service only";
                        });
            }
            settings.values().forEach((place, value) -> {
                if (!place.service().isEmpty()) {
                    System.out.printf("%-28s %-10s for %s%n", place.key(), shown(value), place.service());
                } else if (SettingKey.ALL.stream().noneMatch(key -> key.name().equals(place.key()))) {
                    System.out.printf("%-28s %-10s of a newer version%n", place.key(), shown(value));
                }
            });
            System.out.println("version " + settings.version());
        }

        /** On one line, and not all of a long one. */
        private static String shown(String value) {
            String line = value.replaceAll("\\p{Cntrl}+", " ");
            return line.length() <= MAX_SHOWN
                    ? line
                    : line.substring(0, MAX_SHOWN) + "… (" + value.length() + " characters)";
        }
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = {
                "Sets a value: registry admin settings set guard.hold-millis 30000 --service orders",
                "What a file has: registry admin settings set client.config \"$(cat FILE)\" --service ID"
            },
            footer = ClusterCommand.HELP)
    static final class Put extends ClusterCommand {
        @Parameters(index = "0", paramLabel = "KEY")
        private String key = "";

        @Parameters(index = "1", paramLabel = "VALUE")
        private String value = "";

        @Option(names = "--service", paramLabel = "ID", description = SERVICE)
        private @Nullable String service;

        @Override
        int run(MetaLeader leader) {
            Setting set = Setting.newBuilder()
                    .setKey(key)
                    .setValue(value)
                    .setService(named(service))
                    .build();
            MetaLeader.Answer answer =
                    leader.ask(Administer.newBuilder().setSet(set).build());
            if (service != null) {
                warnOfUnknown(service, leader, answer.view());
            }
            return say(answer);
        }
    }

    @Command(
            name = "unset",
            mixinStandardHelpOptions = true,
            description = "Takes a value back: the service's goes to the cluster's, the cluster's to the default.",
            footer = ClusterCommand.HELP)
    static final class Remove extends ClusterCommand {
        @Parameters(index = "0", paramLabel = "KEY")
        private String key = "";

        @Option(names = "--service", paramLabel = "ID", description = SERVICE)
        private @Nullable String service;

        @Override
        int run(MetaLeader leader) {
            Setting unset =
                    Setting.newBuilder().setKey(key).setService(named(service)).build();
            return say(leader.ask(Administer.newBuilder().setUnset(unset).build()));
        }
    }

    /** An empty name, perhaps of a variable that is not set, does not stand for the whole cluster. */
    private static String named(@Nullable String service) {
        if (service != null && service.isBlank()) {
            throw new StartupException("--service names no service: leave it out to change the whole cluster");
        }
        return service == null ? "" : service;
    }

    /** A setting may precede its service, but mostly it is a typing error. */
    private static void warnOfUnknown(String service, MetaLeader leader, ClusterView view) {
        String id = DataInfoId.ofService(service).toString();
        if (!leader.isKnown(id, view)) {
            System.out.println("note: no node knows a service " + id + " yet: the setting waits for it");
        }
    }

    private static int say(MetaLeader.Answer answer) {
        ClusterView view = answer.view();
        System.out.println(
                "done; settings are at version " + view.settings().version() + ", the view at epoch " + view.epoch());
        return 0;
    }
}

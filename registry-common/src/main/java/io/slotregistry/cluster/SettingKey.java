package io.slotregistry.cluster;

import static io.slotregistry.cluster.SettingKey.Reach.ONLY_PER_SERVICE;
import static io.slotregistry.cluster.SettingKey.Reach.PER_CLUSTER;
import static io.slotregistry.cluster.SettingKey.Reach.PER_SERVICE;

import com.google.common.base.Utf8;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A setting of the whole cluster that operators change while it runs. All keys that this version knows are listed here.
 *
 * @param <T> of its values
 */
public final class SettingKey<T> {
    /** Of a value of {@link #CLIENT_CONFIG}, in UTF-8. */
    public static final int MAX_TEXT_BYTES = 16 * 1024;

    public static final SettingKey<Boolean> GUARD_ENABLED = flag(
            "guard.enabled",
            PER_SERVICE,
            true,
            "whether the loss of many publishers of a service at once is held back for a while");
    public static final SettingKey<Long> GUARD_HOLD_MILLIS =
            number("guard.hold-millis", PER_SERVICE, 15_000, 0, 600_000, "how long such a loss is held back at most");
    public static final SettingKey<Long> GUARD_PERCENT = number(
            "guard.percent",
            PER_SERVICE,
            50,
            1,
            100,
            "of a service's publishers; when more than these vanish within the window, they are held back");
    public static final SettingKey<Long> GUARD_WINDOW_MILLIS =
            number("guard.window-millis", PER_SERVICE, 5_000, 0, 600_000, "the time within which losses are added up");
    public static final SettingKey<Long> GRACE_MILLIS = number(
            "grace-millis",
            PER_SERVICE,
            2_000,
            0,
            600_000,
            "how long the publications of a closed connection stay for their client to come back, 0 for not at all;"
                    + " when set it overrides `registry.session.grace-millis`");
    public static final SettingKey<Long> GRACE_MICROS_PER_REGISTRATION = number(
            "grace-micros-per-registration",
            PER_CLUSTER,
            2_000,
            0,
            1_000_000,
            "how much longer for each registration of that connection, with it at most the handover time; when set it"
                    + " overrides `registry.session.grace-micros-per-registration`");
    public static final SettingKey<Boolean> PUSH_ENABLED = flag(
            "push.enabled", PER_CLUSTER, true, "false stops all pushes to clients; they keep what they have meanwhile");
    public static final SettingKey<Long> RENEW_MILLIS = number(
            "renew-millis",
            PER_CLUSTER,
            1_000,
            10,
            60_000,
            "between two renews of a session to each data server; when set it overrides"
                    + " `registry.session.renew-millis`");
    public static final SettingKey<Long> MIRROR_LEASE_MILLIS = number(
            "mirror-lease-millis",
            PER_CLUSTER,
            15_000,
            100,
            3_600_000,
            "how long a data server keeps the publications of a silent session; when set it overrides"
                    + " `registry.data.mirror-lease-millis`");

    public static final SettingKey<Long> WARM_UP_MAX_MILLIS = number(
            "warm-up.max-millis",
            PER_CLUSTER,
            15_000,
            0,
            600_000,
            "after a start of the whole cluster, how long at most it waits for clients to come back before changes are"
                    + " shown to subscribers that may know more; 0 ends such a wait at once");

    public static final SettingKey<Long> REBALANCE_PERCENT = number(
            "rebalance.percent",
            PER_CLUSTER,
            20,
            0,
            1_000,
            "how many more clients than its share a session may have before it lets some go");
    public static final SettingKey<Long> REBALANCE_RATE = number(
            "rebalance.per-second",
            PER_CLUSTER,
            10,
            0,
            1_000,
            "clients that such a session lets go each second; 0 lets all stay");
    public static final SettingKey<String> CLIENT_CONFIG = text(
            "client.config",
            ONLY_PER_SERVICE,
            "what configurators of clients are given that are registered under the service's whole name, which for"
                    + " those of SOFARPC ends in `#@#SOFA.CONFIG`");

    public static final SettingKey<Long> PUBLISHERS_PER_CLIENT = number(
            "limit.publishers-per-client",
            PER_CLUSTER,
            20_000,
            1,
            10_000_000,
            "of one connection, for each event loop of its session; what is beyond is answered but not taken, what is"
                    + " there stays; when set it overrides `registry.session.max-publishers-per-client`");
    public static final SettingKey<Long> SUBSCRIBERS_PER_CLIENT = number(
            "limit.subscribers-per-client",
            PER_CLUSTER,
            100_000,
            1,
            10_000_000,
            "the same for subscribers, and for configurators; when set it overrides"
                    + " `registry.session.max-subscribers-per-client`");

    public static final SettingKey<ClientAddresses> BLOCKED_PUBLISHERS = addresses(
            "blocked.publishers",
            PER_SERVICE,
            "clients that are connected from there publish as always, but what they publish is shown to nobody");

    public static final SettingKey<ClientAddresses> BLOCKED_SUBSCRIBERS = addresses(
            "blocked.subscribers",
            PER_SERVICE,
            "clients that are connected from there subscribe as always, but are pushed nothing; they keep what they"
                    + " have meanwhile");

    public static final SettingKey<ClientAddresses> PROXIES = addresses(
            "limit.proxies",
            PER_CLUSTER,
            "known proxies: the clients behind one may together hold more than the share of one address");

    public static final ImmutableList<SettingKey<?>> ALL = ImmutableList.of(
            GUARD_ENABLED,
            GUARD_HOLD_MILLIS,
            GUARD_PERCENT,
            GUARD_WINDOW_MILLIS,
            GRACE_MILLIS,
            GRACE_MICROS_PER_REGISTRATION,
            PUSH_ENABLED,
            RENEW_MILLIS,
            MIRROR_LEASE_MILLIS,
            WARM_UP_MAX_MILLIS,
            REBALANCE_PERCENT,
            REBALANCE_RATE,
            CLIENT_CONFIG,
            PUBLISHERS_PER_CLIENT,
            SUBSCRIBERS_PER_CLIENT,
            PROXIES,
            BLOCKED_PUBLISHERS,
            BLOCKED_SUBSCRIBERS);

    /** What a value may be set for. */
    public enum Reach {
        PER_CLUSTER("no"),
        /** For the cluster, and other values for single services. */
        PER_SERVICE("yes"),
        ONLY_PER_SERVICE("only");

        private final String perService;

        Reach(String perService) {
            this.perService = perService;
        }

        /** Whether one service may have a value of its own, for people: no, yes, only. */
        public String perService() {
            return perService;
        }
    }

    private final String name;
    private final Reach reach;
    private final T standard;
    private final String range;
    private final String meaning;
    /** Throws an exception without a message when the text as a whole is no value, else with what in it is wrong. */
    private final Function<String, T> parser;

    private SettingKey(String name, Reach reach, T standard, String range, String meaning, Function<String, T> parser) {
        this.name = name;
        this.reach = reach;
        this.standard = standard;
        this.range = range;
        this.meaning = meaning;
        this.parser = parser;
    }

    /** @throws IllegalArgumentException that lists the known ones, when there is none of this name */
    public static SettingKey<?> named(String name) {
        return ALL.stream()
                .filter(key -> key.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown setting " + name + ": there are "
                        + ALL.stream().map(key -> key.name).collect(Collectors.joining(", "))));
    }

    public String name() {
        return name;
    }

    public Reach reach() {
        return reach;
    }

    /** The value where nothing is set. */
    public T standard() {
        return standard;
    }

    /** What values may be, for people. */
    public String range() {
        return range;
    }

    /** One sentence for people. */
    public String meaning() {
        return meaning;
    }

    /** @throws IllegalArgumentException that names the key, its range and what is wrong with the text */
    T parse(String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException unusable) {
            String wrong = unusable.getMessage() == null ? text : unusable.getMessage();
            String shown = wrong.length() > 40 ? wrong.length() + " characters" : wrong;
            throw new IllegalArgumentException(name + " is " + range + ", not " + shown, unusable);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private static SettingKey<Boolean> flag(String name, Reach reach, boolean standard, String meaning) {
        return new SettingKey<>(name, reach, standard, "true or false", meaning, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        });
    }

    private static SettingKey<Long> number(
            String name, Reach reach, long standard, long min, long max, String meaning) {
        return new SettingKey<>(name, reach, standard, "a number " + min + ".." + max, meaning, text -> {
            Long value = Longs.tryParse(text);
            if (value == null || value < min || value > max) {
                throw new IllegalArgumentException();
            }
            return value;
        });
    }

    private static SettingKey<ClientAddresses> addresses(String name, Reach reach, String meaning) {
        return new SettingKey<>(
                name,
                reach,
                ClientAddresses.NONE,
                "a list of at most " + ClientAddresses.MAX + " IP addresses, separated by commas",
                meaning,
                ClientAddresses::parse);
    }

    /** Any text will do, the empty one too. */
    private static SettingKey<String> text(String name, Reach reach, String meaning) {
        return new SettingKey<>(
                name, reach, "", "a text of at most " + MAX_TEXT_BYTES + " bytes in UTF-8", meaning, text -> {
                    if (Utf8.encodedLength(text) > MAX_TEXT_BYTES) {
                        throw new IllegalArgumentException();
                    }
                    return text;
                });
    }
}

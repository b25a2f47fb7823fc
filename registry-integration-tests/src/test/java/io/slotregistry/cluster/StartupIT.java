package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.FreePorts;
import io.slotregistry.sdk.StandalonePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever cannot start says in one line why and what to do; whoever can is configured in any of the usual ways.
 * The many that end at once have processes of their own and run two at a time.
 */
class StartupIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String KEY = "--registry.cluster-key=a key for tests, and only for them";
    private static final String NO_META = "--registry.metas=127.0.0.1:1";

    @TempDir
    Path directory;

    private static Stream<Arguments> ports() {
        return Stream.of(
                port("clients", StandalonePorts::client),
                port("sessions", StandalonePorts::sessionNode),
                port("data servers", StandalonePorts::dataNode),
                port("meta servers", StandalonePorts::metaNode),
                port("Raft", StandalonePorts::raft),
                port("HTTP", StandalonePorts::http),
                port("HTTP of data servers", StandalonePorts::dataHttp),
                port("HTTP of meta servers", StandalonePorts::metaHttp),
                port("admin API", StandalonePorts::admin));
    }

    private static Arguments port(String name, ToIntFunction<StandalonePorts> port) {
        return Arguments.of(name, port);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("ports")
    void aPortInUseIsNamed(String name, ToIntFunction<StandalonePorts> port) throws IOException {
        StandalonePorts ports = StandalonePorts.free();
        int taken = port.applyAsInt(ports);
        List<String> arguments = new ArrayList<>(List.of("standalone"));
        arguments.addAll(ports.settings());
        try (ServerSocket ignored = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            assertThat(refusal(arguments))
                    .contains(String.valueOf(taken))
                    .contains("stop the process that uses")
                    .contains("choose another");
        }
    }

    @Test
    void whoIsToldToStopWhileItWaitsForItsClusterStops() {
        int port = FreePorts.take(3);
        try (RoleProcess waiting = RoleProcess.start(
                "data",
                KEY,
                NO_META,
                "--registry.bind=127.0.0.1",
                "--registry.data.node-port=" + port,
                "--registry.data.http-port=" + (port + 1),
                "--registry.admin.port=" + (port + 2))) {
            waiting.awaitOutput("event=waiting-for-cluster")
                    .awaitOutput("start a meta server or correct registry.metas");
            assertThat(Http.get(port + 1, "/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(Http.get(port + 1, "/actuator/health/readiness").status())
                    .isEqualTo(503);

            waiting.stop();
        }
    }

    @Test
    void serversCanBeStartedBeforeTheirMetaServer() {
        ClusterNode meta = new ClusterNode("meta", "meta", List.of("--registry.meta.data-dir=" + directory));
        ClusterNode data = new ClusterNode("data", "data", List.of("--registry.metas=127.0.0.1:" + meta.nodePort()));
        try (meta;
                data) {
            data.start().process().awaitOutput("event=waiting-for-cluster");
            meta.start().awaitReady();
            data.awaitReady();
        }
    }

    @Test
    void theLaterOfTwoProcessesWithOneNameHasIt() {
        ClusterNode meta = new ClusterNode("meta", "meta", List.of("--registry.meta.data-dir=" + directory));
        List<String> metas = List.of("--registry.metas=127.0.0.1:" + meta.nodePort());
        ClusterNode earlier = new ClusterNode("session", "one", metas);
        ClusterNode later = new ClusterNode("session", "one", metas);
        try (meta;
                earlier;
                later) {
            meta.start().awaitReady();
            earlier.start().awaitReady();
            later.start().awaitReady();
            earlier.process().awaitOutput("event=name-taken").awaitOutput("its own registry.name");
            assertThat(earlier.get("/actuator/health/readiness").status()).isEqualTo(503);
            assertThat(earlier.get("/api/servers/query").body()).isEqualTo(later.clientAddress());
            assertThat(later.get("/actuator/health/readiness").status()).isEqualTo(200);
        }
    }

    /** It would join the cluster, and be given clients, before it finds out that it cannot take them. */
    @Test
    void aSessionWhoseClientPortIsTakenDoesNotJoin() throws IOException {
        ClusterNode meta = new ClusterNode("meta", "meta", List.of("--registry.meta.data-dir=" + directory));
        try (meta;
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            meta.start().awaitReady();
            List<String> session = List.of(
                    "session",
                    KEY,
                    "--registry.metas=127.0.0.1:" + meta.nodePort(),
                    "--registry.session.port=" + taken.getLocalPort());
            assertThat(refusal(withOwnPorts(session))).contains(String.valueOf(taken.getLocalPort()));
            assertThat(meta.process().output()).noneMatch(line -> line.contains("session/"));
        }
    }

    private static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("registry.cluster-key is not set", "data", NO_META),
                mistake("registry.cluster-key: a cluster key has at least 16", "meta", "--registry.cluster-key=short"),
                mistake("registry.metas is not set", "session", KEY),
                mistake(
                        "registry.advertise: existing SDKs cannot use the IPv6 address ::1",
                        "session",
                        KEY,
                        NO_META,
                        "--registry.advertise=[::1]"),
                mistake(
                        "setting registry.advertise is a host name or IP address without a port: reg:9600",
                        "data",
                        KEY,
                        NO_META,
                        "--registry.advertise=reg:9600"),
                mistake(
                        "registry.metas: an address has the form host:port, or [::1]:port",
                        "data",
                        KEY,
                        "--registry.metas=nowhere"),
                mistake(
                        "unknown setting registry.session.grace-milis",
                        "session",
                        KEY,
                        NO_META,
                        "--registry.session.grace-milis=1"));
    }

    private static Stream<Arguments> wrongValues() {
        return Stream.of(
                mistake(
                        "setting registry.session.grace-millis out of range",
                        "session",
                        KEY,
                        NO_META,
                        "--registry.session.grace-millis=-1"),
                mistake(
                        "setting registry.session.grace-millis is not a whole number: soon",
                        "session",
                        KEY,
                        NO_META,
                        "--registry.session.grace-millis=soon"),
                mistake(
                        "setting registry.session.port out of range 1..65535: 65536",
                        "session",
                        KEY,
                        NO_META,
                        "--registry.session.port=65536"),
                mistake(
                        "setting registry.data.http-port is not a whole number: web",
                        "data",
                        KEY,
                        NO_META,
                        "--registry.data.http-port=web"),
                mistake("--regsitry.name=a is not a setting", "data", KEY, NO_META, "--regsitry.name=a"),
                mistake(
                        "setting registry.session.clients.max-frame-bytes out of range",
                        "session",
                        KEY,
                        NO_META,
                        "--registry.session.clients.max-frame-bytes=1"),
                mistake(
                        "registry.bind: 192.0.2.1 is not an address of this machine",
                        "meta",
                        KEY,
                        "--registry.bind=192.0.2.1"),
                mistake("now is not a setting", "meta", "now"),
                mistake("does not exist", "meta", "--spring.config.additional-location=no-such-file.properties"));
    }

    private static Arguments mistake(String explanation, String... arguments) {
        return Arguments.of(explanation, List.of(arguments));
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource({"mistakes", "wrongValues"})
    void aMistakeIsExplained(String explanation, List<String> arguments) {
        assertThat(refusal(withOwnPorts(arguments))).contains(explanation);
    }

    @Test
    void anotherClusterKeyIsExplained() {
        ClusterNode meta = new ClusterNode("meta", "meta", List.of("--registry.meta.data-dir=" + directory));
        try (meta) {
            meta.start().awaitReady();
            List<String> arguments = List.of(
                    "data",
                    "--registry.cluster-key=another key than meta has",
                    "--registry.metas=127.0.0.1:" + meta.nodePort());
            assertThat(refusal(withOwnPorts(arguments))).contains("meta/meta").contains("give all nodes the same");

            assertThat(refusal(metaIn(directory)))
                    .contains("in use by another process")
                    .contains("data-dir");

            meta.process().stop();
        }
    }

    @Test
    void anUnusableDataDirectoryIsExplained() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "in its place");

        assertThat(refusal(metaIn(file))).contains(file + " is a file").contains("registry.meta.data-dir");
        assertThat(refusal(metaIn(file.resolve("below"))))
                .contains("cannot be written")
                .contains("registry.meta.data-dir");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @ValueSource(strings = {"", "standalone", "session", "data", "meta", "publish", "subscribe", "watch-demo"})
    void everyCommandHasHelp(String command) {
        String[] arguments = command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"};
        try (RoleProcess process = RoleProcess.start(arguments)) {
            assertThat(process.awaitExitCode(LIMIT)).as(process.report("help")).isZero();
            assertThat(process.output()).anyMatch(line -> line.startsWith("Usage: registry " + command));
            assertThat(process.errors()).isEmpty();
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @ValueSource(strings = {"publish orders 10.0.0.1:8080", "subscribe orders", "watch-demo --rounds=1"})
    void aClientCommandWithoutARegistryFails(String command) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.add("--port=" + FreePorts.take(1));
        try (RoleProcess process = RoleProcess.start(Map.of(), arguments)) {
            assertThat(process.awaitExitCode(LIMIT))
                    .as(process.report("failed"))
                    .isEqualTo(1);
            assertThat(process.errors()).singleElement().asString().startsWith("registry: no registry answers at ");
            assertThat(process.output())
                    .noneMatch(line -> line.startsWith("publishing") || line.startsWith("subscribed"));
        }
    }

    @Test
    void aServiceHasAName() {
        try (RoleProcess process = RoleProcess.start(Map.of(), List.of("publish", "", "10.0.0.1:8080"))) {
            assertThat(process.awaitExitCode(LIMIT)).isEqualTo(1);
            assertThat(process.errors()).containsExactly("registry: a service has a name, such as orders");
        }
    }

    @Test
    void withoutACommandTheUsageIsShown() {
        try (RoleProcess process = RoleProcess.start(Map.of(), List.of())) {
            assertThat(process.awaitExitCode(LIMIT)).isEqualTo(2);
            assertThat(process.errors()).anyMatch(line -> line.startsWith("Usage: registry"));
        }
    }

    @Test
    void settingsComeFromAFileTheEnvironmentAndTheCommandLineAndEveryRoleStopsInOrder() throws IOException {
        ClusterNode meta =
                new ClusterNode("meta", "meta", List.of("--registry.meta.data-dir=" + directory.resolve("meta")));
        ClusterNode data = new ClusterNode("data", "data", List.of("--registry.metas=127.0.0.1:" + meta.nodePort()));
        int port = FreePorts.take(4);
        Path file = Files.writeString(
                directory.resolve("session.properties"),
                String.join(
                        "\n",
                        "registry.name=from-file",
                        "registry.bind=127.0.0.1",
                        "registry.metas=127.0.0.1:" + meta.nodePort(),
                        "registry.session.node-port=" + (port + 1),
                        "registry.session.port=1"));
        Map<String, String> environment = Map.of(
                "REGISTRY_CLUSTER_KEY", "a key for tests, and only for them", "REGISTRY_SESSION_PORT", "" + port);
        List<String> arguments = List.of(
                "session",
                "--spring.config.additional-location=" + file,
                "--registry.session.http-port=" + (port + 2),
                "--registry.admin.port=" + (port + 3));
        try (meta;
                data) {
            meta.start();
            data.start();
            try (RoleProcess session = RoleProcess.start(environment, arguments)) {
                session.awaitReady().awaitOutput("session/from-file: clients 127.0.0.1:" + port);
                assertThat(Http.get(port + 2, "/api/servers/query").body()).isEqualTo("127.0.0.1:" + port);
                meta.awaitReady();
                data.awaitReady();

                session.stop();
                data.process().stop();
                meta.process().stop();
            }
        }
    }

    /** Also on the data that it has written. */
    @Test
    void aStandaloneOnIpv6StartsAgain() {
        List<String> arguments = new ArrayList<>(List.of("standalone", "--registry.bind=::1"));
        arguments.addAll(StandalonePorts.free().settings());
        arguments.add("--registry.session.advertise-host=localhost");
        for (int i = 0; i < 2; i++) {
            try (RoleProcess process = RoleProcess.start(Map.of(), arguments)) {
                process.awaitReady().awaitOutput("nodes [::1]:");
                process.stop();
            }
        }
    }

    @Test
    void aStandaloneStopsInOrder() {
        List<String> arguments = new ArrayList<>(List.of("standalone"));
        arguments.addAll(StandalonePorts.free().settings());
        try (RoleProcess process = RoleProcess.start(Map.of(), arguments)) {
            process.awaitReady().stop();
        }
    }

    /** The one line of a process that does not start. */
    private static String refusal(List<String> arguments) {
        try (RoleProcess process = RoleProcess.start(Map.of(), arguments)) {
            assertThat(process.awaitExitCode(LIMIT))
                    .as(process.report("refused"))
                    .isEqualTo(1);
            assertThat(process.errors()).as(process.report("refused")).hasSize(1);
            assertThat(process.output()).as(process.report("refused")).noneMatch(line -> line.startsWith("\tat "));
            assertThat(process.errors().get(0)).startsWith("registry: cannot start: ");
            return process.errors().get(0);
        }
    }

    private static List<String> metaIn(Path dataDirectory) {
        return withOwnPorts(List.of("meta", KEY, "--registry.meta.data-dir=" + dataDirectory));
    }

    /** So that the usual ports need not be free. What is given already is left alone. */
    private static List<String> withOwnPorts(List<String> arguments) {
        String role = "--registry." + arguments.get(0);
        int port = FreePorts.take(5);
        List<String> all = new ArrayList<>(arguments);
        all.add("--registry.admin.port=" + (port + 4));
        if (arguments.stream().noneMatch(argument -> argument.startsWith("--registry.bind="))) {
            all.add("--registry.bind=127.0.0.1");
        }
        Map<String, Integer> ports = role.endsWith("session")
                ? Map.of(".node-port=", port, ".http-port=", port + 2, ".port=", port + 3)
                : Map.of(".node-port=", port, ".http-port=", port + 2);
        ports.forEach((key, value) -> {
            if (arguments.stream().noneMatch(argument -> argument.startsWith(role + key))) {
                all.add(role + key + value);
            }
        });
        return all;
    }
}

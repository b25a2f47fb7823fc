package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slotregistry.sdk.ChildProcess;
import io.slotregistry.sdk.FreePorts;
import io.slotregistry.sdk.RegistryCommand;
import io.slotregistry.sdk.StandalonePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code bin/registry} itself, in a checkout whose build only links the jars that are built already, where people start
 * things: with variables and files of others around, in other locales, in directories that cannot be written.
 */
@Execution(ExecutionMode.CONCURRENT)
class LauncherIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String MESSAGE = "SlotRegistry standalone is ready";

    @TempDir
    static Path checkout;

    private static Path script;

    @TempDir
    Path directory;

    /** The first call builds, and makes a class archive with a server of its own, which must not join this cluster. */
    @BeforeAll
    static void theFirstCallBuildsAndTouchesNoCluster() throws IOException {
        script = Files.createDirectories(checkout.resolve("bin")).resolve("registry");
        Files.copy(RegistryCommand.SCRIPT, script);
        Path build = Files.writeString(checkout.resolve("mvnw"), """
                #!/bin/sh
                mkdir -p registry-standalone/target/lib && ln -s %s/* registry-standalone/target/lib
                """.formatted(RegistryCommand.LIBRARIES));
        assertThat(build.toFile().setExecutable(true)).isTrue();
        try (ServerSocket meta = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> cluster = Map.of(
                    "REGISTRY_CLUSTER_KEY",
                    "a key for tests, and only for them",
                    "REGISTRY_METAS",
                    "127.0.0.1:" + meta.getLocalPort());
            try (ChildProcess first =
                    ChildProcess.start("first", List.of(script.toString(), "--version"), checkout, cluster)) {
                assertThat(first.awaitExitCode(LIMIT))
                        .as(first.report("first call"))
                        .isZero();
                assertThat(first.events()).singleElement().asString().startsWith("SlotRegistry ");
            }
            meta.setSoTimeout(1);
            try (Socket stranger = meta.accept()) {
                throw new AssertionError("the first call connected to the cluster from " + stranger);
            } catch (SocketTimeoutException nothingCame) {
                assertThat(checkout.resolve("registry-standalone/target/classes.jsa"))
                        .isNotEmptyFile();
            }
        }
    }

    /** On the usual ports, so they must be free. */
    @Test
    void theCommandsOfTheReadmeWorkAsPrinted() throws IOException {
        assumeTrue(System.getenv("CI") != null || areUsualPortsFree(), "not tested: one of the usual ports is in use");
        List<String> printed = Files.readAllLines(RegistryCommand.SCRIPT.resolveSibling("../README.md"));
        List<String> commands = printed.stream()
                .filter(line -> line.startsWith("bin/registry ") || line.startsWith("curl "))
                .toList();
        try (ChildProcess server = shell(commands.get(0))) {
            await(server, MESSAGE);
            try (ChildProcess subscriber = shell(commands.get(1));
                    ChildProcess publisher = shell(commands.get(2))) {
                await(publisher, "publishing to orders");
                await(subscriber, "orders: {DEFAULT_ZONE=[10.0.0.1:8080]}");
                for (String curl : commands.subList(3, commands.size())) {
                    try (ChildProcess asked = shell(curl.replaceFirst("curl ", "curl --fail --silent "))) {
                        assertThat(asked.awaitExitCode(LIMIT))
                                .as(asked.report(curl))
                                .isZero();
                        assertThat(asked.events()).as(curl).isNotEmpty();
                    }
                }
                assertThat(publisher.terminate(LIMIT)).isTrue();
                await(subscriber, "orders: nobody");
            }
            assertThat(commands).hasSizeGreaterThanOrEqualTo(6);
        }
    }

    private static boolean areUsualPortsFree() {
        return Stream.of(9600, 9601, 9603, 9604, 9610, 9611, 9615, 9620, 9622).allMatch(port -> {
            try (ServerSocket ignored = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return true;
            } catch (IOException inUse) {
                return false;
            }
        });
    }

    private static ChildProcess shell(String command) {
        return ChildProcess.start(command, List.of("bash", "-c", "exec " + command), checkout, Map.of());
    }

    @Test
    void variablesOfOthersAreNamedAndNotUsed() {
        Map<String, String> links = new HashMap<>(Map.of(
                "REGISTRY_PORT", "tcp://10.0.0.1:9600",
                "REGISTRY_SERVICE_HOST", "10.0.0.1",
                "REGISTRY_SESSION_PORT", "tcp://10.0.0.1:9600",
                "REGISTRY_META_DATA_DIR", directory.resolve("meta").toString(),
                "REGISTRY_AUTH_FILE", "/etc/auth.json",
                "REGISTRY_URL", "https://registry.example",
                "SERVER_PORT", "tcp://10.0.0.1:80",
                "DEBUG", "1"));
        links.put("SPRING_MAIN_BANNER_MODE", "console");
        try (ChildProcess server = standalone(links, directory)) {
            assertThat(server.events())
                    .as(server.report("ready"))
                    .hasSizeLessThan(20)
                    .anyMatch(line -> line.contains("names=REGISTRY_AUTH_FILE,REGISTRY_PORT,REGISTRY_SERVICE_HOST,"
                            + "REGISTRY_SESSION_PORT,REGISTRY_URL"))
                    .anyMatch(line ->
                            line.contains("name=REGISTRY_SESSION_PORT") && line.contains("enableServiceLinks: false"));
        }
    }

    @Test
    void javaOptionsWinOverTheDefaults() {
        Map<String, String> options = Map.of("REGISTRY_JAVA_OPTS", "-XX:+UseG1GC -Xmx300m -Xlog:gc+init");
        try (ChildProcess server = standalone(options, directory)) {
            assertThat(server.events())
                    .anyMatch(line -> line.endsWith("Heap Max Capacity: 300M"))
                    .anyMatch(line -> line.contains("Heap Region Size"));
        }
        Map<String, String> tool = Map.of("JAVA_TOOL_OPTIONS", "-Xmx200m -Xlog:gc+init");
        try (ChildProcess server = standalone(tool, directory)) {
            assertThat(server.events())
                    .anyMatch(
                            line -> line.endsWith("Heap Max Capacity: 193M") || line.contains("Heap Max Capacity: 2"));
        }
    }

    @Test
    void filesOfOthersInTheWorkingDirectoryAreNotRead() throws IOException {
        String foreign = "server.servlet.context-path: /shop\nregistry.address: zookeeper://127.0.0.1:2181\n";
        Files.writeString(directory.resolve("application.yml"), foreign);
        Files.writeString(Files.createDirectory(directory.resolve("config")).resolve("application.yml"), foreign);
        StandalonePorts ports = StandalonePorts.free();
        try (ChildProcess server = standalone(Map.of(), directory, ports)) {
            assertThat(Http.get(ports.http(), "/api/servers/query").body()).isEqualTo("127.0.0.1:" + ports.client());
        }
        String said = refusal(
                Map.of("REGISTRY_CLUSTER_KEY", "a key for tests, and only for them"),
                "admin",
                "members",
                "list",
                "--registry.metas=127.0.0.1:" + FreePorts.take(1));
        assertThat(said).startsWith("registry: ").doesNotContain("\tat ");
    }

    @Test
    void aMissingFileASettingGivenTwiceAndOneOfNothingAreExplained() {
        assertThat(refusal(Map.of(), "admin", "members", "list", "--spring.config.additional-location=none.yml"))
                .contains("none.yml")
                .contains("does not exist");
        assertThat(refusal(Map.of(), "meta", "--registry.name=a", "--registry.name=b"))
                .contains("setting registry.name is given twice");
        assertThat(refusal(Map.of(), "meta", "--registry.cluster-key=a key for tests", "--registry.meta.data-dir="))
                .contains("registry.meta.data-dir must name a directory");
    }

    @Test
    void itFindsItsCheckoutBehindSymbolicLinksAndWithCdpath() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("registry"), script);
        Path relative = Files.createSymbolicLink(directory.resolve("again"), Path.of("registry"));
        assertThat(link).isSymbolicLink();
        try (ChildProcess version = ChildProcess.start(
                "version", List.of(relative.toString(), "--version"), directory, Map.of("CDPATH", "/:.."))) {
            assertThat(version.awaitExitCode(LIMIT))
                    .as(version.report("by a link"))
                    .isZero();
            assertThat(version.errors()).isEmpty();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(link, relative);
        }
    }

    @Test
    void aPathThatJavaCannotUseAndOptionsThatItRefusesAreExplained() throws IOException {
        Path colon = Files.createDirectories(directory.resolve("a:b/bin")).resolve("registry");
        Files.copy(script, colon);
        try (ChildProcess refused =
                ChildProcess.start("colon", List.of(colon.toString(), "--version"), directory, Map.of())) {
            assertThat(refused.awaitExitCode(LIMIT)).isEqualTo(1);
            assertThat(refused.errors()).singleElement().asString().contains("cannot have the ':'");
        }
        assertThat(refusal(Map.of("JAVA_TOOL_OPTIONS", "-XX:+NoSuchOption"), "--version"))
                .contains("does not start")
                .contains("NoSuchOption");
    }

    @Test
    void namesInOtherAlphabetsAreKeptInTheCLocale() {
        StandalonePorts ports = StandalonePorts.free();
        String key = "--registry.cluster-key=a key for tests, and only for them";
        Map<String, String> locale = Map.of("LC_ALL", "C");
        try (ChildProcess server = standalone(locale, directory, ports, key);
                ChildProcess one = start("one", locale, "publish", "订单", "10.0.0.1:1", "--port=" + ports.http());
                ChildProcess other = start("other", locale, "subscribe", "库存", "--port=" + ports.http())) {
            await(one, "publishing to 订单");
            await(other, "库存: nobody");
            String metas = "--registry.metas=127.0.0.1:" + ports.metaNode();
            try (ChildProcess set = start(
                    "set", locale, "admin", "settings", "set", "client.config", "权重", "--service", "订单", metas, key)) {
                assertThat(set.awaitExitCode(LIMIT)).as(set.report("set")).isZero();
            }
            try (ChildProcess list = start("list", locale, "admin", "settings", "list", metas, key)) {
                assertThat(list.awaitExitCode(LIMIT)).isZero();
                assertThat(list.events()).anyMatch(line -> line.contains("订单") && line.contains("权重"));
            }
            assertThat(server.isAlive()).isTrue();
        }
    }

    @Test
    void aDamagedClassArchiveIsNotUsed() throws IOException {
        Path copy = Files.createDirectories(directory.resolve("bin")).resolve("registry");
        Files.copy(script, copy);
        Path target = Files.createDirectories(directory.resolve("registry-standalone/target"));
        Path built = checkout.resolve("registry-standalone/target");
        Files.createSymbolicLink(target.resolve("lib"), built.resolve("lib"));
        Files.copy(built.resolve("classes.jsa.size"), target.resolve("classes.jsa.size"));
        byte[] archive = Files.readAllBytes(built.resolve("classes.jsa"));
        Files.write(target.resolve("classes.jsa"), Arrays.copyOf(archive, archive.length / 3));
        List<String> command = new ArrayList<>(List.of(copy.toString(), "standalone"));
        command.addAll(StandalonePorts.free().settings());
        try (ChildProcess server = ChildProcess.start("damaged", command, directory, Map.of())) {
            await(server, MESSAGE);
        }
        Arrays.fill(archive, archive.length / 3, archive.length / 2, (byte) 7);
        Files.write(target.resolve("classes.jsa"), archive);
        try (ChildProcess server = ChildProcess.start("damaged", command, directory, Map.of())) {
            await(server, MESSAGE);
        }
    }

    @Test
    void aKilledServerLeavesNothingInTheTemporaryDirectory() throws IOException {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Map<String, String> there = Map.of("REGISTRY_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
        try (ChildProcess server = standalone(there, directory)) {
            server.kill();
        }
        try (Stream<Path> left = Files.walk(temporary)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void noexecDoesNotMatterAndReadOnlyIsExplained() {
        assumeTrue(canMount(), "not tested: file systems cannot be mounted here");
        try (ChildProcess server = inItsOwnMounts("noexec", StandalonePorts.free())) {
            await(server, MESSAGE);
            assertThat(server.events()).noneMatch(line -> line.contains("epoll"));
        }
        try (ChildProcess server = inItsOwnMounts("ro", StandalonePorts.free())) {
            assertThat(server.awaitExitCode(LIMIT)).isEqualTo(1);
            assertThat(server.errors()).singleElement().asString().contains("java.io.tmpdir=");
        }
    }

    private ChildProcess inItsOwnMounts(String option, StandalonePorts ports) {
        Path temporary = checkout.resolveSibling(option + "-" + ports.client());
        String mount = "mkdir -p $0 && mount -t tmpfs -o " + option + " tmpfs $0 && exec \"$@\"";
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", mount, temporary.toString()));
        command.addAll(List.of(script.toString(), "standalone"));
        command.addAll(ports.settings());
        return ChildProcess.start(
                option, command, directory, Map.of("REGISTRY_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary));
    }

    private static boolean canMount() {
        try (ChildProcess probe = ChildProcess.start(
                "unshare", List.of("unshare", "-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"), Path.of("/"), Map.of())) {
            return probe.awaitExitCode(LIMIT) == 0;
        } catch (UncheckedIOException missing) {
            return false;
        }
    }

    private static ChildProcess standalone(Map<String, String> environment, Path directory) {
        return standalone(environment, directory, StandalonePorts.free());
    }

    /** Ready. A variable for the data directory wins over the one that tests use. */
    private static ChildProcess standalone(
            Map<String, String> environment, Path directory, StandalonePorts ports, String... more) {
        List<String> command = new ArrayList<>(List.of(script.toString(), "standalone"));
        ports.settings().stream()
                .filter(setting -> !setting.contains("data-dir") || !environment.containsKey("REGISTRY_META_DATA_DIR"))
                .forEach(command::add);
        command.addAll(List.of(more));
        ChildProcess server = ChildProcess.start("standalone", command, directory, environment);
        await(server, MESSAGE);
        return server;
    }

    private ChildProcess start(String name, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return ChildProcess.start(name, command, directory, environment);
    }

    private String refusal(Map<String, String> environment, String... arguments) {
        try (ChildProcess refused = start("refused", environment, arguments)) {
            assertThat(refused.awaitExitCode(LIMIT)).as(refused.report("ended")).isEqualTo(1);
            return String.join("\n", refused.errors());
        }
    }

    private static void await(ChildProcess process, String text) {
        process.await(
                "'" + text + "'",
                LIMIT,
                lines -> lines.stream().filter(line -> line.contains(text)).findFirst());
    }
}

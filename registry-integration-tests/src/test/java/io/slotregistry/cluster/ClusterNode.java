package io.slotregistry.cluster;

import io.slotregistry.sdk.FreePorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node of a cluster on loopback, that keeps its name, ports and settings when its process is started again. */
public final class ClusterNode implements AutoCloseable {
    private static final int MAX_EARLIER_LINES = 20_000;

    /** What every node is told beside its own settings, to see which tests fail without a mechanism. */
    private static final String MUTATION = System.getProperty("cluster.mutation", "");

    public static final Map<String, String> KEY = Map.of("REGISTRY_CLUSTER_KEY", "a key for tests, and only for them");

    private final String role;
    private final String name;
    private final int firstPort = FreePorts.take(5);
    private final List<String> settings = new ArrayList<>();
    private final List<String> earlierOutput = new ArrayList<>();
    private @Nullable RoleProcess process;

    /** @param settings beside its name, address and ports */
    ClusterNode(String role, String name, List<String> settings) {
        this.role = role;
        this.name = name;
        this.settings.addAll(settings);
    }

    public String id() {
        return role + "/" + name;
    }

    public int nodePort() {
        return firstPort;
    }

    int raftPort() {
        return firstPort + 1;
    }

    public int httpPort() {
        return firstPort + 2;
    }

    /** Of API, metrics and health. */
    public int adminPort() {
        return firstPort + 4;
    }

    /** Of a session. */
    public int clientPort() {
        return firstPort + 3;
    }

    String clientAddress() {
        return "127.0.0.1:" + clientPort();
    }

    /** Another setting, or another value of one, for when it is started next. */
    public ClusterNode with(String setting) {
        String key = setting.substring(0, setting.indexOf('=') + 1);
        settings.removeIf(earlier -> earlier.startsWith(key));
        settings.add(setting);
        return this;
    }

    public String nodeAddress() {
        return "127.0.0.1:" + nodePort();
    }

    /** Does not wait until it is ready. */
    public ClusterNode start() {
        List<String> arguments = new ArrayList<>(List.of(
                role,
                "--registry.name=" + name,
                "--registry.bind=127.0.0.1",
                "--registry." + role + ".node-port=" + nodePort(),
                "--registry." + role + ".http-port=" + httpPort(),
                "--registry.admin.port=" + adminPort()));
        if (role.equals("session")) {
            arguments.add("--registry.session.port=" + clientPort());
        }
        arguments.addAll(settings);
        Stream.of(MUTATION.split(","))
                .filter(setting -> setting.startsWith("registry." + role))
                .forEach(setting -> arguments.add("--" + setting));
        if (process != null) {
            earlierOutput.addAll(process.output());
            int tooMany = earlierOutput.size() - MAX_EARLIER_LINES;
            earlierOutput.subList(0, Math.max(0, tooMany)).clear();
        }
        process = RoleProcess.start(KEY, arguments);
        return this;
    }

    public ClusterNode awaitReady() {
        process().awaitReady();
        return this;
    }

    public RoleProcess process() {
        if (process == null) {
            throw new AssertionError(id() + " was not started");
        }
        return process;
    }

    /** Of this process and, as far as it is remembered, of those before it. */
    public List<String> output() {
        List<String> output = new ArrayList<>(earlierOutput);
        output.addAll(process().output());
        return output;
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** At the port that serves it: what SDKs and probes ask has one, everything else another. */
    public Http.Answer get(String target) {
        boolean known = Stream.of(
                        "/api/servers/", "/health/check", "/actuator/health/liveness", "/actuator/health/read")
                .anyMatch(target::startsWith);
        return Http.get(known ? httpPort() : adminPort(), target);
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}

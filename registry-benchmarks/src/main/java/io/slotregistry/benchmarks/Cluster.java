package io.slotregistry.benchmarks;

import com.alipay.sofa.registry.client.provider.DefaultRegistryClient;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Several servers of each role with default settings, each in a process of its own. */
final class Cluster implements AutoCloseable {
    static final String KEY = "--registry.cluster-key=of-this-benchmark-alone";
    private static final int PORTS_PER_NODE = 5;

    final List<Node> metas = new ArrayList<>();
    final List<Node> data = new ArrayList<>();
    final List<Node> sessions = new ArrayList<>();
    /** Of all meta servers, as {@code registry.metas} takes them. */
    final String metaAddresses;

    private final Path raft;

    private Cluster(int serversOfEachRole, int base, Path raft) {
        this.raft = raft;
        metaAddresses = IntStream.range(0, serversOfEachRole)
                .mapToObj(i -> "127.0.0.1:" + (base + i * PORTS_PER_NODE))
                .collect(Collectors.joining(","));
        int port = base;
        for (int i = 1; i <= serversOfEachRole; i++, port += PORTS_PER_NODE) {
            String name = "meta-" + i;
            metas.add(node("meta", name, port, "--registry.meta.data-dir=" + raft.resolve(name)));
        }
        for (int i = 1; i <= serversOfEachRole; i++, port += PORTS_PER_NODE) {
            data.add(node("data", "data-" + i, port));
        }
        for (int i = 1; i <= serversOfEachRole; i++, port += PORTS_PER_NODE) {
            sessions.add(node("session", "session-" + i, port, "--registry.session.port=" + (port + 3)));
        }
    }

    /** Returns when all are ready. */
    static Cluster start(int serversOfEachRole) throws IOException {
        int base = Registry.freePorts(3 * serversOfEachRole * PORTS_PER_NODE);
        Cluster cluster = new Cluster(serversOfEachRole, base, Files.createTempDirectory("registry-benchmark"));
        try {
            for (Node node : cluster.nodes()) {
                node.start();
            }
            for (Node node : cluster.nodes()) {
                node.child().awaitReady();
            }
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw e;
        }
    }

    private Node node(String role, String name, int port, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Registry.command(),
                role,
                "--registry.name=" + name,
                "--registry.bind=127.0.0.1",
                "--registry.metas=" + metaAddresses,
                KEY,
                "--registry." + role + ".node-port=" + port,
                "--registry." + role + ".http-port=" + (port + 2),
                "--registry.admin.port=" + (port + 4)));
        command.addAll(List.of(more));
        return new Node(role + "/" + name, port, command);
    }

    List<Node> nodes() {
        return Stream.of(metas, data, sessions).flatMap(List::stream).toList();
    }

    /** A client of the published SDK, which asks one of the sessions for addresses, in turn, and takes any of these. */
    DefaultRegistryClient client(String app, int number) {
        return Registry.client(app, sessions.get(number % sessions.size()).httpPort());
    }

    @Override
    public void close() {
        List<Node> lastFirst = new ArrayList<>(nodes());
        Collections.reverse(lastFirst);
        lastFirst.forEach(Node::close);
        try {
            MoreFiles.deleteRecursively(raft);
        } catch (IOException e) {
            System.err.println("left behind: " + raft + ": " + e);
        }
    }

    /** One server, which keeps its name and ports when it is started again. */
    static final class Node implements AutoCloseable {
        private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

        final String id;
        final int nodePort;
        private final List<String> command;
        private final HttpClient http = HttpClient.newHttpClient();
        private @Nullable Child child;

        private Node(String id, int nodePort, List<String> command) {
            this.id = id;
            this.nodePort = nodePort;
            this.command = command;
        }

        /** Does not wait until it is ready. */
        Node start() throws IOException {
            child = Child.start(command);
            return this;
        }

        Child child() {
            return Objects.requireNonNull(child, "not started");
        }

        int httpPort() {
            return nodePort + 2;
        }

        /** Of API, metrics and health. */
        int adminPort() {
            return nodePort + 4;
        }

        /** Of a session. */
        int clientPort() {
            return nodePort + 3;
        }

        /** The body of the answer. */
        String get(String target) throws IOException, InterruptedException {
            return ask(target).body();
        }

        boolean isReady() throws IOException, InterruptedException {
            return ask("/actuator/health/readiness").statusCode() == 200;
        }

        private HttpResponse<String> ask(String target) throws IOException, InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort() + target))
                    .timeout(ANSWER_LIMIT)
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }

        /** The sum of all metrics whose name and labels begin so. */
        double metric(String prefix) throws IOException, InterruptedException {
            return get("/actuator/prometheus")
                    .lines()
                    .filter(line -> line.startsWith(prefix))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }

        @Override
        public void close() {
            if (child != null) {
                child.close();
            }
        }
    }
}

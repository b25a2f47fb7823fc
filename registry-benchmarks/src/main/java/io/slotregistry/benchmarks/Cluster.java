package io.slotregistry.benchmarks;

import com.alipay.sofa.registry.client.provider.DefaultRegistryClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One server of each role with default settings, each in a process of its own. */
final class Cluster implements AutoCloseable {
    final Node meta;
    final Node data;
    final Node session;

    private Cluster(Node meta, Node data, Node session) {
        this.meta = meta;
        this.data = data;
        this.session = session;
    }

    static Cluster start() throws IOException {
        int base = Registry.freePorts(8);
        Path raft = Files.createTempDirectory("registry-benchmark");
        Node meta = node(
                base,
                "meta",
                base + 2,
                "--registry.meta.node-port=" + base,
                "--registry.meta.http-port=" + (base + 2),
                "--registry.meta.data-dir=" + raft);
        Node data = node(
                base,
                "data",
                base + 4,
                "--registry.data.node-port=" + (base + 3),
                "--registry.data.http-port=" + (base + 4));
        Node session = node(
                base,
                "session",
                base + 7,
                "--registry.session.port=" + (base + 5),
                "--registry.session.node-port=" + (base + 6),
                "--registry.session.http-port=" + (base + 7));
        return new Cluster(meta, data, session);
    }

    private static Node node(int metaPort, String role, int httpPort, String... ports) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Registry.command(),
                role,
                "--registry.name=" + role,
                "--registry.bind=127.0.0.1",
                "--registry.metas=127.0.0.1:" + metaPort,
                "--registry.cluster-key=of-this-benchmark-alone"));
        command.addAll(List.of(ports));
        return new Node(Child.start(command), httpPort);
    }

    /** A client of the published SDK. */
    DefaultRegistryClient client(String app) {
        return Registry.client(app, session.httpPort);
    }

    @Override
    public void close() {
        session.child.close();
        data.child.close();
        meta.child.close();
    }

    /** One server. */
    record Node(Child child, int httpPort) {
        /** The sum of all metrics whose name and labels begin so. */
        double metric(String prefix) throws IOException, InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + httpPort + "/actuator/prometheus"))
                    .build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(prefix))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }
}

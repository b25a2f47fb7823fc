package io.slotregistry.benchmarks;

import com.alipay.sofa.registry.client.api.registration.PublisherRegistration;
import com.alipay.sofa.registry.client.api.registration.SubscriberRegistration;
import com.alipay.sofa.registry.client.provider.DefaultRegistryClient;
import com.alipay.sofa.registry.core.model.ScopeEnum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A cluster of processes with many publishers and watches in all slots: what they say to each other, and what CPU time
 * they take, while nothing changes.
 */
@Command(
        name = "idle",
        mixinStandardHelpOptions = true,
        description = "The cost of a cluster in which nothing happens.")
final class IdleCost implements Callable<Integer> {
    private static final long LOAD_SECONDS = 300;

    @Option(names = "--servers", defaultValue = "1", description = "Of each role (default: ${DEFAULT-VALUE})")
    private int servers;

    @Option(names = "--publishers", defaultValue = "100000", description = "In all (default: ${DEFAULT-VALUE})")
    private int publishers;

    @Option(names = "--services", defaultValue = "2000", description = "Each subscribed to (default: ${DEFAULT-VALUE})")
    private int services;

    @Option(names = "--clients", defaultValue = "10", description = "That publish (default: ${DEFAULT-VALUE})")
    private int clients;

    @Option(names = "--seconds", defaultValue = "30", description = "That count (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--settle-seconds", defaultValue = "20", description = "Before (default: ${DEFAULT-VALUE})")
    private int settleSeconds;

    public static void main(String[] args) {
        ChangeLatency.silenceLibraries();
        System.exit(new CommandLine(new IdleCost()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        try (Cluster cluster = Cluster.start(servers)) {
            load(cluster);
            TimeUnit.SECONDS.sleep(settleSeconds);
            List<NodeSample> before = samples(cluster);
            long loopbackBefore = loopbackBytes();
            List<Double> cpuBefore = cpuSeconds(cluster);
            TimeUnit.SECONDS.sleep(seconds);
            // Before the metrics are asked for, which costs more than a second of doing nothing.
            List<Double> cpu = cpuSeconds(cluster);
            long loopback = loopbackBytes();
            System.out.printf("%d publishers, %d watches, %d s%n", publishers, services, seconds);
            report(cluster, before, samples(cluster), cpuBefore, cpu);
            System.out.printf(
                    Locale.ROOT,
                    "loopback of the whole machine, with Raft and the headers of TCP: %.2f KB/s%n",
                    (loopback - loopbackBefore) / 1_000.0 / seconds);
        }
        return 0;
    }

    private void load(Cluster cluster) throws Exception {
        for (int c = 0; c < clients; c++) {
            DefaultRegistryClient client = cluster.client("publisher-" + c, c);
            for (int i = c; i < publishers; i += clients) {
                var unused = client.register(new PublisherRegistration("service-" + i % services), "10.0.0.1:" + i);
            }
        }
        DefaultRegistryClient subscriber = cluster.client("subscriber", 0);
        for (int i = 0; i < services; i++) {
            SubscriberRegistration registration = new SubscriberRegistration("service-" + i, (dataId, data) -> {});
            registration.setScopeEnum(ScopeEnum.global);
            var unused = subscriber.register(registration);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS);
        int copies = Math.min(2, servers);
        while (sum(cluster.data, "registry_data_publications") < (double) copies * publishers
                || sum(cluster.sessions, "registry_session_backlog") > 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not all publishers are there");
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private static double sum(List<Cluster.Node> nodes, String metric) throws Exception {
        double sum = 0;
        for (Cluster.Node node : nodes) {
            sum += node.metric(metric);
        }
        return sum;
    }

    private void report(
            Cluster cluster,
            List<NodeSample> before,
            List<NodeSample> after,
            List<Double> cpuBefore,
            List<Double> cpuAfter) {
        List<Cluster.Node> nodes = cluster.nodes();
        double sent = 0;
        for (int i = 0; i < nodes.size(); i++) {
            NodeSample first = before.get(i);
            NodeSample last = after.get(i);
            sent += last.sentBytes - first.sentBytes;
            System.out.printf(
                    Locale.ROOT,
                    "%-18s sent %.2f KB/s in %.1f messages/s, received %.2f KB/s, CPU %.2f %% of a core,"
                            + " %d MiB resident%n",
                    nodes.get(i).id,
                    (last.sentBytes - first.sentBytes) / 1_000 / seconds,
                    (last.messages - first.messages) / seconds,
                    (last.receivedBytes - first.receivedBytes) / 1_000 / seconds,
                    (cpuAfter.get(i) - cpuBefore.get(i)) * 100 / seconds,
                    last.residentMegabytes);
        }
        System.out.printf(
                Locale.ROOT,
                "between all of them, without Raft: %.2f KB/s, both ways together%n",
                sent / 1_000 / seconds);
    }

    private static List<Double> cpuSeconds(Cluster cluster) throws Exception {
        List<Double> seconds = new ArrayList<>();
        for (Cluster.Node node : cluster.nodes()) {
            seconds.add(node.child().cpuSeconds());
        }
        return seconds;
    }

    private static List<NodeSample> samples(Cluster cluster) throws Exception {
        List<NodeSample> samples = new ArrayList<>();
        for (Cluster.Node node : cluster.nodes()) {
            samples.add(NodeSample.of(node));
        }
        return samples;
    }

    /** That the loopback interface received so far; 0 where it cannot be told. */
    private static long loopbackBytes() throws IOException {
        Path devices = Path.of("/proc/net/dev");
        if (!Files.exists(devices)) {
            return 0;
        }
        return Files.readAllLines(devices).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("lo:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring("lo:".length()).strip().split(" +")[0]))
                .sum();
    }

    private record NodeSample(double sentBytes, double receivedBytes, double messages, long residentMegabytes) {
        static NodeSample of(Cluster.Node node) throws Exception {
            return new NodeSample(
                    node.metric("registry_node_bytes_total{direction=\"sent\""),
                    node.metric("registry_node_bytes_total{direction=\"received\""),
                    node.metric("registry_node_messages_total{direction=\"sent\""),
                    node.child().residentMegabytes());
        }
    }
}

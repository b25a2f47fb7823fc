package io.slotregistry.benchmarks;

import com.alipay.sofa.registry.client.api.registration.PublisherRegistration;
import com.alipay.sofa.registry.client.api.registration.SubscriberRegistration;
import com.alipay.sofa.registry.client.provider.DefaultRegistryClient;
import com.alipay.sofa.registry.core.model.ScopeEnum;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One meta, one data and one session server, which leads all slots, as three processes with many publishers and watches
 * in all slots: what they say to each other, and what CPU time they take, while nothing changes.
 */
@Command(
        name = "idle",
        mixinStandardHelpOptions = true,
        description = "The cost of a cluster in which nothing happens.")
final class IdleCost implements Callable<Integer> {
    private static final long LOAD_SECONDS = 300;

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
        try (Cluster cluster = Cluster.start()) {
            load(cluster);
            TimeUnit.SECONDS.sleep(settleSeconds);
            Sample before = Sample.of(cluster);
            CpuSeconds cpuBefore = CpuSeconds.of(cluster);
            TimeUnit.SECONDS.sleep(seconds);
            // Before the metrics are asked for, which costs more than a second of doing nothing.
            CpuSeconds cpu = CpuSeconds.of(cluster);
            report(before, Sample.of(cluster));
            System.out.printf(
                    Locale.ROOT,
                    "session %.2f %%, data %.2f %%, meta %.2f %% of a core%n",
                    (cpu.session - cpuBefore.session) * 100 / seconds,
                    (cpu.data - cpuBefore.data) * 100 / seconds,
                    (cpu.meta - cpuBefore.meta) * 100 / seconds);
        }
        return 0;
    }

    private void load(Cluster cluster) throws Exception {
        for (int c = 0; c < clients; c++) {
            DefaultRegistryClient client = cluster.client("publisher-" + c);
            for (int i = c; i < publishers; i += clients) {
                var unused = client.register(new PublisherRegistration("service-" + i % services), "10.0.0.1:" + i);
            }
        }
        DefaultRegistryClient subscriber = cluster.client("subscriber");
        for (int i = 0; i < services; i++) {
            SubscriberRegistration registration = new SubscriberRegistration("service-" + i, (dataId, data) -> {});
            registration.setScopeEnum(ScopeEnum.global);
            var unused = subscriber.register(registration);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS);
        while (cluster.data.metric("registry_data_publications") < publishers
                || cluster.session.metric("registry_session_backlog") > 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not all publishers are there");
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private void report(Sample before, Sample after) {
        // Each byte between two nodes is in the sums of both.
        double all = after.bytes() - before.bytes();
        double withMeta = after.meta.bytes - before.meta.bytes;
        System.out.printf(
                Locale.ROOT,
                "%d publishers, %d watches, %d s%nsession and data server: %.2f KB/s both ways together%n"
                        + "meta and both: %.2f KB/s%n",
                publishers,
                services,
                seconds,
                (all / 2 - withMeta) / 1_000 / seconds,
                withMeta / 1_000 / seconds);
        node("session", before.session, after.session);
        node("data", before.data, after.data);
        node("meta", before.meta, after.meta);
    }

    private void node(String role, NodeSample before, NodeSample after) {
        System.out.printf(
                Locale.ROOT,
                "%-8s %.1f messages/s sent, %d MiB resident%n",
                role,
                (after.messages - before.messages) / seconds,
                after.residentMegabytes);
    }

    private record CpuSeconds(double session, double data, double meta) {
        static CpuSeconds of(Cluster cluster) throws Exception {
            return new CpuSeconds(
                    cluster.session.child().cpuSeconds(),
                    cluster.data.child().cpuSeconds(),
                    cluster.meta.child().cpuSeconds());
        }
    }

    private record Sample(NodeSample session, NodeSample data, NodeSample meta) {
        static Sample of(Cluster cluster) throws Exception {
            return new Sample(NodeSample.of(cluster.session), NodeSample.of(cluster.data), NodeSample.of(cluster.meta));
        }

        double bytes() {
            return session.bytes + data.bytes + meta.bytes;
        }
    }

    private record NodeSample(double bytes, double messages, long residentMegabytes) {
        static NodeSample of(Cluster.Node node) throws Exception {
            return new NodeSample(
                    node.metric("registry_node_bytes_total"),
                    node.metric("registry_node_messages_total{direction=\"sent\""),
                    node.child().residentMegabytes());
        }
    }
}

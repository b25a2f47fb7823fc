package io.slotregistry.cluster;

import static org.awaitility.Awaitility.await;

import com.google.common.collect.Iterables;
import io.slotregistry.sdk.RegistryCommand;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Meta servers, data servers and sessions, each a process. */
public final class LoopbackCluster implements AutoCloseable {
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    private static final int REPLICAS = 2;

    public final ClusterNode meta;
    public final List<ClusterNode> metas = new ArrayList<>();
    public final List<ClusterNode> data = new ArrayList<>();
    public final List<ClusterNode> sessions = new ArrayList<>();
    private final List<ClusterNode> nodes = new ArrayList<>();
    private final @Nullable Links links;
    /** Of the meta servers that it was started with. */
    public final String metaAddresses;
    /** Each meta server's data is below it, under its name. */
    public final Path directory;

    private LoopbackCluster(int metaServers, int dataServers, int sessionServers, @Nullable Links links) {
        this.links = links;
        directory =
                RegistryCommand.directory("cluster-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        for (int i = 1; i <= metaServers; i++) {
            metas.add(addMeta("meta-" + i));
        }
        meta = metas.get(0);
        String host = links == null ? "127.0.0.1" : Links.ADVERTISED;
        metaAddresses = metas.stream().map(each -> host + ":" + each.nodePort()).collect(Collectors.joining(","));
        metas.forEach(each -> each.with("--registry.metas=" + metaAddresses));
        for (int i = 1; i <= dataServers; i++) {
            data.add(addData("data-" + i));
        }
        for (int i = 1; i <= sessionServers; i++) {
            sessions.add(node("session", "session-" + i, metas(), "--registry.zone=zone-" + i));
        }
    }

    /** Not told of the others. */
    public final ClusterNode addMeta(String name) {
        // A frozen node is replaced within the lease, which is ten seconds by default.
        return node(
                "meta",
                name,
                "--registry.meta.data-dir=" + directory.resolve(name),
                "--registry.meta.lease-millis=3000");
    }

    public final ClusterNode addData(String name) {
        return node("data", name, metas());
    }

    private String metas() {
        return "--registry.metas=" + metaAddresses;
    }

    /**
     * With two sessions and two data servers; a third one can join. What is waited for by default for 15 seconds lasts
     * three: until the replicas of a lost data server are made elsewhere, and until many losses are shown.
     */
    static LoopbackCluster start() {
        LoopbackCluster cluster = new LoopbackCluster(1, 3, 2, null);
        cluster.meta.with("--registry.meta.handover-millis=3000");
        cluster.data.forEach(server -> server.with("--registry.data.guard.hold-millis=3000"));
        return cluster.start(cluster.data.subList(0, 2));
    }

    /**
     * With {@link Links} between all its nodes.
     *
     * @param dataSettings of the data servers, where they are not the default ones
     */
    public static LoopbackCluster startLinked(int dataServers, int sessionServers, String... dataSettings) {
        LoopbackCluster cluster = new LoopbackCluster(1, dataServers, sessionServers, new Links());
        cluster.data.forEach(server -> List.of(dataSettings).forEach(server::with));
        return cluster.start(cluster.data);
    }

    /** With a group of meta servers. */
    public static LoopbackCluster start(int metaServers, int dataServers, int sessionServers) {
        LoopbackCluster cluster = new LoopbackCluster(metaServers, dataServers, sessionServers, null);
        return cluster.start(cluster.data);
    }

    private LoopbackCluster start(List<ClusterNode> dataServers) {
        try {
            metas.forEach(ClusterNode::start);
            dataServers.forEach(ClusterNode::start);
            sessions.forEach(ClusterNode::start);
            alive().forEach(ClusterNode::awaitReady);
            awaitSettled();
            return this;
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    public Links links() {
        return Objects.requireNonNull(links, "started without links");
    }

    public ClusterNode session(int index) {
        return sessions.get(index);
    }

    public List<ClusterNode> nodes() {
        return nodes;
    }

    public List<ClusterNode> alive() {
        return nodes.stream().filter(ClusterNode::isAlive).toList();
    }

    /** Asks a server that answers; it knows the others. One that has just been started may not answer yet. */
    public JsonNode ask(String target) {
        UncheckedIOException refusal = null;
        for (ClusterNode node : Iterables.concat(sessions, metas)) {
            if (node.isAlive()) {
                try {
                    return node.get(target).json();
                } catch (UncheckedIOException unanswered) {
                    refusal = unanswered;
                }
            }
        }
        throw new AssertionError("no server answers", refusal);
    }

    /** Waits until each slot has its replicas on living servers, all are complete, and none has more than its share. */
    public void awaitSettled() {
        await("slots are settled")
                .atMost(SETTLE_LIMIT)
                .ignoreExceptions()
                .until(() -> unsettled().orElse(""), String::isEmpty);
    }

    private Optional<String> unsettled() {
        List<String> servers =
                data.stream().filter(ClusterNode::isAlive).map(ClusterNode::id).toList();
        int replicas = Math.min(REPLICAS, servers.size());
        Map<String, Integer> leaders = new HashMap<>();
        Map<String, Integer> copies = new HashMap<>();
        JsonNode slots = ask("/api/v1/slots?replicas=true").get("slots");
        for (JsonNode slot : slots) {
            List<JsonNode> rows = StreamSupport.stream(slot.get("replicas").spliterator(), false)
                    .toList();
            if (rows.size() != replicas || !rows.stream().allMatch(row -> isWell(row, servers, slot))) {
                return Optional.of("not as it should be: " + slot);
            }
            leaders.merge(slot.get("leader").asString(), 1, Integer::sum);
            rows.forEach(row -> copies.merge(row.get("node").asString(), 1, Integer::sum));
        }
        return uneven("leaders", leaders, slots.size() / servers.size())
                .or(() -> uneven("replicas", copies, slots.size() * replicas / servers.size()));
    }

    private static boolean isWell(JsonNode replica, List<String> servers, JsonNode slot) {
        String node = replica.get("node").asString();
        boolean leads = node.equals(slot.get("leader").asString());
        return servers.contains(node)
                && replica.get("synced").asBoolean()
                && replica.get("leader").asBoolean() == leads
                && (!leads || replica.get("serving").asBoolean());
    }

    private static Optional<String> uneven(String what, Map<String, Integer> counts, int fairShare) {
        return counts.values().stream().allMatch(count -> Math.abs(count - fairShare) <= 1)
                ? Optional.empty()
                : Optional.of(what + ": " + counts);
    }

    private ClusterNode node(String role, String name, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        if (links != null) {
            all.add("--registry.advertise=" + Links.ADVERTISED);
        }
        ClusterNode node = new ClusterNode(role, name, all);
        nodes.add(node);
        if (links != null) {
            links.leadTo(node);
        }
        return node;
    }

    @Override
    public void close() {
        nodes.forEach(ClusterNode::close);
        if (links != null) {
            links.close();
        }
    }
}

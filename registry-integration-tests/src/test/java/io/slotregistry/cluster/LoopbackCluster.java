package io.slotregistry.cluster;

import static org.awaitility.Awaitility.await;

import io.slotregistry.sdk.RegistryCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** One meta server, two data servers and two sessions, each a process; a third data server can join. */
final class LoopbackCluster implements AutoCloseable {
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    private static final int REPLICAS = 2;

    final ClusterNode meta;
    final List<ClusterNode> data = new ArrayList<>();
    final List<ClusterNode> sessions = new ArrayList<>();
    private final List<ClusterNode> all = new ArrayList<>();

    private LoopbackCluster() {
        String directory = RegistryCommand.directory(
                        "cluster-" + ProcessHandle.current().pid() + "-" + System.nanoTime())
                .toString();
        // A frozen node is replaced within the lease, which is ten seconds by default.
        meta = node("meta", "meta-1", "--registry.meta.data-dir=" + directory, "--registry.meta.lease-millis=3000");
        String metas = "--registry.metas=127.0.0.1:" + meta.nodePort();
        for (int i = 1; i <= 3; i++) {
            data.add(node("data", "data-" + i, metas));
        }
        for (int i = 1; i <= 2; i++) {
            sessions.add(node("session", "session-" + i, metas, "--registry.zone=zone-" + i));
        }
    }

    /** With two data servers. */
    static LoopbackCluster start() {
        LoopbackCluster cluster = new LoopbackCluster();
        try {
            cluster.meta.start();
            cluster.data.subList(0, 2).forEach(ClusterNode::start);
            cluster.sessions.forEach(ClusterNode::start);
            cluster.all.stream().filter(ClusterNode::isAlive).forEach(ClusterNode::awaitReady);
            cluster.awaitSettled();
            return cluster;
        } catch (RuntimeException | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    ClusterNode session(int index) {
        return sessions.get(index);
    }

    List<ClusterNode> alive() {
        return all.stream().filter(ClusterNode::isAlive).toList();
    }

    /** Asks any living session, which knows the others. */
    JsonNode ask(String target) {
        ClusterNode session =
                sessions.stream().filter(ClusterNode::isAlive).findFirst().orElse(meta);
        return session.get(target).json();
    }

    /** Waits until each slot has its replicas on living servers, all are complete, and none has more than its share. */
    void awaitSettled() {
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
        ClusterNode node = new ClusterNode(role, name, List.of(settings));
        all.add(node);
        return node;
    }

    @Override
    public void close() {
        all.forEach(ClusterNode::close);
    }
}

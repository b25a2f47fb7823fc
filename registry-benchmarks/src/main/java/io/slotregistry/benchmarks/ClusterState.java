package io.slotregistry.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a cluster says of itself: who leads, and whether it is whole. */
final class ClusterState {
    private static final int REPLICAS = 2;
    private static final long POLL_MILLIS = 50;

    private final Cluster cluster;
    private final JsonMapper json = new JsonMapper();

    ClusterState(Cluster cluster) {
        this.cluster = cluster;
    }

    /** @throws InterruptedException when this thread is to end */
    interface Condition {
        boolean isMet() throws IOException, InterruptedException;
    }

    /** A condition that cannot be asked about is not met yet. */
    static boolean await(Duration limit, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (condition.isMet()) {
                    return true;
                }
            } catch (IOException notAnswered) {
                // Asked again.
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return false;
    }

    /** All servers are there, each slot has all its replicas, all are complete, and all lead their share. */
    boolean isWhole() throws IOException, InterruptedException {
        for (Cluster.Node meta : cluster.metas) {
            if (!meta.isReady()) {
                return false;
            }
        }
        String listed = cluster.sessions.get(0).get("/api/v1/nodes");
        boolean all = Stream.concat(cluster.data.stream(), cluster.sessions.stream())
                .allMatch(node -> listed.contains('"' + node.id + '"'));
        if (!all) {
            return false;
        }
        List<JsonNode> slots = slots("?replicas=true");
        Map<String, Integer> leaders = new HashMap<>();
        slots.forEach(slot -> leaders.merge(slot.get("leader").asString(), 1, Integer::sum));
        int share = slots.size() / cluster.data.size();
        return slots.stream().allMatch(this::isWell)
                && leaders.size() == cluster.data.size()
                && leaders.values().stream().allMatch(count -> Math.abs(count - share) <= 1);
    }

    private boolean isWell(JsonNode slot) {
        String leader = slot.get("leader").asString();
        List<JsonNode> replicas = stream(slot.get("replicas")).toList();
        return replicas.size() == Math.min(REPLICAS, cluster.data.size())
                && replicas.stream().allMatch(replica -> {
                    boolean leads = replica.get("node").asString().equals(leader);
                    return replica.get("synced").asBoolean()
                            && (!leads || replica.get("serving").asBoolean());
                });
    }

    int slotCount() throws IOException, InterruptedException {
        return slots("").size();
    }

    /** The numbers of the slots that this data server leads. */
    List<Integer> ledBy(Cluster.Node server) throws IOException, InterruptedException {
        List<JsonNode> slots = slots("");
        return IntStream.range(0, slots.size())
                .filter(i -> slots.get(i).get("leader").asString().equals(server.id))
                .mapToObj(i -> slots.get(i).get("slot").asInt())
                .toList();
    }

    Cluster.Node metaLeader() throws IOException, InterruptedException {
        for (Cluster.Node meta : cluster.metas) {
            if (meta.metric("registry_meta_leader ") > 0) {
                return meta;
            }
        }
        throw new IOException("no meta server leads");
    }

    private List<JsonNode> slots(String query) throws IOException, InterruptedException {
        String answer = cluster.sessions.get(0).get("/api/v1/slots" + query);
        return stream(json.readTree(answer).get("slots")).toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}

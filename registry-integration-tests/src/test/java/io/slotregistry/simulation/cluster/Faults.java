package io.slotregistry.simulation.cluster;

import io.slotregistry.rpc.Address;
import io.slotregistry.simulation.NetworkWeather;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Does harm by chance: to the network, to servers and to their clocks. Everything heals, sooner or later. */
final class Faults {
    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final Violations story;
    private final Map<String, Integer> counts = new TreeMap<>();
    private boolean over;

    Faults(SimulatedCluster cluster, Violations story) {
        this.cluster = cluster;
        this.random = cluster.time.random();
        this.story = story;
    }

    /** How often each kind was injected. */
    Map<String, Integer> counts() {
        return counts;
    }

    void inject() {
        switch (random.nextInt(10)) {
            case 0 -> weather();
            case 1, 2 -> cutSome();
            case 3 -> crash(cluster.sessions, session -> session.open, 1, 20_000, "session crash");
            case 4 -> crash(cluster.datas, SimulatedNode::isAlive, 0, 10_000, "data crash");
            case 5 -> crash(cluster.metas, SimulatedNode::isAlive, 2, 10_000, "meta crash");
            case 6, 7 -> pause();
            case 8 -> restoreMeta();
            default -> {
                SimulatedNode node = anyNode();
                count("clock jump", node.id.toString());
                node.clock.jump(random.nextInt(-5_000, 5_000));
            }
        }
    }

    /** From now on nothing is wrong. */
    void heal() {
        over = true;
        cluster.network.heal();
        for (SimulatedNode node : nodes()) {
            start(node);
            node.resume();
        }
    }

    private void weather() {
        if (random.nextInt(3) == 0) {
            cluster.network.weather(NetworkWeather.CALM);
            return;
        }
        count("rough weather", "");
        cluster.network.weather(NetworkWeather.ROUGH);
        later(random.nextInt(500, 6_000), () -> cluster.network.weather(NetworkWeather.CALM));
    }

    /** One way or both; between a session and a data server, or between either and meta. */
    private void cutSome() {
        List<SimulatedNode> ends = new ArrayList<>(cluster.sessions);
        List<SimulatedNode> others = new ArrayList<>(cluster.datas);
        if (random.nextInt(4) == 0) {
            ends.addAll(cluster.datas);
            others = new ArrayList<>(cluster.metas);
        }
        Address one = ends.get(random.nextInt(ends.size())).address;
        Address other = others.get(random.nextInt(others.size())).address;
        boolean there = random.nextInt(3) != 0;
        boolean back = !there || random.nextInt(3) == 0;
        count(there && back ? "cut" : "one-way cut", one + (there ? "->" : " ") + (back ? "<-" : " ") + other);
        if (there) {
            cluster.network.cut(one, other);
        }
        if (back) {
            cluster.network.cut(other, one);
        }
        later(random.nextInt(100, 4_000), () -> {
            cluster.network.mend(one, other);
            cluster.network.mend(other, one);
        });
    }

    private <N extends SimulatedNode> void crash(
            List<N> nodes, Predicate<N> isUp, int leastLeft, int longestMillis, String name) {
        N node = nodes.get(random.nextInt(nodes.size()));
        if (isUp.test(node) && nodes.stream().filter(isUp).count() > leastLeft) {
            count(name, node.id.toString());
            node.crash();
            later(random.nextInt(100, longestMillis), () -> start(node));
        }
    }

    /** All meta servers are stopped and get disks from an earlier time, a backup's. */
    private void restoreMeta() {
        if (random.nextInt(3) != 0) {
            return;
        }
        int viewsAgo = random.nextInt(1, 20);
        count("restored copy", viewsAgo + " views ago");
        cluster.metas.stream().filter(SimulatedNode::isAlive).forEach(SimulatedNode::crash);
        cluster.log.restore(viewsAgo);
        int millis = random.nextInt(100, 2_000);
        cluster.metas.forEach(meta -> later(millis, () -> start(meta)));
    }

    /** Shorter than a lease of meta, so that the node is not taken for dead. */
    private void pause() {
        SimulatedNode node = anyNode();
        count("pause", node.id.toString());
        node.pause();
        later(random.nextInt(10, 2_500), node::resume);
    }

    private void start(SimulatedNode node) {
        if (!node.isAlive()) {
            story.trace("start " + node.id);
            node.start();
        }
    }

    private void later(int millis, Runnable end) {
        cluster.time.afterMillis(millis, () -> {
            if (!over) {
                end.run();
            }
        });
    }

    private SimulatedNode anyNode() {
        List<SimulatedNode> nodes = nodes();
        return nodes.get(random.nextInt(nodes.size()));
    }

    private List<SimulatedNode> nodes() {
        List<SimulatedNode> nodes = new ArrayList<>(cluster.metas);
        nodes.addAll(cluster.datas);
        nodes.addAll(cluster.sessions);
        return nodes;
    }

    private void count(String name, String where) {
        counts.merge(name, 1, Integer::sum);
        story.trace(name + " " + where);
    }
}

package io.slotregistry.torture;

import io.slotregistry.cluster.ClusterNode;
import io.slotregistry.cluster.LoopbackCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Breaks a cluster's nodes and the links between them, a few at a time, and mends them. One session and one data server
 * are always left running, whether or not they hear anybody.
 */
final class Faults {
    private static final int MAX_AT_ONCE = 3;
    private static final int MIN_MILLIS = 500;
    private static final int MAX_MILLIS = 9_000;

    private final LoopbackCluster cluster;
    private final RandomGenerator random;
    private final Ledger ledger;
    private final List<Fault> present = new ArrayList<>();
    private final Map<Kind, Integer> counts = new ConcurrentSkipListMap<>();

    /** What can happen. */
    enum Kind {
        SESSION_KILLED,
        SESSION_STOPPED,
        SESSION_FROZEN,
        DATA_KILLED,
        DATA_STOPPED,
        DATA_FROZEN,
        META_KILLED,
        META_FROZEN,
        LINK_CUT,
        LINK_CUT_ONE_WAY,
        LINK_RESET
    }

    private record Fault(Kind kind, ClusterNode node, long endMillis) {
        boolean isOfLink() {
            return kind == Kind.LINK_CUT || kind == Kind.LINK_CUT_ONE_WAY;
        }
    }

    Faults(LoopbackCluster cluster, RandomGenerator random, Ledger ledger) {
        this.cluster = cluster;
        this.random = random;
        this.ledger = ledger;
    }

    /** Perhaps breaks something, and mends what is due. */
    void step() {
        long now = System.currentTimeMillis();
        for (Fault fault : List.copyOf(present)) {
            if (fault.endMillis <= now) {
                mend(fault);
            }
        }
        if (present.size() < MAX_AT_ONCE) {
            inject(Kind.values()[random.nextInt(Kind.values().length)], now);
        }
    }

    void mendAll() {
        List.copyOf(present).forEach(this::mend);
    }

    Map<Kind, Integer> counts() {
        return counts;
    }

    private void inject(Kind kind, long now) {
        ClusterNode node = switch (kind) {
            case SESSION_KILLED, SESSION_STOPPED, SESSION_FROZEN -> pick(cluster.sessions, 1);
            case DATA_KILLED, DATA_STOPPED, DATA_FROZEN -> pick(cluster.data, 1);
            case META_KILLED, META_FROZEN -> pick(List.of(cluster.meta), 0);
            case LINK_CUT, LINK_CUT_ONE_WAY, LINK_RESET ->
                cluster.sessions.get(random.nextInt(cluster.sessions.size()));
        };
        if (node == null) {
            return;
        }
        Fault fault = new Fault(kind, node, now + random.nextInt(MIN_MILLIS, MAX_MILLIS));
        counts.merge(kind, 1, Integer::sum);
        if (kind != Kind.LINK_RESET) {
            present.add(fault);
        }
        begin(fault);
    }

    private void begin(Fault fault) {
        ClusterNode node = fault.node;
        switch (fault.kind) {
            case SESSION_KILLED, DATA_KILLED, META_KILLED -> {
                note(fault, "");
                node.process().kill();
            }
            case SESSION_STOPPED, DATA_STOPPED -> {
                note(fault, "");
                stop(node);
            }
            case SESSION_FROZEN, DATA_FROZEN, META_FROZEN -> {
                note(fault, "");
                node.process().freeze();
            }
            case LINK_CUT -> {
                ClusterNode other = metaOrData();
                note(fault, " to " + other.id());
                cluster.links().cut(node, other);
            }
            case LINK_CUT_ONE_WAY -> {
                ClusterNode other = metaOrData();
                boolean there = random.nextBoolean();
                note(fault, (there ? " to " : " from ") + other.id());
                cluster.links().cutOneWay(there ? node : other, there ? other : node);
            }
            case LINK_RESET -> {
                ClusterNode other = metaOrData();
                note(fault, " to " + other.id());
                cluster.links().reset(node, other);
            }
        }
    }

    private void mend(Fault fault) {
        present.remove(fault);
        note(fault, " ends");
        switch (fault.kind) {
            case SESSION_FROZEN, DATA_FROZEN, META_FROZEN ->
                fault.node.process().thaw();
            case LINK_CUT, LINK_CUT_ONE_WAY -> {
                if (present.stream().noneMatch(Fault::isOfLink)) {
                    cluster.links().heal();
                }
            }
            default -> fault.node.start();
        }
    }

    /** A stop that takes too long or complains is a finding, not the end. */
    private void stop(ClusterNode node) {
        try {
            node.process().stop();
        } catch (AssertionError e) {
            ledger.violated("STOP", node.id() + ": " + e.getMessage());
            node.process().kill();
        }
    }

    /** Data servers mostly. */
    private ClusterNode metaOrData() {
        return random.nextInt(4) == 0 ? cluster.meta : cluster.data.get(random.nextInt(cluster.data.size()));
    }

    /** One that runs, if at least that many others do. */
    private @Nullable ClusterNode pick(List<ClusterNode> nodes, int othersLeft) {
        List<ClusterNode> running = nodes.stream()
                .filter(node -> present.stream().noneMatch(fault -> !fault.isOfLink() && fault.node == node))
                .toList();
        return running.size() <= othersLeft ? null : running.get(random.nextInt(running.size()));
    }

    private void note(Fault fault, String what) {
        ledger.note("FAULT " + fault.kind + " " + fault.node.id() + what);
    }
}

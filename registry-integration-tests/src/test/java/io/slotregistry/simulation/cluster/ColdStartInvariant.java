package io.slotregistry.simulation.cluster;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import io.slotregistry.slot.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * C14: when everything stops and starts, with whatever clocks, subscribers that hold a list are never shown one that
 * lacks a publisher which comes back in time. A new subscriber may be shown a part once, and soon; what follows is the
 * whole.
 */
final class ColdStartInvariant implements PushObserver {
    private static final int SERVICES = 3;
    private static final int PUBLISHERS = 5;
    private static final long SLOWEST_RETURN_MILLIS = 8_000;
    /** The wait for a first list, beside pauses of senders that found nothing at their first attempts. */
    private static final long FIRST_PUSH_MILLIS = 7_000;

    private static final long CONVERGENCE_MILLIS = 60_000;

    private final SimulatedCluster cluster;
    private final Violations violations;
    private final SplittableRandom random;
    private final Map<String, TreeSet<String>> expected = new HashMap<>();
    private final List<Subscriber> holders = new ArrayList<>();
    private final List<Subscriber> newcomers = new ArrayList<>();

    ColdStartInvariant(SimulatedCluster cluster, Violations violations) {
        this.cluster = cluster;
        this.violations = violations;
        this.random = cluster.time.random();
    }

    void check() {
        for (int service = 0; service < SERVICES; service++) {
            for (int i = 0; i < PUBLISHERS; i++) {
                Publisher publisher = slowClient().publish("cold-" + service, "cold-" + service + "-" + i);
                expected.computeIfAbsent(publisher.dataInfoId, id -> new TreeSet<>())
                        .add(publisher.data());
            }
            holders.add(slowClient().subscribe("cold-" + service));
        }
        SimulatedClient ends = slowClient();
        ends.publish("cold-0", "cold-0-ends");
        cluster.time.runFor(1_000);
        int known = cluster.log.view().warmUp().publications();
        cluster.time.runFor(4_000);
        violations.trace("everything stops; publications were " + known + ", are "
                + cluster.log.view().warmUp().publications());
        cluster.observe(this);
        ends.close();
        List<SimulatedNode> all = new ArrayList<>(cluster.sessions);
        all.addAll(cluster.datas);
        all.addAll(cluster.metas);
        all.forEach(SimulatedNode::crash);
        all.forEach(node -> node.clock.jump(random.nextLong(-3_600_000, 3_600_000)));
        cluster.time.runFor(random.nextLong(0, 20_000));
        for (SimulatedNode node : all) {
            cluster.time.afterMillis(random.nextLong(0, 2_000), node::start);
        }
        cluster.time.runUntil(this::isServing, 30_000);
        subscribeAnew();
        cluster.time.runFor(CONVERGENCE_MILLIS);
        holders.forEach(this::checkEnd);
        newcomers.forEach(this::checkEnd);
    }

    /** Comes back when others have come for seconds. */
    private SimulatedClient slowClient() {
        SimulatedClient client = cluster.client();
        long pause = random.nextLong(100, SLOWEST_RETURN_MILLIS);
        client.returnsBetween(pause, pause + 1);
        return client;
    }

    private boolean isServing() {
        ClusterView view = cluster.log.view();
        return cluster.sessions.stream().allMatch(session -> session.open)
                && cluster.datas.stream().allMatch(data -> view.contains(data.process()))
                && view.slots().stream().allMatch(slot -> slot.leader() != null && view.member(slot.leader()) != null);
    }

    private void subscribeAnew() {
        for (int service = 0; service < SERVICES; service++) {
            Subscriber newcomer = cluster.client().subscribe("cold-" + service);
            newcomers.add(newcomer);
            cluster.time.afterMillis(FIRST_PUSH_MILLIS, () -> {
                if (!newcomer.wasCalled()) {
                    violations.add("C14", newcomer.registerId + " was shown nothing for " + FIRST_PUSH_MILLIS + " ms");
                }
            });
        }
    }

    @Override
    public void taken(Subscriber subscriber) {
        boolean part = Version.isPresumed(subscriber.version()) && newcomers.contains(subscriber);
        boolean checked = holders.contains(subscriber) || newcomers.contains(subscriber);
        if (checked && (part ? subscriber.pushes > 1 : !subscriber.sees().containsAll(truth(subscriber)))) {
            violations.add(
                    "C14", subscriber.registerId + " is shown " + subscriber.sees() + " at " + subscriber.version());
        }
    }

    private void checkEnd(Subscriber subscriber) {
        if (violations.isEmpty() && !subscriber.sees().equals(truth(subscriber))) {
            violations.add("C14", subscriber.registerId + " sees " + subscriber.sees() + " in the end");
        }
    }

    private TreeSet<String> truth(Subscriber subscriber) {
        return expected.getOrDefault(subscriber.dataInfoId, new TreeSet<>());
    }
}

package io.slotregistry.simulation.cluster;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * C11: a service of which most publishers vanish at once is shown as it was, for the time that it may be held and not
 * longer, whatever becomes of the leader of its slot meanwhile. What is unpublished goes at once all the same, and who
 * comes back in time was never missed.
 */
final class GuardInvariant {
    private static final int PUBLISHERS = 7;
    private static final long VISIBLE_MILLIS = 50;

    private final SimulatedCluster cluster;
    private final Workload workload;
    private final Violations violations;
    private final SplittableRandom random;
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final List<Publisher> publishers = new ArrayList<>();
    private final long graceMillis;
    private final long holdMillis;

    GuardInvariant(SimulatedCluster cluster, Workload workload, Violations violations) {
        this.cluster = cluster;
        this.workload = workload;
        this.violations = violations;
        this.random = cluster.time.random();
        this.graceMillis = cluster.settings().session().graceMillis(1);
        this.holdMillis = cluster.settings().data().guard().holdMillis();
    }

    void check() {
        String service = "guarded";
        Subscriber subscriber = workload.open().get(0).subscribe(service);
        for (int i = 0; i < PUBLISHERS; i++) {
            SimulatedClient client = cluster.client();
            clients.add(client);
            publishers.add(client.publish(service, "guarded-" + i));
        }
        if (!sees(subscriber, Set.of(), 1_000)) {
            return;
        }
        Set<Publisher> closed = new TreeSet<>(java.util.Comparator.comparing(Publisher::data));
        closed.addAll(publishers.subList(0, 2));
        clients.subList(0, 2).forEach(SimulatedClient::close);
        // Also when some are back before the grace time of the others ends.
        clients.get(2).returnsBetween(100, graceMillis);
        clients.get(3).returnsBetween(100, 10_000);
        clients.subList(2, 4).forEach(SimulatedClient::disconnect);
        long start = cluster.time.nowMillis();
        cluster.time.runFor(random.nextLong(graceMillis + VISIBLE_MILLIS, graceMillis + 1_500));
        sees(subscriber, Set.of(), 0);
        if (random.nextBoolean()) {
            violations.trace("the leader of the guarded service ends");
            cluster.datas.stream()
                    .filter(data -> data.id.equals(cluster.log
                            .view()
                            .owners(cluster.slotOf(subscriber.dataInfoId))
                            .leader()))
                    .forEach(SimulatedNode::crash);
            cluster.time.runFor(3_500);
            sees(subscriber, Set.of(), 0);
        }
        Publisher unpublished = publishers.get(PUBLISHERS - 1);
        unpublished.unpublish();
        sees(subscriber, Set.of(unpublished), VISIBLE_MILLIS);
        // Clocks of servers tell whole milliseconds.
        cluster.time.runFor(start + holdMillis - 1 - cluster.time.nowMillis());
        sees(subscriber, Set.of(unpublished), 0);
        closed.add(unpublished);
        sees(subscriber, closed, graceMillis + VISIBLE_MILLIS);
    }

    private boolean sees(Subscriber subscriber, Set<Publisher> without, long millis) {
        TreeSet<String> expected = new TreeSet<>();
        publishers.forEach(publisher -> expected.add(publisher.data()));
        without.forEach(publisher -> expected.remove(publisher.data()));
        boolean seen = !violations.isEmpty()
                || cluster.time.runUntil(() -> subscriber.sees().equals(expected), millis);
        if (!seen) {
            violations.add("C11", "the guarded service is shown as " + subscriber.sees() + ", not as " + expected);
        }
        return seen && violations.isEmpty();
    }
}

package io.slotregistry.simulation.cluster;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * C15: clients at other addresses register and unregister under the ids of publishers, at versions of any size, and
 * what they say is shown only when those publishers have been away for the time after which others may have their ids.
 */
final class Intruders {
    private static final int MOST = 4;

    private final SimulatedCluster cluster;
    private final Workload workload;
    private final Violations violations;
    /** Its own, so that a run without intruders is the same. */
    private final SplittableRandom random;

    private final List<Intruder> intruders = new ArrayList<>();
    private final Map<String, Publisher> victims = new LinkedHashMap<>();
    private final Map<Publisher, Long> lastHeldMillis = new LinkedHashMap<>();
    private int addresses;

    Intruders(long seed, SimulatedCluster cluster, Workload workload, Violations violations) {
        this.random = new SplittableRandom(seed);
        this.cluster = cluster;
        this.workload = workload;
        this.violations = violations;
    }

    void act() {
        if (intruders.size() < MOST && random.nextInt(4) == 0) {
            intruders.add(
                    new Intruder(cluster, cluster.sessions.get(random.nextInt(cluster.sessions.size())), address()));
        }
        if (intruders.isEmpty()) {
            return;
        }
        Intruder intruder = intruders.get(random.nextInt(intruders.size()));
        List<Publisher> publishers = new ArrayList<>();
        workload.open().forEach(client -> client.publishers().forEach(publishers::add));
        Publisher victim = publishers.get(random.nextInt(publishers.size()));
        long version = random.nextBoolean() ? victim.version() + random.nextInt(3) : Long.MAX_VALUE - random.nextInt(9);
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> publish(intruder, victim, version);
            case 3 -> intruder.unpublish(victim, version);
            case 4 -> {
                violations.trace("intruder closes");
                intruders.remove(intruder);
                intruder.close();
            }
            default -> {}
        }
    }

    private void publish(Intruder intruder, Publisher victim, long version) {
        if (victim.isKnown()) {
            String data = "intruder-" + victims.size();
            violations.trace(data + " claims " + victim + " at " + version);
            victims.put(data, victim);
            intruder.publish(victim, data, version);
        }
    }

    private String address() {
        return "10.2.0." + ++addresses;
    }

    /** To be called at each step, and whenever something is shown. */
    void look() {
        for (SimulatedClient client : cluster.clients) {
            if (client.session() != null) {
                client.publishers().forEach(publisher -> lastHeldMillis.put(publisher, cluster.time.nowMillis()));
            }
        }
    }

    /** Somebody was shown this. */
    void shown(Iterable<String> data) {
        long takeoverMillis = cluster.settings().data().takeoverMillis();
        for (String text : data) {
            Publisher victim = victims.get(text);
            if (victim != null && !victim.isRemoved() && !victim.isForgotten()) {
                look();
                if (cluster.time.nowMillis() - lastHeldMillis.getOrDefault(victim, 0L) < takeoverMillis) {
                    violations.add("C15", text + " is shown in place of " + victim);
                }
            }
        }
    }

    void end() {
        intruders.forEach(Intruder::close);
        intruders.clear();
    }
}

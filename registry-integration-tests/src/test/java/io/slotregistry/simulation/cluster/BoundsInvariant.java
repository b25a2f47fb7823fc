package io.slotregistry.simulation.cluster;

import java.util.Objects;

/**
 * C12: what a session remembers for a data server that does not answer is bounded by what is there, not by what has
 * happened, and the others are told as if nothing were wrong.
 */
final class BoundsInvariant {
    private static final int EVENTS = 3_000;
    /** Below one for each event; what is kept of ended registrations in a slot is in it. */
    private static final int MOST_REMEMBERED = 2_000;

    /** How long a service is watched that nobody subscribes to any more, and a little longer. */
    private static final long UNUSED_MILLIS = 65_000;

    private static final long VISIBLE_MILLIS = 200;

    private final SimulatedCluster cluster;
    private final Violations violations;

    BoundsInvariant(SimulatedCluster cluster, Violations violations) {
        this.cluster = cluster;
        this.violations = violations;
    }

    void check() {
        String service = "storm";
        SimulatedCluster.Session session = cluster.anySession();
        var owners = cluster.log.view().owners(cluster.slotOf(SimulatedClient.dataInfoId(service)));
        for (SimulatedCluster.Data data : cluster.datas) {
            if (owners.followers().contains(data.id)) {
                cluster.network.cut(session.address, data.address);
                cluster.network.cut(data.address, session.address);
            }
        }
        SimulatedClient client = cluster.clientOf(session);
        SimulatedClient.Subscriber subscriber = client.subscribe(service);
        for (int i = 0; i < EVENTS; i++) {
            client.publish(service, "storm-" + i).unpublish();
        }
        client.publish(service, "calm");
        if (!cluster.time.runUntil(() -> subscriber.sees().contains("calm"), VISIBLE_MILLIS)) {
            violations.add("C12", "a subscriber starves while a replica does not answer");
        }
        int[] remembered = new int[1];
        Objects.requireNonNull(session.server).backlog(count -> remembered[0] = count);
        cluster.time.runFor(10);
        if (remembered[0] > MOST_REMEMBERED) {
            violations.add("C12", remembered[0] + " registrations are remembered after " + EVENTS + " that ended");
        }
        cluster.network.heal();
        cluster.time.runFor(3_000);
        checkThatNothingStays();
    }

    /** When all clients have gone, and could have come back, none of their bytes are counted. */
    private void checkThatNothingStays() {
        cluster.clients.forEach(SimulatedClient::close);
        cluster.time.runFor(UNUSED_MILLIS);
        for (SimulatedCluster.Session session : cluster.sessions) {
            long bytes = session.holdings.all().used();
            if (bytes != 0) {
                violations.add("C12", session + " counts " + bytes + " bytes of clients that have gone");
            }
        }
    }
}

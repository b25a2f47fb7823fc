package io.slotregistry.simulation.cluster;

import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.data.SlotInfo;
import io.slotregistry.data.slot.DatumInfo;
import io.slotregistry.session.subscribe.InterestInfo;
import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** What must hold when nothing has happened for long enough: C1 everywhere, C8 and C9. */
final class RestInvariants {
    private final SimulatedCluster cluster;
    private final Workload workload;
    private final Violations violations;
    private final Map<String, Publisher> publishers = new TreeMap<>();
    private final Map<String, SimulatedClient> owners = new TreeMap<>();
    private final Map<String, Long> versions = new TreeMap<>();

    RestInvariants(SimulatedCluster cluster, Workload workload, Violations violations) {
        this.cluster = cluster;
        this.workload = workload;
        this.violations = violations;
    }

    void check() {
        for (SimulatedClient client : workload.open()) {
            for (Publisher publisher : client.publishers()) {
                publishers.put(publisher.registerId, publisher);
                owners.put(publisher.registerId, client);
            }
        }
        checkSubscribers();
        for (SimulatedCluster.Data data : cluster.datas) {
            Objects.requireNonNull(data.server).slots(slots -> slots.forEach(slot -> checkReplica(data, slot)));
        }
        cluster.time.runFor(10);
        for (SimulatedCluster.Session session : cluster.sessions) {
            Objects.requireNonNull(session.server)
                    .interests(interests -> interests.forEach(interest -> checkSession(session, interest)));
        }
        cluster.time.runFor(10);
    }

    private void checkSubscribers() {
        Map<String, TreeSet<String>> truth = workload.truth();
        for (SimulatedClient client : workload.open()) {
            if (!client.isConnected()) {
                violations.add("C1", client + " is not connected");
            }
            for (Subscriber subscriber : client.subscribers()) {
                TreeSet<String> expected = truth.getOrDefault(subscriber.dataInfoId, new TreeSet<>());
                if (!subscriber.sees().equals(expected)) {
                    violations.add("C1", subscriber + " sees " + subscriber.sees() + " instead of " + expected);
                }
                if (subscriber.isForgotten()) {
                    violations.add("C8", subscriber + " was acknowledged and never pushed");
                }
            }
        }
    }

    private void checkReplica(SimulatedCluster.Data data, SlotInfo slot) {
        SlotOwners slotOwners = cluster.log.view().owners(slot.slotId());
        if (!slotOwners.isReplica(data.id) || slot.leader() != data.id.equals(slotOwners.leader())) {
            violations.add("C1", data.id + " has slot " + slot.slotId() + " unlike " + slotOwners);
        }
        if (!slot.synced() || slot.leader() != slot.serving()) {
            violations.add("C1", data.id + " has not completed slot " + slot.slotId());
        }
        TreeSet<String> missing = new TreeSet<>();
        publishers.values().stream()
                .filter(publisher -> cluster.slotOf(publisher.dataInfoId) == slot.slotId())
                .forEach(publisher -> missing.add(publisher.registerId));
        for (DatumInfo datum : slot.data()) {
            if (slot.leader()) {
                versions.put(datum.dataInfoId(), datum.version());
            }
            datum.publishers().forEach(held -> {
                missing.remove(held.registerId());
                checkExists(data, held);
            });
        }
        if (!missing.isEmpty()) {
            violations.add("C1", data.id + " lacks " + missing);
        }
    }

    private void checkExists(SimulatedCluster.Data data, DatumInfo.PublisherInfo held) {
        SimulatedClient owner = owners.get(held.registerId());
        SimulatedCluster.Session session = owner == null ? null : owner.session();
        if (owner == null || owner.isClosed()) {
            violations.add("C9", data.id + " holds " + held.registerId() + " whose client is gone");
        } else if (session == null || !session.process().toString().equals(held.session())) {
            violations.add("C9", data.id + " holds " + held.registerId() + " of " + held.session());
        }
    }

    private void checkSession(SimulatedCluster.Session session, InterestInfo interest) {
        int expected = workload.truth()
                .getOrDefault(interest.dataInfoId(), new TreeSet<>())
                .size();
        Long version = versions.get(interest.dataInfoId());
        if (interest.publishers() != expected || version == null || version != interest.version()) {
            violations.add("C1", session.id + " holds " + interest + " instead of " + expected + " at " + version);
        }
        if (interest.subscribers().stream().anyMatch(subscriber -> !subscriber.upToDate())) {
            violations.add("C8", session.id + " has not pushed to all of " + interest);
        }
    }
}

package io.slotregistry.simulation.cluster;

import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.data.DataServer;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.PublisherRow;
import io.slotregistry.proto.ReplicaRow;
import io.slotregistry.proto.ServiceQuery;
import io.slotregistry.proto.ServiceRow;
import io.slotregistry.session.SessionServer;
import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** What must hold when nothing has happened for long enough: C1 everywhere, C8 and C9. */
final class RestInvariants {
    private static final Inspect ALL_SERVICES = Inspect.newBuilder()
            .setServices(ServiceQuery.newBuilder().setLimit(Integer.MAX_VALUE))
            .build();

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
            DataServer server = Objects.requireNonNull(data.server);
            server.inspect(
                    Inspect.newBuilder().setReplicas(true).build(),
                    answer -> answer.getReplicasList().forEach(row -> checkReplica(data, row)));
            server.inspect(
                    ALL_SERVICES,
                    answer -> answer.getServicesList().forEach(row -> {
                        if (row.getLeader()) {
                            versions.put(row.getDataInfoId(), row.getVersion());
                        }
                    }));
            for (String service : workload.services()) {
                server.inspect(service(service), answer -> checkPublishers(data, service, answer));
            }
        }
        cluster.time.runFor(10);
        for (SimulatedCluster.Session session : cluster.sessions) {
            SessionServer server = Objects.requireNonNull(session.server);
            server.inspect(ALL_SERVICES, answer -> answer.getServicesList().forEach(row -> checkSession(session, row)));
            for (String service : workload.services()) {
                server.inspect(service(service), answer -> checkPushed(session, service, answer));
            }
        }
        cluster.time.runFor(10);
    }

    private void checkSubscribers() {
        Map<String, TreeSet<String>> truth = workload.truth();
        for (SimulatedClient client : workload.open()) {
            if (client.session() == null) {
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

    private void checkReplica(SimulatedCluster.Data data, ReplicaRow row) {
        SlotOwners slotOwners = cluster.log.view().owners(row.getSlot());
        if (!slotOwners.isReplica(data.id) || row.getLeader() != data.id.equals(slotOwners.leader())) {
            violations.add("C1", data.id + " has slot " + row.getSlot() + " unlike " + slotOwners);
        }
        if (!row.getSynced() || row.getLeader() != row.getServing()) {
            violations.add("C1", data.id + " has not completed slot " + row.getSlot());
        }
    }

    private void checkPublishers(SimulatedCluster.Data data, String dataInfoId, Inspection held) {
        TreeSet<String> missing = new TreeSet<>();
        if (cluster.log.view().owners(cluster.slotOf(dataInfoId)).isReplica(data.id)) {
            publishers.values().stream()
                    .filter(publisher -> publisher.dataInfoId.equals(dataInfoId))
                    .forEach(publisher -> missing.add(publisher.registerId));
        }
        for (PublisherRow row : held.getPublishersList()) {
            missing.remove(row.getRegisterId());
            checkExists(data, row);
        }
        if (!missing.isEmpty()) {
            violations.add("C1", data.id + " lacks " + missing);
        }
    }

    private void checkExists(SimulatedCluster.Data data, PublisherRow held) {
        SimulatedClient owner = owners.get(held.getRegisterId());
        SimulatedCluster.Session session = owner == null ? null : owner.session();
        if (owner == null || owner.isClosed()) {
            violations.add("C9", data.id + " holds " + held.getRegisterId() + " whose client is gone");
        } else if (session == null || !session.process().toString().equals(held.getSession())) {
            violations.add("C9", data.id + " holds " + held.getRegisterId() + " of " + held.getSession());
        }
    }

    private void checkSession(SimulatedCluster.Session session, ServiceRow held) {
        int expected = workload.truth()
                .getOrDefault(held.getDataInfoId(), new TreeSet<>())
                .size();
        Long version = versions.get(held.getDataInfoId());
        if (held.getPublishers() != expected || version == null || version != held.getVersion()) {
            violations.add("C1", session.id + " holds " + held + " instead of " + expected + " at " + version);
        }
    }

    private void checkPushed(SimulatedCluster.Session session, String dataInfoId, Inspection held) {
        if (held.getSubscribersList().stream()
                .anyMatch(subscriber -> subscriber.getAcknowledgedVersion() < subscriber.getVersion())) {
            violations.add("C8", session.id + " has not pushed to all subscribers of " + dataInfoId);
        }
    }

    private static Inspect service(String dataInfoId) {
        return Inspect.newBuilder().setService(dataInfoId).build();
    }
}

package io.slotregistry.benchmarks;

import io.slotregistry.benchmarks.Sightings.Sighting;
import io.slotregistry.model.DataInfoId;
import io.slotregistry.slot.SlotFunction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Clients that publish and subscribe through all sessions. Watchers, one at each session, have a service in each slot;
 * every client has one of its own, and all are in one that they have in common.
 */
final class Population implements AutoCloseable {
    private static final String COMMON = "everybody";
    private static final long PROBE_MILLIS = 50;
    private static final int POLLS_PER_PROBE = 50;

    final List<DirectClient> direct = new ArrayList<>();
    final List<SdkClient> sdks = new ArrayList<>();
    final Sightings sightings = new Sightings();
    private final List<DirectClient> watchers;
    private final List<String> slotServices = new ArrayList<>();
    private long number;

    /** A change that somebody makes, and who is to see it. */
    record Probe(Client publisher, String service, List<? extends Client> subscribers) {
        List<Sighting> sightings() {
            return subscribers.stream()
                    .map(subscriber -> new Sighting(subscriber.name(), service))
                    .toList();
        }
    }

    /** @param clients of each kind, beside the watchers */
    Population(Cluster cluster, int slotCount, int clients) {
        List<Integer> ports =
                cluster.sessions.stream().map(Cluster.Node::clientPort).toList();
        for (int i = 0; i < ports.size() + clients; i++) {
            String name = (i < ports.size() ? "watcher-" : "direct-") + i;
            direct.add(new DirectClient(name, ports, i % ports.size(), sightings).connect());
        }
        watchers = direct.subList(0, ports.size());
        for (int i = 0; i < clients; i++) {
            int httpPort = cluster.sessions.get(i % ports.size()).httpPort();
            sdks.add(new SdkClient("sdk-" + i, httpPort, sightings));
        }
        SlotFunction slots = new SlotFunction(slotCount);
        for (int slot = 0; slot < slotCount; slot++) {
            slotServices.add(serviceIn(slot, slots));
        }
        for (String service : slotServices) {
            watchers.forEach(watcher -> watcher.subscribe(service));
            watcherOf(service).publish(service, value(watcherOf(service)));
        }
        everybody().forEach(client -> {
            client.subscribe(COMMON);
            client.subscribe(own(client));
            client.publish(COMMON, value(client));
            client.publish(own(client), value(client));
        });
    }

    private static String serviceIn(int slot, SlotFunction slots) {
        for (int i = 0; ; i++) {
            String service = "in-" + slot + "-" + i;
            DataInfoId id = new DataInfoId(service, DataInfoId.DEFAULT_INSTANCE_ID, DataInfoId.DEFAULT_GROUP);
            if (slots.slotOf(id.toString()) == slot) {
                return service;
            }
        }
    }

    private DirectClient watcherOf(String service) {
        return watchers.get(Math.floorMod(service.hashCode(), watchers.size()));
    }

    private static String own(Client client) {
        return "of-" + client.name();
    }

    private String value(Client client) {
        return client.name() + ":" + ++number;
    }

    private List<Client> everybody() {
        return Stream.<Client>concat(direct.stream(), sdks.stream()).toList();
    }

    /** Of a fair sample of these slots: their services are seen at all sessions. */
    List<Probe> ofSlots(List<Integer> slots, int atMost, Random random) {
        List<Integer> sample = new ArrayList<>(slots);
        Collections.shuffle(sample, random);
        return sample.stream()
                .limit(atMost)
                .map(slotServices::get)
                .map(service -> new Probe(watcherOf(service), service, watchers))
                .toList();
    }

    /** Each of these sees what itself says: it is published and subscribed. */
    List<Probe> ofThemselves(List<? extends Client> clients) {
        return clients.stream()
                .map(client -> new Probe(client, own(client), List.of(client)))
                .toList();
    }

    /** All see one of them in the list that all are in. */
    Probe ofAll() {
        return new Probe(watchers.get(0), COMMON, everybody());
    }

    boolean isCommonListComplete() {
        return everybody().stream()
                .allMatch(client -> sightings.longest(new Sighting(client.name(), COMMON))
                        == everybody().size());
    }

    /**
     * Makes changes again and again until one that was made since this call has been seen by all who are to see it.
     *
     * @throws IllegalStateException when that takes too long
     */
    void awaitSeen(List<Probe> probes, long limitSeconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        sightings.begin(number + 1);
        List<Probe> unseen = probes;
        for (int i = 0; !unseen.isEmpty(); i++) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("changes were not seen within " + limitSeconds + " s: "
                        + unseen.get(0).service());
            }
            if (i % POLLS_PER_PROBE == 0) {
                unseen.forEach(probe -> probe.publisher().publish(probe.service(), value(probe.publisher())));
            }
            TimeUnit.MICROSECONDS.sleep(TimeUnit.MILLISECONDS.toMicros(PROBE_MILLIS) / POLLS_PER_PROBE);
            unseen = unseen.stream()
                    .filter(probe -> !sightings.areSeen(probe.sightings()))
                    .toList();
        }
    }

    /** When the last of these, which have been seen, was first seen by the last who was to see it. */
    long lastNanos(List<Probe> probes) {
        return sightings.lastNanos(
                probes.stream().flatMap(probe -> probe.sightings().stream()).toList());
    }

    @Override
    public void close() {
        everybody().forEach(Client::close);
    }
}

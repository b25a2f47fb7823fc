package io.slotregistry.simulation.cluster;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What applications do: some publish for good, others come, change and go. Each published text is used once. */
final class Workload {
    private static final int SERVICES = 6;
    private static final int LASTING_CLIENTS = 3;
    private static final int MOST_CLIENTS = 14;
    private static final int BROWSED = 64;

    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final PushInvariants invariants;
    private final Violations story;
    private int texts;
    private int passing;
    private @Nullable SimulatedClient browser;

    Workload(SimulatedCluster cluster, PushInvariants invariants, Violations story) {
        this.cluster = cluster;
        this.random = cluster.time.random();
        this.invariants = invariants;
        this.story = story;
    }

    /** Publishers that last, and subscribers of everything. The last service has no lasting publisher. */
    void begin() {
        for (int i = 0; i < LASTING_CLIENTS; i++) {
            SimulatedClient client = cluster.client();
            for (int service = 0; service < SERVICES - 1; service++) {
                invariants.lasts(client.publish("service-" + service, "lasting-" + i + "-" + service));
            }
        }
        for (int i = 0; i < 5; i++) {
            SimulatedClient client = cluster.client();
            for (int service = 0; service < SERVICES; service += 1 + i % 2) {
                client.subscribe("service-" + service);
            }
        }
    }

    /** The dataInfoIds of everything that is published or subscribed to. */
    Set<String> services() {
        Set<String> services = new TreeSet<>();
        for (int service = 0; service < SERVICES; service++) {
            services.add(SimulatedClient.dataInfoId("service-" + service));
        }
        return services;
    }

    void operate() {
        browse();
        List<SimulatedClient> open = open();
        if (random.nextInt(5) == 0) {
            SimulatedClient lasting = open.get(random.nextInt(LASTING_CLIENTS));
            if (random.nextBoolean()) {
                disconnect(lasting);
            } else {
                repeat(anyOf(lasting));
            }
            return;
        }
        SimulatedClient client = open.get(random.nextInt(LASTING_CLIENTS, open.size()));
        Publisher own = anyOf(client);
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> publish(client, "service-" + random.nextInt(SERVICES));
            case 3 -> republish(own);
            case 4 -> unpublish(own);
            case 5 -> disconnect(client);
            case 6 -> {
                if (open.size() < MOST_CLIENTS) {
                    SimulatedClient newcomer = cluster.client();
                    newcomer.subscribe("service-" + random.nextInt(SERVICES));
                    publish(newcomer, "service-" + random.nextInt(SERVICES));
                }
            }
            default -> {
                if (open.size() > 8) {
                    close(client);
                }
            }
        }
    }

    /** A client that looks at many services for a moment: what is watched for it outlives it for a while. */
    private void browse() {
        if (browser != null && !browser.isClosed()) {
            close(browser);
            browser = null;
        } else if (random.nextInt(60) == 0) {
            browser = cluster.client();
            for (int i = 0; i < BROWSED; i++) {
                browser.subscribe("passing-" + passing++);
            }
        }
    }

    /** Clients that have not ended, those that last first. */
    List<SimulatedClient> open() {
        return cluster.clients.stream().filter(client -> !client.isClosed()).toList();
    }

    Publisher publish(SimulatedClient client, String service) {
        Publisher publisher = client.publish(service, "text-" + texts++);
        story.trace("publish " + publisher);
        return publisher;
    }

    void close(SimulatedClient client) {
        story.trace("close " + client);
        client.close();
    }

    void unpublish(@Nullable Publisher publisher) {
        if (publisher != null) {
            story.trace("unpublish " + publisher);
            invariants.ends(publisher);
            publisher.unpublish();
        }
    }

    /** By dataInfoId, what every subscriber should see in the end. */
    Map<String, TreeSet<String>> truth() {
        Map<String, TreeSet<String>> truth = new HashMap<>();
        for (SimulatedClient client : open()) {
            client.publishers()
                    .forEach(publisher -> truth.computeIfAbsent(publisher.dataInfoId, id -> new TreeSet<>())
                            .add(publisher.data()));
        }
        return truth;
    }

    private void republish(@Nullable Publisher publisher) {
        if (publisher != null) {
            invariants.ends(publisher);
            publisher.republish("text-" + texts++);
            story.trace("republish " + publisher);
        }
    }

    /** A newer registration of the same, so that nobody is to see a difference. */
    private void repeat(@Nullable Publisher publisher) {
        if (publisher != null) {
            story.trace("repeat " + publisher);
            publisher.republish(publisher.data());
        }
    }

    private void disconnect(SimulatedClient client) {
        story.trace("disconnect " + client);
        client.disconnect();
    }

    private @Nullable Publisher anyOf(SimulatedClient client) {
        List<Publisher> own = new ArrayList<>();
        client.publishers().forEach(publisher -> {
            if (!publisher.isRemoved()) {
                own.add(publisher);
            }
        });
        return own.isEmpty() ? null : own.get(random.nextInt(own.size()));
    }
}

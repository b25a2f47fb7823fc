package io.slotregistry.torture;

import com.alipay.sofa.registry.core.model.DataBox;
import com.alipay.sofa.registry.core.model.ReceivedData;
import io.slotregistry.slot.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Knows what is published and holds every push against it: C2 and C3, nothing that stayed is missing; C6, versions grow
 * and each has one content; C7, nothing comes back. Versions order what subscribers see, in whatever order it arrives.
 */
final class Ledger {
    private static final int MAX_VIOLATIONS = 50;
    private static final int CONTENTS_REMEMBERED = 20_000;

    /** After a client was away for too long, what is shown of it may be from before for this long. */
    private static final long DOUBT_MILLIS = 15_000;

    private final Consumer<String> journal;
    private final Map<String, Publication> publications = new HashMap<>();
    private final Map<String, Map<String, Publication>> present = new TreeMap<>();
    private final Map<String, Map<String, Publication>> notYetGone = new HashMap<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<Presence> clients = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, Set<String>> contents = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<String>> eldest) {
            return size() > CONTENTS_REMEMBERED;
        }
    };
    private int names;
    private long pushes;
    private int late;

    /** @param journal takes a line for each event, for whoever looks for the cause of a violation */
    Ledger(Consumer<String> journal) {
        this.journal = journal;
    }

    /** @param patienceMillis how long it may take to register and to see what is new, with a session at its end */
    synchronized Presence client(String name, long patienceMillis) {
        Presence client = new Presence(name, patienceMillis);
        clients.add(client);
        return client;
    }

    synchronized Subscriber subscriber(Presence client, List<String> services) {
        Subscriber subscriber = new Subscriber(client, services);
        subscribers.add(subscriber);
        return subscriber;
    }

    synchronized Publication publish(Presence owner, String service) {
        Publication publication = new Publication(service, owner.name + "." + ++names, owner);
        publications.put(publication.name, publication);
        present.computeIfAbsent(service, key -> new TreeMap<>()).put(publication.name, publication);
        note(publication.name + " published in " + service);
        return publication;
    }

    /** A session has accepted it. */
    synchronized void acknowledged(String name) {
        Publication publication = publications.get(name);
        if (publication != null) {
            publication.acknowledged = true;
        }
    }

    /** Who has no acknowledgement of it or does not see it yet: nobody, once it has ended. */
    synchronized Set<Presence> waiting(Publication publication) {
        Set<Presence> waiting = new LinkedHashSet<>();
        if (publication.ended) {
            return waiting;
        }
        if (!publication.acknowledged) {
            waiting.add(publication.owner);
        }
        subscribers.stream()
                .filter(each -> each.services.contains(publication.service))
                .filter(each -> each.taken(publication.service).values().stream()
                        .noneMatch(value -> value.startsWith(publication.name + "@")))
                .forEach(each -> waiting.add(each.client));
        return waiting;
    }

    /** What the publisher is to say next. */
    synchronized String change(Publication publication) {
        publication.generation++;
        return publication.value();
    }

    /** To be called before the client says so. */
    synchronized void end(Publication publication) {
        publication.ended = true;
        present.getOrDefault(publication.service, Map.of()).remove(publication.name);
        note(publication.name + " unpublished");
    }

    /** A session has acknowledged that: it must never come back. */
    synchronized void ended(String name) {
        Publication publication = publications.get(name);
        if (publication != null && publication.ended) {
            notYetGone
                    .computeIfAbsent(publication.service, key -> new HashMap<>())
                    .put(name, publication);
            note(name + " is unpublished");
        }
    }

    /** @param byClient then it is to be called before the connection is closed */
    synchronized void lost(Presence client, boolean byClient) {
        client.lost(byClient, System.currentTimeMillis());
        note(client.name + " lost its connection" + (byClient ? " by itself" : ""));
    }

    /** To be called before it is closed. */
    synchronized void left(Presence client) {
        client.left();
        note(client.name + " left");
    }

    synchronized void returns(Presence client) {
        client.returns();
        note(client.name + " returns");
    }

    /** A session has acknowledged all its publishers. */
    synchronized void registered(Presence client, String where) {
        long now = System.currentTimeMillis();
        if (client.hasLeft() || client.isRegistered()) {
            return;
        }
        if (client.mayBeMissed(now)) {
            if (client.isLate(now)) {
                late++;
                note(client.name + " was away for too long");
            }
            long version = Version.ofMillis(now + DOUBT_MILLIS);
            publications.values().stream()
                    .filter(publication -> publication.owner == client && !publication.ended)
                    .forEach(publication -> publication.countFrom(version));
        }
        client.registered();
        note(client.name + " is registered at " + where);
    }

    synchronized boolean isRegistered(Presence client) {
        return client.isRegistered();
    }

    /** @param connection differs from all others of this subscriber */
    synchronized void pushed(Subscriber subscriber, long connection, ReceivedData push) {
        pushes++;
        String service = push.getDataId();
        long version = push.getVersion();
        Map<String, Integer> shown = new TreeMap<>();
        push.getData().values().stream()
                .flatMap(List::stream)
                .map(DataBox::getData)
                .forEach(value -> shown.put(
                        value.substring(0, value.indexOf('@')),
                        Integer.valueOf(value.substring(value.indexOf('@') + 1))));
        Set<String> values = new TreeSet<>();
        shown.forEach((name, generation) -> values.add(name + "@" + generation));
        long before = subscriber.pushed(connection, service, version);
        if (version < before) {
            violated("C6", subscriber, service, version, "comes after " + at(before));
        }
        Subscriber.Taken taken = subscriber.take(service, version, values);
        if (version > taken.version()) {
            checkNothingIsLost(subscriber, service, version, taken, shown);
        }
        if (!Version.isPresumed(version)) {
            checkContent(subscriber, service, version, values);
            checkPresent(subscriber, service, version, shown);
            checkShown(subscriber, service, version, shown);
        }
    }

    private void checkNothingIsLost(
            Subscriber subscriber, String service, long version, Subscriber.Taken before, Map<String, Integer> shown) {
        long now = System.currentTimeMillis();
        for (String value : before.values()) {
            String name = value.substring(0, value.indexOf('@'));
            Publication publication = publications.get(name);
            if (publication != null && publication.mustBeShown(Long.MAX_VALUE, now) && !shown.containsKey(name)) {
                violated(shown.isEmpty() ? "C2" : "C3", subscriber, service, version, "loses " + value);
            }
        }
    }

    private void checkContent(Subscriber subscriber, String service, long version, Set<String> values) {
        Set<String> before = contents.putIfAbsent(service + " " + version, values);
        if (before != null && !before.equals(values)) {
            violated("C6", subscriber, service, version, "is " + before + " and " + values);
        }
    }

    private void checkPresent(Subscriber subscriber, String service, long version, Map<String, Integer> shown) {
        long now = System.currentTimeMillis();
        present.getOrDefault(service, Map.of()).forEach((name, publication) -> {
            if (!shown.containsKey(name) && publication.mustBeShown(version, now)) {
                violated(
                        shown.isEmpty() ? "C2" : "C3",
                        subscriber,
                        service,
                        version,
                        "misses " + publication.value() + ", shown since " + at(publication.shownSince));
            }
        });
        notYetGone.getOrDefault(service, Map.of()).values().removeIf(publication -> {
            boolean wasShown = publication.newestVersion > 0;
            if (shown.containsKey(publication.name) || !wasShown || version <= publication.newestVersion) {
                return false;
            }
            publication.goneSince = version;
            return true;
        });
    }

    private void checkShown(Subscriber subscriber, String service, long version, Map<String, Integer> shown) {
        shown.forEach((name, generation) -> {
            Publication publication = publications.get(name);
            if (publication == null || !publication.service.equals(service)) {
                violated("C9", subscriber, service, version, "shows " + name + ", which never was");
                return;
            }
            if (version > publication.goneSince) {
                violated(
                        "C7", subscriber, service, version, name + " is back, gone since " + at(publication.goneSince));
            }
            boolean older = version >= publication.newestVersion && generation < publication.newestGeneration;
            if (older && version >= publication.countsFrom) {
                violated(
                        "C7",
                        subscriber,
                        service,
                        version,
                        name + " is back at " + generation + " from " + publication.newestGeneration + " shown at "
                                + at(publication.newestVersion));
            }
            publication.shown(version, generation);
        });
    }

    private static String at(long version) {
        return version == Long.MAX_VALUE ? "never" : version + "(" + clock(Version.toMillis(version)) + ")";
    }

    private static String clock(long millis) {
        return String.format("%1$tT.%1$tL", millis);
    }

    synchronized void violated(String invariant, String what) {
        note("VIOLATION " + invariant + " " + what);
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add(clock(System.currentTimeMillis()) + " " + invariant + " " + what);
        }
    }

    private void violated(String invariant, Subscriber subscriber, String service, long version, String what) {
        violated(invariant, subscriber.client + " " + service + " " + at(version) + ": " + what);
    }

    void note(String line) {
        journal.accept(clock(System.currentTimeMillis()) + " " + line);
    }

    /** Of the services that anything is published in or was. */
    synchronized Map<String, Set<String>> truth() {
        Map<String, Set<String>> truth = new TreeMap<>();
        present.forEach((service, each) -> {
            Set<String> values = new TreeSet<>();
            each.values().stream()
                    .filter(publication -> !publication.owner.hasLeft())
                    .forEach(publication -> values.add(publication.value()));
            truth.put(service, values);
        });
        return truth;
    }

    /** What subscribers see beside the truth; empty when all see it. */
    synchronized List<String> differences() {
        List<String> differences = new ArrayList<>();
        Map<String, Set<String>> truth = truth();
        for (Subscriber subscriber : subscribers) {
            for (String service : subscriber.services) {
                Set<String> missing = new TreeSet<>(truth.getOrDefault(service, Set.of()));
                Set<String> ghosts = new TreeSet<>(subscriber.taken(service).values());
                Set<String> both = new TreeSet<>(missing);
                both.retainAll(ghosts);
                missing.removeAll(both);
                ghosts.removeAll(both);
                if (!missing.isEmpty() || !ghosts.isEmpty()) {
                    differences.add("C1 " + subscriber.client + " misses " + missing + " of " + service
                            + " and has too many " + ghosts);
                }
            }
        }
        clients.stream()
                .filter(client -> !client.hasLeft() && !client.isRegistered())
                .forEach(client -> differences.add(client.name + " is not registered"));
        return differences;
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized long pushes() {
        return pushes;
    }

    /** How often a client was away for longer than its publications are promised to stay: then they may be missed. */
    synchronized int late() {
        return late;
    }

    synchronized int published() {
        return present.values().stream().mapToInt(Map::size).sum();
    }
}

package io.slotregistry.simulation.cluster;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import io.slotregistry.slot.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must hold at every push: C2, C3, C6 and C7. Versions order what subscribers see, so a list is compared with
 * those of smaller versions, in whatever order they arrive.
 */
final class PushInvariants implements PushObserver {
    private final Violations violations;
    /** By dataInfoId, the publishers that are to stay. */
    private final Map<String, Map<String, Publisher>> lasting = new HashMap<>();
    /** By data, the least version that showed it. */
    private final Map<String, Long> shownSince = new HashMap<>();
    /** By data that ended on purpose, the least version after {@link #shownSince} that did not show it. */
    private final Map<String, Long> goneSince = new HashMap<>();

    private final Map<String, Set<String>> ended = new HashMap<>();
    private final Map<String, SortedSet<String>> contents = new HashMap<>();
    private final Map<String, Long> lastPushed = new HashMap<>();
    private final Map<Subscriber, SortedSet<String>> taken = new HashMap<>();

    PushInvariants(Violations violations) {
        this.violations = violations;
    }

    /** The publisher is never to be missed, except while its client is away for longer than is promised. */
    void lasts(Publisher publisher) {
        lasting.computeIfAbsent(publisher.dataInfoId, id -> new TreeMap<>()).put(publisher.data(), publisher);
    }

    /** The data was unpublished or replaced. */
    void ended(Publisher publisher) {
        ended.computeIfAbsent(publisher.dataInfoId, id -> new HashSet<>()).add(publisher.data());
    }

    @Override
    public void connected(SimulatedClient client, SimulatedCluster.Session session) {
        violations.trace("connect " + client + " to " + session.process());
    }

    @Override
    public void arrived(Subscriber subscriber, long connection, long version, SortedSet<String> data) {
        checkOrder(subscriber, connection, version);
        if (Version.isPresumed(version)) {
            return;
        }
        SortedSet<String> before = contents.putIfAbsent(subscriber.dataInfoId + version, data);
        if (before != null && !before.equals(data)) {
            violations.add("C6", subscriber.dataInfoId + " is " + before + " and " + data + " at " + version);
        }
        lastingOf(subscriber).forEach((name, publisher) -> {
            Long since = shownSince.get(name);
            if (!publisher.mayBeMissed() && since != null && version > since && !data.contains(name)) {
                violations.add(
                        data.isEmpty() ? "C2" : "C3", subscriber.registerId + " misses " + name + " at " + version);
            }
        });
        for (String name : ended.getOrDefault(subscriber.dataInfoId, Set.of())) {
            checkStaysAway(subscriber, name, version, data);
        }
        data.forEach(name -> shownSince.merge(name, version, Math::min));
    }

    /** Versions that are only presumed say nothing to others, but who saw something must not lose it. */
    @Override
    public void taken(Subscriber subscriber) {
        SortedSet<String> before = taken.put(subscriber, new TreeSet<>(subscriber.sees()));
        if (before != null) {
            lastingOf(subscriber).forEach((name, publisher) -> {
                if (!publisher.mayBeMissed()
                        && before.contains(name)
                        && !subscriber.sees().contains(name)) {
                    violations.add("C3", subscriber.registerId + " loses " + name + " at " + subscriber.version());
                }
            });
        }
    }

    private Map<String, Publisher> lastingOf(Subscriber subscriber) {
        return lasting.getOrDefault(subscriber.dataInfoId, Map.of());
    }

    /** A session may know less than the one before it, which the client finds out; but it never takes anything back. */
    private void checkOrder(Subscriber subscriber, long connection, long version) {
        Long before = lastPushed.put(connection + " " + subscriber.registerId, version);
        if (before != null && version < before) {
            violations.add("C6", subscriber.registerId + " is pushed " + version + " after " + before);
        }
    }

    private void checkStaysAway(Subscriber subscriber, String name, long version, SortedSet<String> data) {
        Long since = goneSince.get(name);
        if (!data.contains(name)) {
            if (version > shownSince.getOrDefault(name, Long.MAX_VALUE)) {
                goneSince.merge(name, version, Math::min);
            }
        } else if (since != null && version > since) {
            violations.add("C7", name + " is back at " + version + " for " + subscriber.registerId);
        }
    }
}

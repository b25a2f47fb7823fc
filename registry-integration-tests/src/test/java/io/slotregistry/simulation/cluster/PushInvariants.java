package io.slotregistry.simulation.cluster;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import io.slotregistry.slot.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What must hold at every push: C2, C3, C6 and C7. Versions order what subscribers see, so a list is compared with
 * those of smaller versions, in whatever order they arrive.
 */
final class PushInvariants implements PushObserver {
    /**
     * A session that crashes within this time may not have told every replica what it heard last: a cut, the attempt
     * that fails by it and the pause before the next, and some of that twice.
     */
    private static final long TELLING_MILLIS = 10_000;

    private final Violations violations;
    private final long expiryMillis;
    /** By dataInfoId, the publishers that are to stay. */
    private final Map<String, Map<String, Publisher>> lasting = new HashMap<>();
    /** By data, the least version that showed it. */
    private final Map<String, Long> shownSince = new HashMap<>();
    /** By data that ended on purpose, the least version after {@link #shownSince} that did not show it. */
    private final Map<String, Long> goneSince = new HashMap<>();

    private final Map<String, Map<String, Ending>> ended = new HashMap<>();
    /** By registerId, what it published before and no session is known to have heard the end of. */
    private final Map<String, List<Unheard>> unheard = new HashMap<>();

    private final Map<String, SortedSet<String>> contents = new HashMap<>();
    private final Map<String, Long> lastPushed = new HashMap<>();
    private final Map<Subscriber, SortedSet<String>> taken = new HashMap<>();

    private Consumer<Iterable<String>> shown = data -> {};

    /** @param expiryMillis how long after the crash of a session its mirrors are surely gone */
    PushInvariants(Violations violations, long expiryMillis) {
        this.violations = violations;
        this.expiryMillis = expiryMillis;
    }

    /** Told what each push shows. */
    void onShown(Consumer<Iterable<String>> checker) {
        shown = checker;
    }

    /** The publisher is never to be missed, except while its client is away for longer than is promised. */
    void lasts(Publisher publisher) {
        lasting.computeIfAbsent(publisher.dataInfoId, id -> new TreeMap<>()).put(publisher.data(), publisher);
    }

    /** What is published now is about to be unpublished or replaced. */
    void ends(Publisher publisher) {
        unheard.computeIfAbsent(publisher.registerId, id -> new ArrayList<>())
                .add(new Unheard(publisher.data(), publisher.version()));
    }

    @Override
    public void acknowledged(Publisher publisher, long version) {
        unheard.getOrDefault(publisher.registerId, new ArrayList<>()).removeIf(end -> {
            boolean heard = end.lastVersion < version;
            if (heard) {
                ended.computeIfAbsent(publisher.dataInfoId, id -> new TreeMap<>())
                        .put(end.data, new Ending(publisher.session(), violations.nowMillis()));
            }
            return heard;
        });
    }

    /** It may take what it heard last to its grave; what it had told before stays until its mirrors expire. */
    @Override
    public void crashed(SimulatedCluster.Session session) {
        long now = violations.nowMillis();
        ended.values()
                .forEach(endings -> endings.values().stream()
                        .filter(ending -> session == ending.session && now - ending.millis < TELLING_MILLIS)
                        .forEach(ending -> ending.excusedUntilMillis = now + expiryMillis));
    }

    @Override
    public void connected(SimulatedClient client, SimulatedCluster.Session session) {
        violations.trace("connect " + client + " to " + session.process());
    }

    @Override
    public void arrived(Subscriber subscriber, long connection, long version, SortedSet<String> data) {
        shown.accept(data);
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
        ended.getOrDefault(subscriber.dataInfoId, Map.of())
                .forEach((name, ending) -> checkStaysAway(subscriber, name, ending, version, data));
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

    private void checkStaysAway(
            Subscriber subscriber, String name, Ending ending, long version, SortedSet<String> data) {
        Long since = goneSince.get(name);
        if (!data.contains(name)) {
            if (version > shownSince.getOrDefault(name, Long.MAX_VALUE)) {
                goneSince.merge(name, version, Math::min);
            }
        } else if (since != null && version > since && violations.nowMillis() > ending.excusedUntilMillis) {
            violations.add("C7", name + " is back at " + version + " for " + subscriber.registerId);
        }
    }

    private record Unheard(String data, long lastVersion) {}

    /** Of data whose end a session has acknowledged. */
    private static final class Ending {
        private final SimulatedCluster.@Nullable Session session;
        private final long millis;
        private long excusedUntilMillis = -1;

        private Ending(SimulatedCluster.@Nullable Session session, long millis) {
            this.session = session;
            this.millis = millis;
        }
    }
}

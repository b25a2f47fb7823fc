package io.slotregistry.torture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a client has taken of its pushes, as SDKs do: greater versions only. Guarded by the {@link Ledger}. */
final class Subscriber {
    final Presence client;
    final List<String> services;
    /** By service, the newest list that it took. */
    private final Map<String, Taken> taken = new TreeMap<>();

    private final Map<String, Long> pushedOnConnection = new HashMap<>();
    private long connection = -1;

    Subscriber(Presence client, List<String> services) {
        this.client = client;
        this.services = services;
    }

    record Taken(long version, Set<String> values) {}

    /** The version that was pushed before on the same connection, or the smallest one. */
    long pushed(long onConnection, String service, long version) {
        if (connection != onConnection) {
            connection = onConnection;
            pushedOnConnection.clear();
        }
        Long before = pushedOnConnection.put(service, version);
        return before == null ? Long.MIN_VALUE : before;
    }

    /** What it had before, unless the list is none that it takes. */
    Taken take(String service, long version, Set<String> values) {
        Taken before = taken.getOrDefault(service, new Taken(Long.MIN_VALUE, Set.of()));
        if (version > before.version()) {
            taken.put(service, new Taken(version, new TreeSet<>(values)));
        }
        return before;
    }

    Taken taken(String service) {
        return taken.getOrDefault(service, new Taken(Long.MIN_VALUE, Set.of()));
    }
}

package io.slotregistry.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What subscribers are told: when each saw a change of a service first, and whether a list was ever shorter than
 * before, which none may be here. Values are {@code publisher:number}; numbers grow. Told of by many threads.
 */
final class Sightings {
    private final AtomicInteger shrunk = new AtomicInteger();
    private final Map<Sighting, Integer> longest = new ConcurrentHashMap<>();
    private volatile Round round = new Round(Long.MAX_VALUE);

    /** By whom of what. */
    record Sighting(String subscriber, String service) {}

    private record Round(long firstNumber, Map<Sighting, Long> seenNanos) {
        Round(long firstNumber) {
            this(firstNumber, new ConcurrentHashMap<>());
        }
    }

    /** Forgets what was seen: only changes with this number or a greater one count from now on. */
    void begin(long firstNumber) {
        round = new Round(firstNumber);
    }

    void pushed(String subscriber, String service, List<String> values) {
        long now = System.nanoTime();
        Sighting sighting = new Sighting(subscriber, service);
        Round current = round;
        for (String value : values) {
            if (Long.parseLong(value.substring(value.indexOf(':') + 1)) >= current.firstNumber) {
                current.seenNanos.putIfAbsent(sighting, now);
            }
        }
        int before = longest.merge(sighting, values.size(), Math::max);
        if (values.size() < before) {
            shrunk.incrementAndGet();
            System.out.printf("%s sees %d of %d publishers of %s%n", subscriber, values.size(), before, service);
        }
    }

    boolean areSeen(Collection<Sighting> sightings) {
        return round.seenNanos.keySet().containsAll(sightings);
    }

    /** @return when the last one of these was seen first, on the scale of System.nanoTime() */
    long lastNanos(Collection<Sighting> sightings) {
        return sightings.stream().mapToLong(round.seenNanos::get).max().orElseThrow();
    }

    /** Publishers that a subscriber has seen at once, at most. */
    int longest(Sighting sighting) {
        return longest.getOrDefault(sighting, 0);
    }

    int shrunk() {
        return shrunk.get();
    }
}

package io.slotregistry.runtime;

import com.google.common.collect.ImmutableSortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Numbers by name that all loops of a node change and anyone reads. A name whose number is 0 is not kept. */
public final class Tally {
    private final ConcurrentMap<String, Long> numbers = new ConcurrentHashMap<>();

    public void add(String name, long change) {
        numbers.compute(name, (same, before) -> {
            long after = (before == null ? 0 : before) + change;
            return after == 0 ? null : after;
        });
    }

    /** 0 for a name that nobody has added to. */
    public long get(String name) {
        return numbers.getOrDefault(name, 0L);
    }

    public long sum() {
        return numbers.values().stream().mapToLong(number -> number).sum();
    }

    public ImmutableSortedSet<String> names() {
        return ImmutableSortedSet.copyOf(numbers.keySet());
    }
}

package io.slotregistry.runtime;

import com.google.common.collect.ImmutableMap;

/** The limits of one node, and how often each was reached. All loops of the node count, anyone reads. */
public final class Limits {
    private final ImmutableMap<Limit, Integer> unusual;
    private final Tally reached = new Tally();

    /** The usual ones. */
    public Limits() {
        this(ImmutableMap.of());
    }

    /** @param unusual instead of the usual ones; all are positive */
    public Limits(ImmutableMap<Limit, Integer> unusual) {
        unusual.forEach((limit, value) -> {
            if (value < 1) {
                throw new IllegalArgumentException(limit + " must be positive: " + value);
            }
        });
        this.unusual = unusual;
    }

    public int of(Limit limit) {
        return unusual.getOrDefault(limit, limit.usual());
    }

    public void reached(Limit limit) {
        reached.add(limit.lowerName(), 1);
    }

    public long timesReached(Limit limit) {
        return reached.get(limit.lowerName());
    }
}

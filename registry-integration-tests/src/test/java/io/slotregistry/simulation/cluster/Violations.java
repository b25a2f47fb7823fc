package io.slotregistry.simulation.cluster;

import io.slotregistry.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.List;

/** What was found to be wrong in one run. {@code -Dsimulation.trace=true} tells the story of a seed. */
final class Violations {
    private static final boolean TRACE = Boolean.getBoolean("simulation.trace");
    private static final int LIMIT = 3;

    private final VirtualTime time;
    private final List<String> found = new ArrayList<>();

    Violations(VirtualTime time) {
        this.time = time;
    }

    /** @param invariant such as {@code C3} */
    void add(String invariant, String what) {
        trace(invariant + " " + what);
        if (found.size() < LIMIT) {
            found.add(invariant + " " + what);
        }
    }

    void trace(String event) {
        if (TRACE) {
            System.out.println("TRACE " + time.nowMillis() + " ms " + event);
        }
    }

    long nowMillis() {
        return time.nowMillis();
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** The first few; empty when there are none. */
    @Override
    public String toString() {
        return String.join("; ", found);
    }
}

package io.slotregistry.session.subscribe;

import io.slotregistry.runtime.Tally;
import java.util.function.BooleanSupplier;

/**
 * Whether pushes wait because the cluster warms up, and how many did not wait for long enough.
 *
 * @param active true while it warms up
 * @param counts told of each list that was pushed although it may have been growing
 */
public record WarmUpPushes(BooleanSupplier active, Tally counts) {
    public static final String PARTS = "parts";

    /** As in a cluster that has been there for long. */
    public static WarmUpPushes never() {
        return new WarmUpPushes(() -> false, new Tally());
    }

    boolean areHeld() {
        return active.getAsBoolean();
    }

    void part() {
        counts.add(PARTS, 1);
    }
}

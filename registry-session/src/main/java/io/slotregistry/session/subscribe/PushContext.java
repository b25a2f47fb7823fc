package io.slotregistry.session.subscribe;

import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.timeline.Timeline;
import java.util.function.BooleanSupplier;

/**
 * What everything that pushes on one loop has in common.
 *
 * @param enabled false while operators have stopped pushes
 */
public record PushContext(
        EventLoop loop, NodeClock clock, PushSettings settings, BooleanSupplier enabled, Timeline timeline) {
    long nowMillis() {
        return clock.monotonicMillis();
    }
}

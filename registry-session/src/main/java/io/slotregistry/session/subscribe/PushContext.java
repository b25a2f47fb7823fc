package io.slotregistry.session.subscribe;

import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.NodeClock;

/** What everything that pushes on one loop has in common. */
record PushContext(EventLoop loop, NodeClock clock, PushSettings settings) {
    long nowMillis() {
        return clock.monotonicMillis();
    }
}

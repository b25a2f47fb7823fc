package io.slotregistry.session.configure;

import io.slotregistry.runtime.EventLoop;
import io.slotregistry.session.subscribe.PushSettings;
import io.slotregistry.timeline.Timeline;
import java.util.function.BooleanSupplier;

/**
 * What all configurators of one loop have in common.
 *
 * @param enabled false while operators have stopped pushes
 */
record PushContext(EventLoop loop, PushSettings settings, BooleanSupplier enabled, Timeline timeline) {}

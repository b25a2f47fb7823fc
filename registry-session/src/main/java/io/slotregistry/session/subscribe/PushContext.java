package io.slotregistry.session.subscribe;

import io.slotregistry.cluster.ClientAddresses;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Limits;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.session.hold.ClientHoldings;
import io.slotregistry.timeline.Timeline;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What everything that pushes on one loop has in common.
 *
 * @param enabled false while operators have stopped pushes
 * @param warmUp whether first pushes wait for lists to be complete
 * @param blocked the clients whose subscribers to a dataInfoId are pushed nothing
 */
public record PushContext(
        EventLoop loop,
        NodeClock clock,
        PushSettings settings,
        BooleanSupplier enabled,
        WarmUpPushes warmUp,
        Function<String, ClientAddresses> blocked,
        Timeline timeline,
        Limits limits,
        ClientHoldings holdings) {
    long nowMillis() {
        return clock.monotonicMillis();
    }
}

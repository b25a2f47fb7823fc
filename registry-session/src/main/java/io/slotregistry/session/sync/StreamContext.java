package io.slotregistry.session.sync;

import io.slotregistry.cluster.NodeContext;
import io.slotregistry.model.NodeId;
import io.slotregistry.proto.ClientLosses;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.slot.VersionClock;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the streams of one loop have in common.
 *
 * @param versions takes notice of the servers' clocks
 * @param renewMillis between two renews, as of now
 * @param epoch of the view that the loop acts on
 * @param losses of the whole session, as of now
 * @param unreachable told the server and whether it cannot be reached, whenever that changes
 */
public record StreamContext(
        NodeContext node,
        EventLoop loop,
        RandomGenerator random,
        Transport transport,
        LongSupplier renewMillis,
        VersionClock versions,
        LongSupplier epoch,
        Supplier<ClientLosses> losses,
        BiConsumer<NodeId, Boolean> unreachable) {}

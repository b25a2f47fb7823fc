package io.slotregistry.meta;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.model.NodeId;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.sender.CoalescingSender;
import io.slotregistry.sender.SenderSettings;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells one member the newest view at once. Belongs to the main loop. */
final class ViewPush {
    private final Supplier<ClusterView> view;
    private final CoalescingSender sender;
    private Address address;
    private long knownEpoch;

    ViewPush(NodeContext context, Transport transport, NodeId node, Address address, Supplier<ClusterView> view) {
        this.view = view;
        this.address = address;
        this.sender = new CoalescingSender(
                context.streams().stream(node.role(), context.self() + "->" + node),
                context.mainLoop(),
                new SplittableRandom(context.random().nextLong()),
                transport,
                SenderSettings.DEFAULTS,
                new Newest());
    }

    void address(Address newAddress) {
        if (!newAddress.equals(address)) {
            address = newAddress;
            knownEpoch = 0;
            sender.retryNow();
        }
    }

    /** The member showed that it holds this epoch. */
    void knows(long epoch) {
        knownEpoch = Math.max(knownEpoch, epoch);
    }

    void viewChanged() {
        sender.wake();
    }

    void stop() {
        sender.stop();
    }

    private final class Newest implements CoalescingSender.Source {
        @Override
        public Address target() {
            return address;
        }

        @Override
        public @Nullable Request take() {
            ClusterView newest = view.get();
            return knownEpoch >= newest.epoch()
                    ? null
                    : Request.newBuilder().setView(newest.toProto()).build();
        }

        @Override
        public void delivered(Reply reply) {
            knows(reply.getEpoch());
        }

        @Override
        public void failed(String reason, boolean unsynced) {
            // The next attempt takes what is newest then.
        }
    }
}

package io.slotregistry.data.change;

import io.slotregistry.cluster.NodeContext;
import io.slotregistry.data.slot.SlotReplica;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Changes;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Limit;
import io.slotregistry.runtime.Limits;
import io.slotregistry.sender.CoalescingSender;
import io.slotregistry.sender.SenderSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells one session process what changed in the slots of one loop. Dirty data are marked in the slots' watchers; this
 * only knows which slots have some.
 */
public final class ChangeStream {
    private final ProcessId session;
    private final Limits limits;
    private final CoalescingSender sender;
    private final Set<SlotReplica> dirty = new LinkedHashSet<>();
    private final List<SlotReplica> inFlight = new ArrayList<>();
    private @Nullable Address address;

    public ChangeStream(
            ProcessId session, NodeContext context, EventLoop loop, RandomGenerator random, Transport transport) {
        this.session = session;
        this.limits = context.limits();
        this.sender = new CoalescingSender(
                context.streams().stream(Role.SESSION, context.self() + "->" + session),
                loop,
                random,
                transport,
                SenderSettings.DEFAULTS,
                new DirtySlots());
    }

    /** Where the session listens now. */
    public void address(Address newAddress) {
        if (!newAddress.equals(address)) {
            address = newAddress;
            sender.retryNow();
        }
    }

    public void changed(SlotReplica slot) {
        dirty.add(slot);
        sender.wake();
    }

    /** This server does not replicate the slot any more. */
    public void release(SlotReplica slot) {
        dirty.remove(slot);
        inFlight.remove(slot);
    }

    public void stop() {
        sender.stop();
    }

    private final class DirtySlots implements CoalescingSender.Source {
        @Override
        public @Nullable Address target() {
            return address;
        }

        @Override
        public @Nullable Request take() {
            Changes.Builder changes = Changes.newBuilder();
            long room = limits.of(Limit.MESSAGE_BYTES);
            for (SlotReplica slot : List.copyOf(dirty)) {
                if (room <= 0) {
                    break;
                }
                SlotChanges row = slot.take(session, room);
                if (row != null) {
                    room -= row.getSerializedSize();
                    changes.addSlots(row);
                    inFlight.add(slot);
                }
                // Who has more waits for the others.
                dirty.remove(slot);
                if (slot.hasChangesFor(session)) {
                    dirty.add(slot);
                }
            }
            if (!dirty.isEmpty()) {
                limits.reached(Limit.MESSAGE_BYTES);
            }
            return changes.getSlotsCount() == 0
                    ? null
                    : Request.newBuilder().setChanges(changes).build();
        }

        @Override
        public void delivered(Reply reply) {
            inFlight.forEach(slot -> slot.delivered(session));
            inFlight.clear();
        }

        @Override
        public void failed(String reason, boolean unsynced) {
            inFlight.forEach(slot -> slot.failed(session));
            dirty.addAll(inFlight);
            inFlight.clear();
        }
    }
}

package io.slotregistry.data;

import io.slotregistry.data.slot.SlotReplica;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.ServiceQuery;
import io.slotregistry.proto.ServiceRow;
import io.slotregistry.runtime.EventLoop;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Which services there are, asked of one slot after the other, and one question after the other: what else the loop has
 * to do comes in between. Belongs to that loop.
 */
final class ServiceWalks {
    static final int MAX_WAITING = 16;

    private static final Inspection BUSY = Inspection.newBuilder().setBusy(true).build();

    private final EventLoop loop;
    private final NavigableMap<Integer, SlotReplica> slots;
    private final Queue<Walk> walks = new ArrayDeque<>();

    ServiceWalks(EventLoop loop, NavigableMap<Integer, SlotReplica> slots) {
        this.loop = loop;
        this.slots = slots;
    }

    void add(ServiceQuery query, Consumer<Inspection> answer) {
        if (walks.size() >= MAX_WAITING) {
            answer.accept(BUSY);
            return;
        }
        walks.add(new Walk(query, answer));
        if (walks.size() == 1) {
            loop.execute(this::step);
        }
    }

    private void step() {
        Walk walk = walks.element();
        boolean goesOn = false;
        try {
            goesOn = walk.step(slots);
        } finally {
            if (!goesOn) {
                walks.remove();
            }
            if (!walks.isEmpty()) {
                loop.execute(this::step);
            }
        }
    }

    /** Never keeps more rows than were asked for. */
    private static final class Walk {
        private final ServiceQuery query;
        private final Consumer<Inspection> answer;
        private final TreeMap<String, ServiceRow> first = new TreeMap<>();
        private int slot = -1;

        private Walk(ServiceQuery query, Consumer<Inspection> answer) {
            this.query = query;
            this.answer = answer;
        }

        /** False after the last one. */
        private boolean step(NavigableMap<Integer, SlotReplica> slots) {
            Map.Entry<Integer, SlotReplica> next = slots.higherEntry(slot);
            if (next == null) {
                answer.accept(
                        Inspection.newBuilder().addAllServices(first.values()).build());
                return false;
            }
            slot = next.getKey();
            visit(next.getValue());
            return true;
        }

        private void visit(SlotReplica replica) {
            ServiceQuery.Builder narrowed = query.toBuilder();
            if (first.size() >= query.getLimit()) {
                narrowed.setBefore(first.lastKey());
            }
            Inspection.Builder found = Inspection.newBuilder();
            replica.inspect(Inspect.newBuilder().setServices(narrowed).build(), found);
            found.getServicesList().forEach(row -> first.put(row.getDataInfoId(), row));
            while (first.size() > query.getLimit()) {
                first.pollLastEntry();
            }
        }
    }
}

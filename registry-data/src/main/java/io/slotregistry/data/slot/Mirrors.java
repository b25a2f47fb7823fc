package io.slotregistry.data.slot;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SnapshotReason;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The mirrors of all sessions in one slot. Belongs to the loop of the slot. */
final class Mirrors {
    private final SlotContext context;
    private final Mirror.MirrorListener listener;
    private final Map<ProcessId, Mirror> bySession = new TreeMap<>();

    Mirrors(SlotContext context, Mirror.MirrorListener listener) {
        this.context = context;
        this.listener = listener;
    }

    /** What the session says is in its mirror now. */
    Heard apply(ProcessId session, SlotSync row) {
        Mirror mirror = bySession.computeIfAbsent(
                session, process -> new Mirror(process, context.key(), context.names(), listener));
        SnapshotReason wanted = mirror.apply(row);
        boolean differed = mirror.differs();
        boolean confirmed = row.hasRenew()
                && mirror.confirms(row.getRenew(), context.clock().monotonicMillis());
        if (mirror.differs() && !differed) {
            context.streams().mismatchFound();
        }
        return new Heard(wanted, confirmed);
    }

    /** What the session told is here as far as it goes. */
    boolean isHeld(ProcessId session) {
        Mirror mirror = bySession.get(session);
        return mirror != null && mirror.isComplete();
    }

    /** Null when there was none. */
    @Nullable
    Mirror remove(ProcessId session) {
        return bySession.remove(session);
    }

    /** Number of publications. */
    int size() {
        return bySession.values().stream().mapToInt(Mirror::size).sum();
    }

    /** Number of mirrors that differ from their session. */
    int differing() {
        return (int) bySession.values().stream().filter(Mirror::differs).count();
    }

    /**
     * @param wanted why a snapshot is needed
     * @param confirmed who waits for the session's mirror need not wait any longer
     */
    record Heard(SnapshotReason wanted, boolean confirmed) {}
}

package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Renew;
import io.slotregistry.sender.RepairPause;
import io.slotregistry.slot.DigestKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sessions that the leader of one slot tells and asks. Belongs to the loop of the slot. */
final class Watchers {
    private final DigestKey key;
    private final Consumer<ProcessId> changesFor;
    private final Map<ProcessId, Watcher> bySession = new TreeMap<>();
    /** For sessions whose watches differed when they were compared last. */
    private final Map<ProcessId, RepairPause> repairs = new HashMap<>();
    /** Of all watchers, so that what a session heard from one that is gone is never taken for what a later one said. */
    private long changeSeq;

    /** @param changesFor told which session has something to hear */
    Watchers(DigestKey key, Consumer<ProcessId> changesFor) {
        this.key = key;
        this.changesFor = changesFor;
    }

    @Nullable
    Watcher get(ProcessId session) {
        return bySession.get(session);
    }

    void ifThere(ProcessId session, Consumer<Watcher> action) {
        Watcher watcher = bySession.get(session);
        if (watcher != null) {
            action.accept(watcher);
        }
    }

    /** Made when it is asked for first. */
    Watcher of(ProcessId session) {
        return bySession.computeIfAbsent(session, process -> new Watcher(process, key, () -> ++changeSeq));
    }

    Collection<Watcher> all() {
        return bySession.values();
    }

    void drop(ProcessId session) {
        Watcher gone = bySession.remove(session);
        if (gone != null) {
            gone.clear();
        }
    }

    void clear() {
        bySession.clear();
        repairs.clear();
    }

    /** The session process is gone for good. */
    void forget(ProcessId session) {
        drop(session);
        repairs.remove(session);
    }

    /**
     * Whether the session is to repeat its watches, which are forgotten then. During a pause it goes on to be told what
     * changes in those that are known here.
     */
    boolean mustRepeat(ProcessId session, Renew renew, long nowMillis) {
        Watcher.Agreement agreement = of(session).compare(renew);
        if (agreement == Watcher.Agreement.EQUAL) {
            repairs.remove(session);
        }
        boolean repeat = agreement == Watcher.Agreement.DIFFERENT
                && repairs.computeIfAbsent(session, process -> new RepairPause())
                        .begin(nowMillis);
        if (repeat) {
            drop(session);
        }
        return repeat;
    }

    /** @param answered hears of it in another way */
    void tell(Datum datum, @Nullable Watcher answered) {
        for (Watcher watcher : datum.watchers()) {
            if (watcher != answered && watcher.markDirty(datum)) {
                changesFor.accept(watcher.session());
            }
        }
    }

    /** Whoever has not been asked with this ticket is asked to confirm its mirror. */
    void ask(ImmutableSet<ProcessId> sessions, long ticket) {
        for (ProcessId session : sessions) {
            if (of(session).ask(ticket)) {
                changesFor.accept(session);
            }
        }
    }

    /** The last ticket with which the session was asked and has confirmed its mirror; 0 for none. */
    long answeredTicket(ProcessId session) {
        Watcher watcher = bySession.get(session);
        return watcher == null ? 0 : watcher.answeredTicket();
    }
}

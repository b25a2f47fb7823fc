package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.model.ProcessId;
import io.slotregistry.slot.DigestKey;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sessions that the leader of one slot tells and asks. Belongs to the loop of the slot. */
final class Watchers {
    private final DigestKey key;
    private final Consumer<ProcessId> changesFor;
    private final Map<ProcessId, Watcher> bySession = new TreeMap<>();
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

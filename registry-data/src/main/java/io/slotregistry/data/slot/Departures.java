package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.PublisherId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Publications whose session lost their client or was lost itself. The client may be back on a session that the leader
 * hears late, so they are shown until all sessions have said afterwards that their mirrors are exact. Belongs to the
 * loop of the slot.
 */
final class Departures {
    /** A session that does not answer for so many sweeps, about a lease of mirrors, holds up nobody any longer. */
    static final int MAX_SWEEPS = 4;

    private final List<Departure> waiting = new ArrayList<>();
    private long lastTicket;

    /** @param asked the sessions of which one may have the client */
    void add(MirrorEntry entry, ImmutableSet<ProcessId> asked) {
        waiting.add(new Departure(entry, asked, ++lastTicket));
    }

    /** Another session had the client meanwhile and has lost it too: the search begins again. */
    void lostAgain(PublisherId id) {
        for (Departure departure : waiting) {
            if (departure.entry.id.equals(id)) {
                departure.ticket = ++lastTicket;
            }
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** For a question of its own. */
    long nextTicket() {
        return ++lastTicket;
    }

    /** What a session must have been asked with to have answered for all that wait. */
    long lastTicket() {
        return lastTicket;
    }

    /**
     * Those that have left for good; they wait no longer.
     *
     * @param gone sessions that ended, or seem to, but whose clients still count
     * @param answeredTicket up to which a session has confirmed
     */
    List<MirrorEntry> takeConfirmed(
            ImmutableSet<ProcessId> alive, ImmutableSet<ProcessId> gone, ToLongFunction<ProcessId> answeredTicket) {
        List<MirrorEntry> confirmed = new ArrayList<>();
        for (Iterator<Departure> all = waiting.iterator(); all.hasNext(); ) {
            Departure departure = all.next();
            boolean answered = Stream.concat(
                            alive.stream(), departure.asked.stream().filter(gone::contains))
                    .allMatch(session -> answeredTicket.applyAsLong(session) >= departure.ticket);
            if (answered || departure.sweeps > MAX_SWEEPS) {
                confirmed.add(departure.entry);
                all.remove();
            }
        }
        return confirmed;
    }

    List<MirrorEntry> takeAll() {
        List<MirrorEntry> all =
                waiting.stream().map(departure -> departure.entry).toList();
        waiting.clear();
        return all;
    }

    /** Called at regular intervals. */
    void sweep() {
        waiting.forEach(departure -> departure.sweeps++);
    }

    private static final class Departure {
        private final MirrorEntry entry;
        private final ImmutableSet<ProcessId> asked;
        private long ticket;
        private int sweeps;

        Departure(MirrorEntry entry, ImmutableSet<ProcessId> asked, long ticket) {
            this.entry = entry;
            this.asked = asked;
            this.ticket = ticket;
        }
    }
}

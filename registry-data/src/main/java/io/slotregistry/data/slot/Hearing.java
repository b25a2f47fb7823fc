package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.model.ProcessId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a new leader has heard every live session, twice. The first confirmations are of different moments: a client
 * that moved between them may be in none. Who lost it did so after it had registered elsewhere, so confirmations that
 * were asked for after all first ones have it. A session that reaches meta but not this server holds up the others for
 * a bounded time, if what it told before is here. Belongs to the loop of the slot.
 */
final class Hearing {
    private static final Logger LOG = LoggerFactory.getLogger(Hearing.class);

    private final RollCall first;
    private final Watchers watchers;
    private final Departures departures;
    private final Set<ProcessId> excused = new HashSet<>();
    private long ticket;
    private int sweeps;

    Hearing(RollCall first, Watchers watchers, Departures departures) {
        this.first = first;
        this.watchers = watchers;
        this.departures = departures;
    }

    void view(ImmutableSet<ProcessId> alive, ImmutableSet<ProcessId> gone) {
        first.view(alive, gone);
    }

    /** False when the session does not know yet that this process leads: it may count the changes of another. */
    boolean confirmed(ProcessId session, long epoch) {
        first.confirmed(session, epoch);
        return first.counts(epoch);
    }

    /** Nobody is waited for any more, not even those who ended. */
    boolean isOver() {
        return first.isOver();
    }

    /** A session ended and told this leader nothing. */
    boolean missedSomebody() {
        return first.missedSomebody();
    }

    /** Asks for the second confirmations when the first ones are there. */
    boolean isDone(ImmutableSet<ProcessId> alive) {
        if (!first.aliveHeard()) {
            return false;
        }
        if (ticket == 0) {
            ticket = departures.nextTicket();
        }
        watchers.ask(alive, ticket);
        return alive.stream()
                .allMatch(session -> excused.contains(session) || watchers.answeredTicket(session) >= ticket);
    }

    /**
     * Called at regular intervals while somebody is waited for.
     *
     * @param isHeld whether everything that the session told once is here
     */
    void sweep(int slotId, ImmutableSet<ProcessId> alive, Predicate<ProcessId> isHeld) {
        if (++sweeps <= Departures.MAX_SWEEPS) {
            return;
        }
        for (ProcessId session : alive) {
            boolean silent = !first.isHeard(session) || (ticket > 0 && watchers.answeredTicket(session) < ticket);
            if (silent && isHeld.test(session) && excused.add(session)) {
                LOG.warn("event=served-unheard slot={} session={}", slotId, session);
                first.excuse(session);
            }
        }
    }
}

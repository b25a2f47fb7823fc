package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.model.ProcessId;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which session processes have not confirmed their mirrors since an epoch. One that ended unheard is waited for until
 * its clients had the time to come back on another one. Belongs to the loop of the slot.
 */
final class RollCall {
    private final long sinceEpoch;
    private final Set<ProcessId> unheard;
    private ImmutableSet<ProcessId> alive;
    private boolean aliveHeard;
    private boolean missedSomebody;

    RollCall(long sinceEpoch, ImmutableSet<ProcessId> alive, ImmutableSet<ProcessId> gone) {
        this.sinceEpoch = sinceEpoch;
        this.alive = alive;
        this.unheard = new TreeSet<>(alive);
        unheard.addAll(gone);
        count();
    }

    /** A later view. Who comes while others are waited for may have taken over their clients. */
    void view(ImmutableSet<ProcessId> newAlive, ImmutableSet<ProcessId> gone) {
        if (!aliveHeard) {
            newAlive.stream().filter(session -> !alive.contains(session)).forEach(unheard::add);
        }
        alive = newAlive;
        missedSomebody |= unheard.removeIf(session -> !newAlive.contains(session) && !gone.contains(session));
        count();
    }

    void confirmed(ProcessId session, long epoch) {
        if (counts(epoch) && unheard.remove(session)) {
            count();
        }
    }

    /** Whether somebody who acts on a view of that epoch knows this server as it is. */
    boolean counts(long epoch) {
        return epoch >= sinceEpoch;
    }

    boolean isHeard(ProcessId session) {
        return !unheard.contains(session);
    }

    /** It is not waited for. */
    void excuse(ProcessId session) {
        if (unheard.remove(session)) {
            count();
        }
    }

    /** Every session that is alive has confirmed; that stays so. */
    boolean aliveHeard() {
        return aliveHeard;
    }

    /** Somebody ended unheard. */
    boolean missedSomebody() {
        return missedSomebody;
    }

    /** Nobody is waited for any more. */
    boolean isOver() {
        return unheard.isEmpty();
    }

    private void count() {
        aliveHeard |= unheard.stream().noneMatch(alive::contains);
    }
}

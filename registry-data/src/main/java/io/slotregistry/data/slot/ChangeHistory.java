package io.slotregistry.data.slot;

import io.slotregistry.runtime.Limit;
import io.slotregistry.runtime.Limits;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which registerIds of a datum changed with which of its last versions. Belongs to the loop of its slot. */
final class ChangeHistory {
    private final Limits limits;
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private long start;

    ChangeHistory(Limits limits) {
        this.limits = limits;
    }

    private record Change(long version, String registerId) {}

    void add(long version, Set<String> registerIds) {
        registerIds.forEach(registerId -> changes.add(new Change(version, registerId)));
        if (changes.size() > limits.of(Limit.HISTORY)) {
            limits.reached(Limit.HISTORY);
        }
        while (changes.size() > limits.of(Limit.HISTORY)) {
            start = changes.remove().version();
        }
    }

    /** Whether all that changed since that version is known. */
    boolean reaches(long version) {
        return version > 0 && version >= start;
    }

    Set<String> since(long version) {
        Set<String> since = new LinkedHashSet<>();
        for (Change change : changes) {
            if (change.version() > version) {
                since.add(change.registerId());
            }
        }
        return since;
    }

    /** It begins anew with this version. */
    void restart(long version) {
        changes.clear();
        start = version;
    }
}

package io.slotregistry.data.slot;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which registerIds of a datum changed with which of its last versions. Belongs to the loop of its slot. */
final class ChangeHistory {
    /** Deltas reach this many changes back; a session that is further behind gets the whole. */
    private static final int LIMIT = 256;

    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private long start;

    private record Change(long version, String registerId) {}

    void add(long version, Set<String> registerIds) {
        registerIds.forEach(registerId -> changes.add(new Change(version, registerId)));
        while (changes.size() > LIMIT) {
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

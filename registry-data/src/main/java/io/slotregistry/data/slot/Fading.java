package io.slotregistry.data.slot;

import com.google.common.collect.LinkedHashMultimap;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of a service although its connection is lost, by content, so that a restarted instance takes the place
 * of the one that it was. Kept by {@link Datum}.
 */
final class Fading {
    private @Nullable LinkedHashMultimap<Long, MirrorEntry> byContent;

    void add(MirrorEntry entry) {
        if (byContent == null) {
            byContent = LinkedHashMultimap.create();
        }
        byContent.put(entry.contentHash, entry);
    }

    void remove(MirrorEntry entry) {
        if (byContent != null && byContent.remove(entry.contentHash, entry) && byContent.isEmpty()) {
            byContent = null;
        }
    }

    /** One of the same address, zone and payload; there may be more, of other instances that say the same. */
    @Nullable
    MirrorEntry repeatedBy(MirrorEntry newcomer) {
        if (byContent == null) {
            return null;
        }
        return byContent.get(newcomer.contentHash).stream()
                .filter(newcomer::repeats)
                .findFirst()
                .orElse(null);
    }
}

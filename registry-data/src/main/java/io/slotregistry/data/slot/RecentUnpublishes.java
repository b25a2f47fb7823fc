package io.slotregistry.data.slot;

import io.slotregistry.model.PublisherId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last registrations of a slot that were unpublished, and at which version: a session that was slow may report an
 * older registration only afterwards. Belongs to the loop of the slot.
 */
final class RecentUnpublishes {
    private static final int LIMIT = 1_024;

    private final Map<PublisherId, Long> versions = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PublisherId, Long> eldest) {
            return size() > LIMIT;
        }
    };

    void add(PublisherId id, long version) {
        Long before = versions.remove(id);
        versions.put(id, before == null ? version : Math.max(before, version));
    }

    /** Null when it was not unpublished, or too long ago. */
    @Nullable
    Long versionOf(PublisherId id) {
        return versions.get(id);
    }
}

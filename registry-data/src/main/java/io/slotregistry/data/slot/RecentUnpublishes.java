package io.slotregistry.data.slot;

import io.slotregistry.model.PublisherId;
import io.slotregistry.runtime.Limit;
import io.slotregistry.runtime.Limits;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last registrations of a slot that were unpublished, and at which version: a session that was slow may report an
 * older registration only afterwards. Belongs to the loop of the slot.
 */
final class RecentUnpublishes {
    private final Limits limits;
    private final Map<PublisherId, Long> versions = new LinkedHashMap<>();

    RecentUnpublishes(Limits limits) {
        this.limits = limits;
    }

    void add(PublisherId id, long version) {
        Long before = versions.remove(id);
        versions.put(id, before == null ? version : Math.max(before, version));
        if (versions.size() > limits.of(Limit.UNPUBLISHED)) {
            versions.remove(versions.keySet().iterator().next());
            limits.reached(Limit.UNPUBLISHED);
        }
    }

    /** Null when it was not unpublished, or too long ago. */
    @Nullable
    Long versionOf(PublisherId id) {
        return versions.get(id);
    }
}

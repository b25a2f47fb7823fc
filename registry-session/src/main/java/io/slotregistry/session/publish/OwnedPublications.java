package io.slotregistry.session.publish;

import com.google.common.collect.ImmutableMap;
import io.slotregistry.model.PublisherId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What each connection owns in the slots of one loop, so that it ends with the connection. Only
 * {@link SlotPublications} writes here, in the same step in which a publication changes hands. Belongs to that loop.
 */
final class OwnedPublications {
    private final Map<Long, Map<PublisherId, SlotPublications>> byConnection = new HashMap<>();

    void took(long connection, PublisherId id, SlotPublications slot) {
        byConnection.computeIfAbsent(connection, key -> new LinkedHashMap<>()).put(id, slot);
    }

    void gaveUp(long connection, PublisherId id) {
        Map<PublisherId, SlotPublications> owned = byConnection.get(connection);
        if (owned != null && owned.remove(id) != null && owned.isEmpty()) {
            byConnection.remove(connection);
        }
    }

    /** With the slot of each. */
    Map<PublisherId, SlotPublications> of(long connection) {
        return byConnection.getOrDefault(connection, ImmutableMap.of());
    }
}

package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Up to which client version the registrations of a registerId are not to be shown, whoever holds them. Belongs to the
 * loop of its slot.
 */
final class HiddenVersions {
    private final Map<String, Long> upTo = new HashMap<>();
    /** Only when another leader may have shown what came after them. */
    private final Map<String, Long> later = new HashMap<>();

    boolean hide(MirrorEntry entry) {
        Long version = upTo.get(entry.registerId);
        return version != null && entry.version <= version;
    }

    void add(String registerId, long version) {
        upTo.merge(registerId, version, Math::max);
    }

    void addLater(String registerId, long version) {
        later.merge(registerId, version, Math::max);
    }

    /** What was added for later. */
    ImmutableMap<String, Long> takeLater() {
        ImmutableMap<String, Long> taken = ImmutableMap.copyOf(later);
        later.clear();
        return taken;
    }

    /** Nobody holds it any more. */
    void forget(String registerId) {
        upTo.remove(registerId);
        later.remove(registerId);
    }
}

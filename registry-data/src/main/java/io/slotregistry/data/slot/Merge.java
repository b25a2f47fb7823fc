package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Interner;
import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Cause;
import io.slotregistry.slot.DigestKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The data of one slot, as what changes in the mirrors makes them. Belongs to the loop of the slot. */
final class Merge implements Mirror.MirrorListener {
    private final DigestKey key;
    private final Interner<String> names;
    private final Departures departures;
    private final Map<String, Datum> data = new HashMap<>();
    private final Set<Datum> touched = new LinkedHashSet<>();
    private final RecentUnpublishes recentUnpublishes = new RecentUnpublishes();
    private ImmutableSet<ProcessId> alive = ImmutableSet.of();
    private boolean holdsDepartures;

    Merge(DigestKey key, Interner<String> names, Departures departures) {
        this.key = key;
        this.names = names;
        this.departures = departures;
    }

    Collection<Datum> data() {
        return data.values();
    }

    @Nullable
    Datum get(String dataInfoId) {
        return data.get(dataInfoId);
    }

    /** Made when it is asked for first. */
    Datum datumOf(String dataInfoId) {
        return data.computeIfAbsent(names.intern(dataInfoId), id -> new Datum(id, key));
    }

    void dropIfUnused(Datum datum) {
        if (datum.isUnused()) {
            data.remove(datum.dataInfoId());
        }
    }

    /** What changed since the last time. */
    List<Datum> takeTouched() {
        List<Datum> taken = List.copyOf(touched);
        touched.clear();
        return taken;
    }

    /**
     * Whether this server tells subscribers, so that nobody may leave too early.
     *
     * @param sessions that are alive
     */
    void holdDepartures(boolean hold, ImmutableSet<ProcessId> sessions) {
        holdsDepartures = hold;
        alive = sessions;
        if (!hold) {
            departures.takeAll().forEach(this::leave);
        }
    }

    @Override
    public void added(MirrorEntry entry) {
        Datum datum = datumOf(entry.dataInfoId);
        datum.add(entry);
        Long unpublished = recentUnpublishes.versionOf(entry.registerId);
        if (unpublished != null) {
            datum.unpublish(entry.registerId, unpublished);
        }
        touched.add(datum);
    }

    @Override
    public void replaced(MirrorEntry entry) {
        leave(entry);
    }

    @Override
    public void removed(MirrorEntry entry, Cause cause) {
        if (holdsDepartures && cause != Cause.UNPUBLISHED) {
            departures.add(entry, alive);
        } else {
            leave(entry);
        }
    }

    /** Not shown any longer: an earlier leader may have shown what came after it. */
    @Override
    public void outdated(MirrorEntry entry) {
        leave(entry);
    }

    @Override
    public void passedBy(String dataInfoId, String registerId, long version) {
        departures.lostAgain(registerId);
        hide(dataInfoId, registerId, version - 1);
    }

    @Override
    public void unpublished(String dataInfoId, String registerId, long version) {
        recentUnpublishes.add(registerId, version);
        hide(dataInfoId, registerId, version);
    }

    private void hide(String dataInfoId, String registerId, long upToVersion) {
        Datum datum = data.get(dataInfoId);
        if (datum != null) {
            datum.unpublish(registerId, upToVersion);
            touched.add(datum);
        }
    }

    /** What an earlier session still holds from before this registration does not come back in its place. */
    void leave(MirrorEntry entry) {
        Datum datum = datumOf(entry.dataInfoId);
        datum.remove(entry);
        datum.unpublish(entry.registerId, entry.version - 1);
        touched.add(datum);
    }
}

package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.cluster.BlockedClients;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.PublisherId;
import io.slotregistry.model.RegistrationId;
import io.slotregistry.proto.Cause;
import io.slotregistry.timeline.Timeline;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The data of one slot, as what changes in the mirrors makes them. Belongs to the loop of the slot. */
final class Merge implements Mirror.MirrorListener, Ownership.Shown {
    private final SlotContext context;
    private final Timeline timeline;
    private final Departures departures;
    private final LossGuard guard;
    private final Ownership ownership;
    private final Runnable decided;
    private final Map<String, Datum> data = new HashMap<>();
    private final Set<Datum> touched = new LinkedHashSet<>();
    /** What has lost its connection, and what no session has any more, since the last time. */
    private final Map<String, List<MirrorEntry>> lost = new LinkedHashMap<>();

    private final Map<String, List<MirrorEntry>> gone = new LinkedHashMap<>();
    private final RecentUnpublishes recentUnpublishes;
    private ImmutableSet<ProcessId> asked = ImmutableSet.of();
    private boolean holdsDepartures;
    private BlockedClients blocked = BlockedClients.NONE;

    /**
     * @param complete every session's mirror was here once
     * @param decided called when something is to be committed that time alone has changed
     */
    Merge(SlotContext context, Departures departures, BooleanSupplier complete, Runnable decided) {
        this.context = context;
        this.timeline = context.timeline();
        this.departures = departures;
        this.guard = new LossGuard(context, this::leave, decided);
        this.ownership = new Ownership(context, this, complete);
        this.recentUnpublishes = new RecentUnpublishes(context.limits());
        this.decided = decided;
    }

    LossGuard guard() {
        return guard;
    }

    Ownership ownership() {
        return ownership;
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
        return data.computeIfAbsent(context.names().intern(dataInfoId), id -> {
            Datum datum = new Datum(id, context.key(), context.limits());
            datum.block(blocked.of(id));
            return datum;
        });
    }

    void dropIfUnused(Datum datum) {
        if (datum.isUnused()) {
            data.remove(datum.dataInfoId());
        }
    }

    /** What changed since the last time; losses that came together are weighed together. */
    List<Datum> takeTouched() {
        lost.forEach((dataInfoId, entries) -> guard.lost(datumOf(dataInfoId), entries));
        lost.clear();
        gone.forEach((dataInfoId, entries) -> guard.gone(datumOf(dataInfoId), entries));
        gone.clear();
        List<Datum> taken = List.copyOf(touched);
        touched.clear();
        return taken;
    }

    /** Shows what is held back of a service's losses. False when nothing is. */
    boolean release(String dataInfoId, String reason) {
        Datum datum = data.get(dataInfoId);
        return datum != null && guard.release(datum, reason);
    }

    /**
     * Whether this server tells subscribers, so that nobody may leave too early.
     *
     * @param sessions one of which may have the client of whoever departs
     */
    void holdDepartures(boolean hold, ImmutableSet<ProcessId> sessions) {
        holdsDepartures = hold;
        asked = sessions;
        if (!hold) {
            departures.takeAll().forEach(this::gone);
        }
    }

    /** Whose publications are shown to nobody from here on. */
    void block(BlockedClients clients) {
        blocked = clients;
        for (Datum datum : data.values()) {
            for (MirrorEntry entry : datum.block(clients.of(datum.dataInfoId()))) {
                noteBlocked(entry.blocked ? Kind.BLOCKED : Kind.UNBLOCKED, entry);
                if (entry.blocked) {
                    Losses.forget(entry);
                } else if (entry.isFading()) {
                    addTo(lost, entry);
                }
                touched.add(datum);
            }
        }
    }

    private void noteBlocked(Kind kind, MirrorEntry entry) {
        timeline.record(kind, entry.dataInfoId, entry.registerId, entry.version, entry.clientAddress);
    }

    @Override
    public void added(MirrorEntry entry) {
        ownership.added(entry);
    }

    @Override
    public @Nullable MirrorEntry newest(RegistrationId id) {
        Datum datum = data.get(id.dataInfoId());
        return datum == null ? null : datum.newest(id.registerId());
    }

    @Override
    public void show(MirrorEntry entry) {
        Datum datum = datumOf(entry.dataInfoId);
        Kind kind = entry.lost ? Kind.CONNECTION_LOST : Kind.PUBLISHED;
        timeline.record(kind, entry.dataInfoId, entry.registerId, entry.version, entry.session);
        boolean newcomer = !entry.lost && datum.newest(entry.registerId) == null;
        MirrorEntry before = datum.add(entry);
        if (entry.tellsOfLoss(before) && (entry.takesPlaceOf(before) || datum.shows(entry))) {
            addTo(lost, entry);
        }
        MirrorEntry repeated = newcomer ? datum.supersede(entry) : null;
        if (repeated != null) {
            timeline.record(Kind.SUPERSEDED, entry.dataInfoId, repeated.registerId, repeated.version, entry.registerId);
        }
        if (entry.blocked) {
            noteBlocked(Kind.BLOCKED, entry);
        }
        Long unpublished = recentUnpublishes.versionOf(entry.id);
        if (unpublished != null) {
            datum.unpublish(entry.registerId, unpublished);
        }
        touched.add(datum);
    }

    @Override
    public void hide(MirrorEntry entry) {
        Datum datum = datumOf(entry.dataInfoId);
        datum.remove(entry);
        touched.add(datum);
    }

    @Override
    public void decided() {
        decided.run();
    }

    @Override
    public void replaced(MirrorEntry entry) {
        if (!ownership.stopsWaiting(entry)) {
            leave(entry);
            ownership.gone(entry);
        }
    }

    @Override
    public void removed(MirrorEntry entry, Cause cause) {
        timeline.record(Kind.REMOVED, entry.dataInfoId, entry.registerId, entry.version, cause);
        if (ownership.stopsWaiting(entry)) {
            return;
        }
        if (cause == Cause.UNPUBLISHED) {
            Losses.forget(entry);
            leave(entry);
            ownership.gone(entry);
            return;
        }
        Datum datum = datumOf(entry.dataInfoId);
        if (!entry.lost && datum.shows(entry)) {
            addTo(lost, entry);
        }
        datum.depart(entry);
        ownership.gone(entry);
        if (holdsDepartures) {
            departures.add(entry, asked);
        } else {
            gone(entry);
        }
    }

    /** No session has it any more. */
    void gone(MirrorEntry entry) {
        addTo(gone, entry);
    }

    private static void addTo(Map<String, List<MirrorEntry>> entries, MirrorEntry entry) {
        entries.computeIfAbsent(entry.dataInfoId, id -> new ArrayList<>()).add(entry);
    }

    @Override
    public void passedBy(PublisherId id, long version) {
        departures.lostAgain(id);
        Datum datum = datumOfOwner(id);
        if (datum != null && datum.passedBy(id.registerId(), version)) {
            touched.add(datum);
        }
    }

    @Override
    public void heldBefore(PublisherId id, long claimedMillis, long lostMillis) {
        ownership.heldBefore(id, claimedMillis, lostMillis);
    }

    @Override
    public void unpublished(PublisherId id, long version) {
        recentUnpublishes.add(id, version);
        Datum datum = datumOfOwner(id);
        if (datum != null) {
            datum.unpublish(id.registerId(), version);
            touched.add(datum);
        }
    }

    /** Null when what is there of the registration is of another address, or there is nothing. */
    private @Nullable Datum datumOfOwner(PublisherId id) {
        MirrorEntry newest = newest(id.registration());
        return newest != null && newest.id.host().equals(id.host()) ? data.get(id.dataInfoId()) : null;
    }

    /** What an earlier session still holds from before this registration does not come back in its place. */
    private void leave(MirrorEntry entry) {
        Datum datum = datumOf(entry.dataInfoId);
        datum.remove(entry);
        if (ownership.isShownAddress(entry)) {
            datum.unpublish(entry.registerId, entry.version - 1);
        }
        touched.add(datum);
    }
}

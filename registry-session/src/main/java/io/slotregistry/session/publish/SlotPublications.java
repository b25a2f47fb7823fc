package io.slotregistry.session.publish;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import io.slotregistry.model.PublisherId;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.Claim;
import io.slotregistry.proto.Removal;
import io.slotregistry.runtime.Limit;
import io.slotregistry.runtime.Limits;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.DigestValue;
import io.slotregistry.slot.SlotDigest;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The truth about this session's publications in one slot. Every change has a sequence number and reaches every stream
 * of the slot. Belongs to the loop of the slot.
 */
public final class SlotPublications {
    private final int slotId;
    /** Sorted, so that what clients at several addresses registered under one registerId stands side by side. */
    private final NavigableMap<PublisherId, Publication> byId = new TreeMap<>();

    private final Set<SlotStream> streams = new LinkedHashSet<>();
    private final Map<String, Long> bytesByService = new HashMap<>();
    private final SlotDigest digest;
    private final OwnedPublications owned;
    private final Limits limits;
    /**
     * Unpublished registrations are remembered so that a late one does not bring them back, and these and lost ones so
     * that a data server that comes to the slot later hides what it has of them from another session: as many of each
     * as there are publications, or {@link Limit#REMOVALS}.
     */
    private final Map<PublisherId, Removal> unpublished = new LinkedHashMap<>();

    private final Map<PublisherId, Removal> lost = new LinkedHashMap<>();
    private long seq;

    /** With the usual limits. */
    SlotPublications(int slotId, DigestKey key, OwnedPublications owned) {
        this(slotId, key, owned, new Limits());
    }

    SlotPublications(int slotId, DigestKey key, OwnedPublications owned, Limits limits) {
        this.slotId = slotId;
        this.owned = owned;
        this.limits = limits;
        this.digest = new SlotDigest(key);
    }

    public int slotId() {
        return slotId;
    }

    Limits limits() {
        return limits;
    }

    public int size() {
        return byId.size();
    }

    /** Number of registerIds that are remembered for the data servers, counted for each of them. */
    int backlog() {
        return unpublished.size()
                + lost.size()
                + streams.stream().mapToInt(SlotStream::backlog).sum();
    }

    public @Nullable Publication get(PublisherId id) {
        return byId.get(id);
    }

    /**
     * False when the registration is older than what is known of it; a repeated one changes nothing. What a client at
     * another address has of the same name is left alone: data servers decide which of them is shown.
     */
    boolean put(Publication publication) {
        Publication held = byId.get(publication.id());
        Removal removal = unpublished.get(publication.id());
        if ((held != null && held.version() > publication.version())
                || (removal != null && removal.getVersion() >= publication.version())) {
            return false;
        }
        if (held == null || !held.isRepeatedBy(publication)) {
            replace(publication.after(held));
            lost.remove(publication.id());
        }
        return true;
    }

    /** Whether a client at another address has it, as far as is known here. */
    boolean isHeldElsewhere(PublisherId id) {
        Publication held = byId.get(id);
        return (held != null && held.waiting())
                || isRival(byId.lowerEntry(id), id)
                || isRival(byId.higherEntry(id), id);
    }

    private static boolean isRival(Map.@Nullable Entry<PublisherId, Publication> neighbour, PublisherId id) {
        return neighbour != null
                && neighbour.getKey().isRivalOf(id)
                && !neighbour.getValue().waiting();
    }

    /** What the leader has decided about claims of several addresses. */
    public void decided(List<Claim> claims) {
        for (Claim claim : claims) {
            Publication held = byId.get(new PublisherId(claim.getDataInfoId(), claim.getRegisterId(), claim.getHost()));
            if (held != null && held.waiting() != claim.getWaiting()) {
                replace(held.withWaiting(claim.getWaiting()));
            }
        }
    }

    private void replace(Publication publication) {
        Publication before = byId.put(publication.id(), publication);
        count(publication, 1);
        if (before != null) {
            count(before, -1);
            before.removeFrom(digest);
            owned.gaveUp(before.connection(), publication.id());
        }
        publication.addTo(digest);
        owned.took(publication.connection(), publication.id(), this);
        seq++;
        streams.forEach(stream -> stream.changed(publication.id(), null));
    }

    /**
     * Told to the data servers even if nothing is held here: another session may still show the registration. False,
     * and without any effect, when a newer registration is held.
     */
    boolean unpublish(PublisherId id, long version) {
        Publication held = byId.get(id);
        if (held != null && held.version() > version) {
            return false;
        }
        lost.remove(id);
        remember(unpublished, id, drop(id, removal(id, version, Cause.UNPUBLISHED)));
        return true;
    }

    private void remember(Map<PublisherId, Removal> removals, PublisherId id, Removal removal) {
        removals.remove(id);
        removals.put(id, removal);
        forgetEldest(unpublished);
        forgetEldest(lost);
    }

    private void forgetEldest(Map<PublisherId, Removal> removals) {
        int limit = Math.max(limits.of(Limit.REMOVALS), byId.size());
        for (Iterator<PublisherId> eldest = removals.keySet().iterator(); removals.size() > limit; ) {
            eldest.next();
            eldest.remove();
            limits.reached(Limit.REMOVALS);
        }
    }

    /** Tells that the connection is closed, if it still owns the registration. */
    void markLost(PublisherId id, long connection) {
        Publication held = byId.get(id);
        if (held != null && held.connection() == connection) {
            replace(held.withLost());
        }
    }

    /** Removes the registration if this connection still owns it; null when it does not. */
    @Nullable
    Publication removeOwned(PublisherId id, long connection, long nowMillis) {
        Publication held = byId.get(id);
        if (held == null || held.connection() != connection) {
            return null;
        }
        Removal.Builder removal = removal(id, held.version(), Cause.CONNECTION_LOST);
        if (!held.waiting()) {
            removal.setClaimed(held.claimedMillis()).setLostMillis(nowMillis);
        }
        remember(lost, id, drop(id, removal));
        return held;
    }

    private static Removal.Builder removal(PublisherId id, long version, Cause cause) {
        return Removal.newBuilder()
                .setRegisterId(id.registerId())
                .setDataInfoId(id.dataInfoId())
                .setHost(id.host())
                .setVersion(version)
                .setCause(cause);
    }

    private Removal drop(PublisherId id, Removal.Builder made) {
        Publication held = byId.remove(id);
        if (held != null) {
            count(held, -1);
            held.removeFrom(digest);
            owned.gaveUp(held.connection(), id);
        }
        seq++;
        Removal removal = made.build();
        streams.forEach(stream -> stream.changed(id, removal));
        return removal;
    }

    private void count(Publication publication, int sign) {
        long bytes = publication.bytes();
        if (sign > 0) {
            publication.share().add(bytes);
        } else {
            publication.share().giveBack(bytes);
        }
        bytesByService.merge(publication.id().dataInfoId(), sign * bytes, (before, change) -> {
            long after = before + change;
            return after == 0 ? null : after;
        });
    }

    /** That it takes to hold the publishers of a service, roughly. */
    long bytesOf(String dataInfoId) {
        return bytesByService.getOrDefault(dataInfoId, 0L);
    }

    long seq() {
        return seq;
    }

    int count() {
        return digest.count();
    }

    DigestValue digest() {
        return digest.value();
    }

    ImmutableList<Publication> all() {
        return ImmutableList.copyOf(byId.values());
    }

    /** What was removed lately and what for; reaches beyond this session's own mirror. */
    Iterable<Map.Entry<PublisherId, Removal>> removals() {
        return Iterables.concat(lost.entrySet(), unpublished.entrySet());
    }

    void attach(SlotStream stream) {
        streams.add(stream);
    }

    void detach(SlotStream stream) {
        streams.remove(stream);
    }
}

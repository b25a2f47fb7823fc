package io.slotregistry.session.publish;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.Removal;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.DigestValue;
import io.slotregistry.slot.SlotDigest;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The truth about this session's publications in one slot. Every change has a sequence number and reaches every stream
 * of the slot. Belongs to the loop of the slot.
 */
public final class SlotPublications {
    /**
     * How many unpublished registerIds are remembered, so that a late registration does not bring one back, and how
     * many unpublished and how many lost ones, so that a data server that comes to the slot later hides what it has of
     * them from another session: this many, or as many as there are publications.
     */
    private static final int MIN_REMEMBERED = 256;

    private final int slotId;
    private final Map<String, Publication> byRegisterId = new HashMap<>();
    private final Set<SlotStream> streams = new LinkedHashSet<>();
    private final SlotDigest digest;
    private final Map<String, Removal> unpublished = new LinkedHashMap<>();
    private final Map<String, Removal> lost = new LinkedHashMap<>();
    private long seq;

    public SlotPublications(int slotId, DigestKey key) {
        this.slotId = slotId;
        this.digest = new SlotDigest(key);
    }

    public int slotId() {
        return slotId;
    }

    public int size() {
        return byRegisterId.size();
    }

    /** Number of registerIds that are remembered for the data servers, counted for each of them. */
    int backlog() {
        return unpublished.size()
                + lost.size()
                + streams.stream().mapToInt(SlotStream::backlog).sum();
    }

    public @Nullable Publication get(String registerId) {
        return byRegisterId.get(registerId);
    }

    /** False when the registration is older than what is known of it; a repeated one changes nothing. */
    public boolean put(Publication publication) {
        Publication held = byRegisterId.get(publication.registerId());
        Removal removal = unpublished.get(publication.registerId());
        if ((held != null && held.version() > publication.version())
                || (removal != null && removal.getVersion() >= publication.version())) {
            return false;
        }
        if (held == null || !held.isRepeatedBy(publication)) {
            replace(publication);
            lost.remove(publication.registerId());
        }
        return true;
    }

    private void replace(Publication publication) {
        Publication before = byRegisterId.put(publication.registerId(), publication);
        if (before != null) {
            before.removeFrom(digest);
        }
        publication.addTo(digest);
        seq++;
        streams.forEach(stream -> stream.changed(publication.registerId(), null));
    }

    /** Told to the data servers even if nothing is held here: another session may still show the registration. */
    public void unpublish(String registerId, String dataInfoId, long version) {
        Publication held = byRegisterId.get(registerId);
        if (held != null && held.version() > version) {
            return;
        }
        lost.remove(registerId);
        remember(unpublished, drop(registerId, dataInfoId, version, Cause.UNPUBLISHED));
    }

    private void remember(Map<String, Removal> removals, Removal removal) {
        removals.remove(removal.getRegisterId());
        removals.put(removal.getRegisterId(), removal);
        forgetEldest(unpublished);
        forgetEldest(lost);
    }

    private void forgetEldest(Map<String, Removal> removals) {
        int limit = Math.max(MIN_REMEMBERED, byRegisterId.size());
        for (Iterator<String> eldest = removals.keySet().iterator(); removals.size() > limit; ) {
            eldest.next();
            eldest.remove();
        }
    }

    /** Tells that the connection is closed, if it still owns the registration. */
    void markLost(String registerId, long connection) {
        Publication held = byRegisterId.get(registerId);
        if (held != null && held.connection() == connection) {
            replace(held.withLost());
        }
    }

    /** Removes the registration if this connection still owns it; null when it does not. */
    @Nullable
    Publication removeOwned(String registerId, long connection) {
        Publication held = byRegisterId.get(registerId);
        if (held == null || held.connection() != connection) {
            return null;
        }
        remember(lost, drop(registerId, held.dataInfoId(), held.version(), Cause.CONNECTION_LOST));
        return held;
    }

    private Removal drop(String registerId, String dataInfoId, long version, Cause cause) {
        Publication held = byRegisterId.remove(registerId);
        if (held != null) {
            held.removeFrom(digest);
        }
        seq++;
        Removal removal = Removal.newBuilder()
                .setRegisterId(registerId)
                .setDataInfoId(dataInfoId)
                .setVersion(version)
                .setCause(cause)
                .build();
        streams.forEach(stream -> stream.changed(registerId, removal));
        return removal;
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
        return ImmutableList.copyOf(byRegisterId.values());
    }

    /** What was removed lately and what for; reaches beyond this session's own mirror. */
    Iterable<Removal> removals() {
        return Iterables.concat(lost.values(), unpublished.values());
    }

    void attach(SlotStream stream) {
        streams.add(stream);
    }

    void detach(SlotStream stream) {
        streams.remove(stream);
    }
}

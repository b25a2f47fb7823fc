package io.slotregistry.data.slot;

import com.google.common.collect.Interner;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.PublisherId;
import io.slotregistry.proto.Batch;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.Publication;
import io.slotregistry.proto.Removal;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SnapshotChunk;
import io.slotregistry.proto.SnapshotReason;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.DigestValue;
import io.slotregistry.slot.SlotDigest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exact copy of one session process's publications in one slot. The session is the only writer. A batch carries
 * state and may be repeated; late messages do not get here. Belongs to the loop of its slot.
 */
final class Mirror {
    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);
    /** With a renew after it, how long one session's bad mirror holds up what all sessions are waited for. */
    private static final long PATIENCE_MILLIS = 3_000;

    private final ProcessId session;
    private final DigestKey key;
    private final Interner<String> names;
    private final MirrorListener listener;
    private final Map<PublisherId, MirrorEntry> entries = new HashMap<>();
    private SlotDigest digest;
    private long seq;
    private boolean complete;
    private boolean differs;
    private long differsSinceMillis;
    private long lastSnapshotId;
    private @Nullable Staging staging;

    Mirror(ProcessId session, DigestKey key, Interner<String> names, MirrorListener listener) {
        this.session = session;
        this.key = key;
        this.names = names;
        this.listener = listener;
        this.digest = new SlotDigest(key);
    }

    /** What changes in a mirror, in the order of changes. */
    interface MirrorListener {
        void added(MirrorEntry entry);

        /** A newer one of the same session is there already. */
        void replaced(MirrorEntry entry);

        void removed(MirrorEntry entry, Cause cause);

        /** The session had it for a while that this mirror knows nothing of. */
        void passedBy(PublisherId id, long version);

        /** This mirror never held what the session held from the one time until it lost it at the other. */
        default void heldBefore(PublisherId id, long claimedMillis, long lostMillis) {}

        /** The session removed, at this version, a publication that its mirror need not have held. */
        void unpublished(PublisherId id, long version);
    }

    ProcessId session() {
        return session;
    }

    /** Everything that the session had told at some moment is here. */
    boolean isComplete() {
        return complete;
    }

    int size() {
        return entries.size();
    }

    Iterable<MirrorEntry> entries() {
        return entries.values();
    }

    /** Why a snapshot is needed, after all that the session says here. */
    SnapshotReason apply(SlotSync row) {
        SnapshotReason wanted = row.hasBatch() ? apply(row.getBatch()) : SnapshotReason.NOT_WANTED;
        if (row.hasSnapshot()) {
            wanted = apply(row.getSnapshot());
        }
        return wanted == SnapshotReason.NOT_WANTED && row.hasRenew() ? compare(row.getRenew()) : wanted;
    }

    /**
     * Why a snapshot is needed; none is when the batch was applied. One that is limited in size may end below what is
     * here, when its session did not hear that an earlier one arrived.
     */
    SnapshotReason apply(Batch batch) {
        if (!complete) {
            return SnapshotReason.NEW;
        }
        if (batch.getFromSeq() > seq) {
            return SnapshotReason.GAP;
        }
        batch.getPutsList().forEach(this::put);
        batch.getRemovalsList().forEach(this::remove);
        seq = Math.max(seq, batch.getToSeq());
        return SnapshotReason.NOT_WANTED;
    }

    /** Why the snapshot must be started again; it need not when the chunk was taken or is old. */
    SnapshotReason apply(SnapshotChunk chunk) {
        if (chunk.getSnapshotId() <= lastSnapshotId) {
            return SnapshotReason.NOT_WANTED;
        }
        if (chunk.getIndex() == 0 && (staging == null || staging.snapshotId < chunk.getSnapshotId())) {
            staging = new Staging(chunk.getSnapshotId());
        }
        if (staging == null || !staging.take(chunk)) {
            staging = null;
            return SnapshotReason.GAP;
        }
        if (chunk.getLast()) {
            replaceBy(staging.publications, chunk.getSeq());
            lastSnapshotId = chunk.getSnapshotId();
            staging = null;
        }
        return SnapshotReason.NOT_WANTED;
    }

    /** Why a snapshot is needed; none is when the mirror is exact or the row cannot be compared. */
    SnapshotReason compare(Renew renew) {
        if (!complete) {
            return staging == null ? SnapshotReason.NEW : SnapshotReason.NOT_WANTED;
        }
        if (renew.getSeq() < seq) {
            return SnapshotReason.NOT_WANTED;
        }
        if (renew.getSeq() > seq) {
            return SnapshotReason.GAP;
        }
        DigestValue theirs = new DigestValue(renew.getDigestHigh(), renew.getDigestLow());
        boolean same = renew.getCount() == digest.count() && theirs.equals(digest.value());
        return same ? SnapshotReason.NOT_WANTED : SnapshotReason.MISMATCH;
    }

    /**
     * Whether whoever waits for this mirror need not wait any longer: it is exact, or it has differed for so long that
     * repairs do not help. What its session says goes on to be applied in either case.
     */
    boolean confirms(Renew renew, long nowMillis) {
        if (!complete || renew.getSeq() < seq) {
            return false;
        }
        if (compare(renew) == SnapshotReason.NOT_WANTED) {
            agree(nowMillis);
            return true;
        }
        if (!differs) {
            differs = true;
            differsSinceMillis = nowMillis;
            LOG.warn(
                    "event=mirror-differs session={} seq={}/{} publications={}/{}",
                    session,
                    seq,
                    renew.getSeq(),
                    digest.count(),
                    renew.getCount());
        }
        return nowMillis - differsSinceMillis >= PATIENCE_MILLIS;
    }

    /** The last renew found it to differ. */
    boolean differs() {
        return differs;
    }

    private void agree(long nowMillis) {
        if (differs) {
            differs = false;
            LOG.info("event=mirror-agrees session={} afterMillis={}", session, nowMillis - differsSinceMillis);
        }
    }

    /** The session process is gone for good. */
    void clear(Cause cause) {
        for (MirrorEntry entry : entries.values()) {
            listener.removed(entry, cause);
        }
        entries.clear();
        digest = new SlotDigest(key);
        complete = false;
    }

    private void put(Publication publication) {
        put(new MirrorEntry(session, publication, key, names));
    }

    /** The new entry is linked before the old one is unlinked, so that the registerId is never seen to be missing. */
    private void put(MirrorEntry entry) {
        MirrorEntry before = entries.put(entry.id, entry);
        entry.addTo(digest);
        listener.added(entry);
        if (before != null) {
            before.removeFrom(digest);
            listener.replaced(before);
        }
    }

    private void remove(Removal removal) {
        PublisherId id = new PublisherId(
                names.intern(removal.getDataInfoId()), removal.getRegisterId(), names.intern(removal.getHost()));
        if (removal.getCause() == Cause.UNPUBLISHED) {
            listener.unpublished(id, removal.getVersion());
        }
        MirrorEntry before = entries.remove(id);
        if (before != null) {
            before.removeFrom(digest);
            if (before.version < removal.getVersion()) {
                listener.passedBy(id, removal.getVersion());
            }
            listener.removed(before, removal.getCause());
        } else {
            listener.passedBy(id, removal.getVersion());
            if (removal.getClaimed() > 0) {
                listener.heldBefore(id, removal.getClaimed(), removal.getLostMillis());
            }
        }
    }

    /** Only differences reach the listener. */
    private void replaceBy(Map<PublisherId, MirrorEntry> publications, long newSeq) {
        entries.values().removeIf(entry -> {
            boolean gone = !publications.containsKey(entry.id);
            if (gone) {
                entry.removeFrom(digest);
                listener.removed(entry, Cause.UNKNOWN);
            }
            return gone;
        });
        for (MirrorEntry entry : publications.values()) {
            MirrorEntry held = entries.get(entry.id);
            if (held == null || !held.isSameAs(entry)) {
                put(entry);
            }
        }
        seq = newSeq;
        complete = true;
    }

    /** Chunks of one snapshot that has not arrived completely. */
    private final class Staging {
        private final long snapshotId;
        private final Map<PublisherId, MirrorEntry> publications = new LinkedHashMap<>();
        private int nextIndex;

        Staging(long snapshotId) {
            this.snapshotId = snapshotId;
        }

        /** False when the chunk does not belong here; a repeated one is harmless. */
        boolean take(SnapshotChunk chunk) {
            if (chunk.getSnapshotId() != snapshotId || chunk.getIndex() > nextIndex) {
                return false;
            }
            for (Publication publication : chunk.getPublicationsList()) {
                MirrorEntry entry = new MirrorEntry(session, publication, key, names, lastSnapshotId == 0);
                publications.put(entry.id, entry);
            }
            nextIndex = Math.max(nextIndex, chunk.getIndex() + 1);
            return true;
        }
    }
}

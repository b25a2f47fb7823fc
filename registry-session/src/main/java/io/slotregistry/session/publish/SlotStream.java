package io.slotregistry.session.publish;

import com.google.common.collect.ImmutableList;
import io.slotregistry.model.PublisherId;
import io.slotregistry.proto.Batch;
import io.slotregistry.proto.Claim;
import io.slotregistry.proto.Removal;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SnapshotChunk;
import io.slotregistry.proto.SnapshotReason;
import io.slotregistry.runtime.Limit;
import io.slotregistry.runtime.Limits;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far one data server has got with one slot: a snapshot first, then batches of what is dirty. Belongs to the loop
 * of the slot; at most one message is in flight.
 */
public final class SlotStream {
    private final SlotPublications publications;
    private final Limits limits;
    private final Runnable wake;
    /** What is dirty; with the removal when one caused it, so that its version and cause are told. */
    private final Map<PublisherId, Optional<Removal>> dirty = new LinkedHashMap<>();

    private final Map<PublisherId, Optional<Removal>> inFlight = new LinkedHashMap<>();
    private SnapshotReason reason = SnapshotReason.NEW;
    private boolean streaming;
    private boolean confirmDue = true;
    private boolean confirmInFlight;
    private long ackedSeq;
    private long inFlightToSeq;
    private @Nullable Snapshot snapshot;

    /** @param wake called when there is something to send */
    public SlotStream(SlotPublications publications, Runnable wake) {
        this.publications = publications;
        this.limits = publications.limits();
        this.wake = wake;
        publications.attach(this);
    }

    public int slotId() {
        return publications.slotId();
    }

    /** What the leader of the slot has decided. */
    public void decided(List<Claim> claims) {
        publications.decided(claims);
    }

    public void close() {
        publications.detach(this);
    }

    /**
     * Before a snapshot has begun there is nothing to remember, for it will say everything. When far more is dirty than
     * there are publications, a snapshot says it in fewer words; so memory is bounded by publications, not by changes.
     * A snapshot repeats as many removals of either cause as there are publications, and as many change meanwhile.
     */
    void changed(PublisherId id, @Nullable Removal removal) {
        if (streaming || snapshot != null) {
            dirty.put(id, Optional.ofNullable(removal));
            if (dirty.size() > limits.of(Limit.CHANGES_OWED) + 3 * publications.size()) {
                limits.reached(Limit.CHANGES_OWED);
                startOver(SnapshotReason.BACKLOG);
            }
        }
        wake.run();
    }

    /** Number of registerIds that are remembered for the data server. */
    public int backlog() {
        return dirty.size() + inFlight.size() + (snapshot == null ? 0 : snapshot.publications.size());
    }

    public boolean hasMore() {
        return !streaming || !dirty.isEmpty() || confirmDue;
    }

    /** The data server needs to hear soon that its mirror is exact: it is a new one, or leads anew. */
    public void confirmSoon() {
        confirmDue = true;
        wake.run();
    }

    /** The mirror is unknown or wrong, and why. */
    public void startOver(SnapshotReason why) {
        reason = why;
        streaming = false;
        snapshot = null;
        dirty.clear();
        inFlight.clear();
        confirmSoon();
    }

    /** Adds what is to be sent, up to about {@code maxBytes}; the bytes added. */
    public long take(SlotSync.Builder row, long maxBytes, long nextSnapshotId) {
        return streaming ? takeBatch(row, maxBytes) : takeChunk(row, maxBytes, nextSnapshotId);
    }

    /** Adds the renew row if it is due and after what else is in this message there is nothing left to say. */
    public void renew(SlotSync.Builder row, boolean due) {
        boolean complete =
                streaming || (row.getSnapshot().getLast() && row.getSnapshot().getSeq() == publications.seq());
        if (!complete || !dirty.isEmpty() || !(due || confirmDue)) {
            return;
        }
        confirmInFlight = confirmDue;
        confirmDue = false;
        row.setRenew(Renew.newBuilder()
                .setSeq(publications.seq())
                .setCount(publications.count())
                .setDigestHigh(publications.digest().high())
                .setDigestLow(publications.digest().low()));
    }

    /** Why there was a snapshot when the last of it was delivered, else {@code NOT_WANTED}. */
    public SnapshotReason delivered() {
        confirmInFlight = false;
        if (streaming) {
            ackedSeq = Math.max(ackedSeq, inFlightToSeq);
            inFlight.clear();
        } else if (snapshot != null && snapshot.delivered()) {
            ackedSeq = snapshot.seq;
            streaming = true;
            snapshot = null;
            return reason;
        }
        return SnapshotReason.NOT_WANTED;
    }

    /** @param unsynced the data server has not answered for long: a snapshot that it had a part of begins anew */
    public void failed(boolean unsynced) {
        inFlight.forEach(dirty::putIfAbsent);
        inFlight.clear();
        confirmDue |= confirmInFlight;
        confirmInFlight = false;
        if (unsynced && !streaming) {
            startOver(reason);
        }
    }

    private long takeBatch(SlotSync.Builder row, long maxBytes) {
        if (dirty.isEmpty()) {
            return 0;
        }
        Batch.Builder batch = Batch.newBuilder().setFromSeq(ackedSeq);
        long bytes = 0;
        for (Iterator<Map.Entry<PublisherId, Optional<Removal>>> all =
                        dirty.entrySet().iterator();
                all.hasNext() && bytes < maxBytes; ) {
            Map.Entry<PublisherId, Optional<Removal>> next = all.next();
            all.remove();
            bytes += add(next.getKey(), next.getValue(), batch);
            inFlight.put(next.getKey(), next.getValue());
        }
        // A part of what is dirty is sent without moving on: its state is right, only not complete for any later seq.
        inFlightToSeq = dirty.isEmpty() ? publications.seq() : ackedSeq;
        if (!dirty.isEmpty()) {
            limits.reached(Limit.MESSAGE_BYTES);
        }
        row.setBatch(batch.setToSeq(inFlightToSeq));
        return bytes;
    }

    private long add(PublisherId id, Optional<Removal> removal, Batch.Builder batch) {
        Publication held = publications.get(id);
        if (held != null) {
            var put = held.toProto();
            batch.addPuts(put);
            return put.getSerializedSize();
        }
        Removal remove = removal.orElseGet(() -> Removal.newBuilder()
                .setRegisterId(id.registerId())
                .setDataInfoId(id.dataInfoId())
                .setHost(id.host())
                .build());
        batch.addRemovals(remove);
        return remove.getSerializedSize();
    }

    private long takeChunk(SlotSync.Builder row, long maxBytes, long nextSnapshotId) {
        if (snapshot == null) {
            snapshot = new Snapshot(nextSnapshotId, publications.seq(), publications.all());
            // A removal hides what other sessions hold from before, so it is repeated after the snapshot.
            publications.removals().forEach(removal -> dirty.put(removal.getKey(), Optional.of(removal.getValue())));
        }
        long bytes = snapshot.take(row, Math.min(maxBytes, limits.of(Limit.CHUNK_BYTES)));
        if (!row.getSnapshot().getLast()) {
            limits.reached(Limit.CHUNK_BYTES);
        }
        return bytes;
    }

    /** An immutable state on its way, chunk by chunk. */
    private static final class Snapshot {
        private static final int CHUNK_HEADER_BYTES = 16;

        private final long id;
        private final long seq;
        private final ImmutableList<Publication> publications;
        private int index;
        private int sent;
        private int sentAfterChunk;

        Snapshot(long id, long seq, ImmutableList<Publication> publications) {
            this.id = id;
            this.seq = seq;
            this.publications = publications;
        }

        long take(SlotSync.Builder row, long maxBytes) {
            SnapshotChunk.Builder chunk =
                    SnapshotChunk.newBuilder().setSnapshotId(id).setSeq(seq).setIndex(index);
            long bytes = 0;
            int next = sent;
            while (next < publications.size() && bytes < maxBytes) {
                var publication = publications.get(next++).toProto();
                bytes += publication.getSerializedSize();
                chunk.addPublications(publication);
            }
            sentAfterChunk = next;
            row.setSnapshot(chunk.setLast(next == publications.size()));
            return CHUNK_HEADER_BYTES + bytes;
        }

        /** True when that was the last chunk. */
        boolean delivered() {
            sent = sentAfterChunk;
            index++;
            return sent == publications.size();
        }
    }
}

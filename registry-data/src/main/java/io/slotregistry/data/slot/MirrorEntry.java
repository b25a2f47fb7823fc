package io.slotregistry.data.slot;

import com.google.common.collect.Interner;
import com.google.protobuf.ByteString;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.PublisherId;
import io.slotregistry.proto.Publication;
import io.slotregistry.proto.PublisherRow;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.SlotDigest;
import org.jspecify.annotations.Nullable;

/** One publication as one session reported it. Entries of several sessions with the same registerId form a chain. */
final class MirrorEntry {
    final ProcessId session;
    final PublisherId id;
    final String registerId;
    final String dataInfoId;
    final long version;
    final long timestamp;
    final long connection;
    final String clientAddress;
    final String zone;
    final String appName;
    final ByteString payload;
    final long originHash;
    final long contentHash;
    /** Its connection is closed, but its session still has it. */
    final boolean lost;
    /** The connection before this one was lost. */
    final boolean returned;
    /** Its session has heard that a client at another address owns the registration. */
    final boolean waiting;
    /** When its session had it first. */
    final long claimed;
    /** It came with the first snapshot of its mirror, so it may be older than what arrived before it. */
    final boolean early;
    /** Its mirror does not have it any more; it is only shown. */
    boolean departed;
    /** A new instance of the same content stands in its place; only while its connection is lost. */
    boolean superseded;
    /** With which others it was lost last. Kept by {@link LossGuard}. */
    @Nullable
    Losses losses;
    /** It is shown to nobody, by an operator's will. Kept by {@link Datum}. */
    boolean blocked;
    /** The next newest entry with this registerId in another session's mirror. Kept by {@link Datum}. */
    @Nullable
    MirrorEntry older;

    /** @param names shares the strings that many publications have in common */
    MirrorEntry(ProcessId session, Publication publication, DigestKey key, Interner<String> names) {
        this(session, publication, key, names, false);
    }

    MirrorEntry(ProcessId session, Publication publication, DigestKey key, Interner<String> names, boolean early) {
        this.session = session;
        this.registerId = publication.getRegisterId();
        this.dataInfoId = names.intern(publication.getDataInfoId());
        this.id = new PublisherId(
                dataInfoId, registerId, names.intern(PublisherId.hostOf(publication.getClientAddress())));
        this.version = publication.getVersion();
        this.timestamp = publication.getTimestamp();
        this.connection = publication.getConnection();
        this.clientAddress = names.intern(publication.getClientAddress());
        this.zone = names.intern(publication.getZone());
        this.appName = names.intern(publication.getAppName());
        this.payload = publication.getPayload();
        this.lost = publication.getLost();
        this.returned = publication.getReturned();
        this.waiting = publication.getWaiting();
        this.claimed = publication.getClaimed();
        this.early = early;
        this.originHash = key.originHash(dataInfoId, appName, clientAddress);
        this.contentHash = key.contentHash(zone, payload.toByteArray());
    }

    /** Client versions decide; the time of receipt only breaks ties, in which case the content is the same anyway. */
    boolean isNewerThan(MirrorEntry other) {
        if (version != other.version) {
            return version > other.version;
        }
        if (timestamp != other.timestamp) {
            return timestamp > other.timestamp;
        }
        return session.compareTo(other.session) > 0;
    }

    /** Puts it in its place among those with its registerId, and returns the newest of all. */
    MirrorEntry linkInto(@Nullable MirrorEntry head) {
        if (head == null || isNewerThan(head) || comesAfterEndOf(head)) {
            older = head;
            return this;
        }
        MirrorEntry above = head;
        while (above.older != null && !isNewerThan(above.older)) {
            above = above.older;
        }
        older = above.older;
        above.older = this;
        return head;
    }

    /** Its session has it again, whatever its clock says. */
    private boolean comesAfterEndOf(MirrorEntry other) {
        return other.departed && other.session.equals(session) && other.id.equals(id) && version >= other.version;
    }

    /** It is not the newest of them. */
    void unlinkFrom(@Nullable MirrorEntry head) {
        MirrorEntry above = head;
        while (above != null && above.older != this) {
            above = above.older;
        }
        if (above != null) {
            above.older = older;
        }
    }

    boolean isSameAs(MirrorEntry other) {
        return version == other.version
                && timestamp == other.timestamp
                && connection == other.connection
                && lost == other.lost
                && waiting == other.waiting
                && originHash == other.originHash
                && contentHash == other.contentHash;
    }

    /** It may be gone for good, which is not shown yet. */
    boolean isFading() {
        return lost || departed;
    }

    /**
     * Whether it says that a connection was lost of which the one before, if there was one, said nothing. Its session
     * tells only what is current, so the loss may be over by now.
     */
    boolean tellsOfLoss(@Nullable MirrorEntry before) {
        if (before == null || before.isFading()) {
            return before == null && lost;
        }
        return lost || (returned && before.connection != connection && takesPlaceOf(before));
    }

    /** The other one leaves the mirror as this one comes. */
    boolean takesPlaceOf(@Nullable MirrorEntry before) {
        return before != null && !before.departed && before.session.equals(session) && before.id.equals(id);
    }

    /** Another instance from the same host with the same content. */
    boolean repeats(MirrorEntry other) {
        return contentHash == other.contentHash
                && zone.equals(other.zone)
                && payload.equals(other.payload)
                && id.host().equals(other.id.host());
    }

    PublisherRow row() {
        return PublisherRow.newBuilder()
                .setRegisterId(registerId)
                .setClientAddress(clientAddress)
                .setZone(zone)
                .setAppName(appName)
                .setSession(session.toString())
                .setVersion(version)
                .setRegisteredMillis(timestamp)
                .setTrouble(blocked ? "blocked" : departed ? "held" : lost ? "lost" : "")
                .build();
    }

    void addTo(SlotDigest digest) {
        digest.addPublication(registerId, version, timestamp, state(), originHash, contentHash);
    }

    void removeFrom(SlotDigest digest) {
        digest.removePublication(registerId, version, timestamp, state(), originHash, contentHash);
    }

    private long state() {
        return SlotDigest.state(connection, lost, waiting);
    }
}

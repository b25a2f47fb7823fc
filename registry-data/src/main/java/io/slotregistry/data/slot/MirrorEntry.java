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
    /** Its session has heard that a client at another address owns the registration. */
    final boolean waiting;
    /** When its session had it first. */
    final long claimed;
    /** It came with the first snapshot of its mirror, so it may be older than what arrived before it. */
    final boolean early;
    /** Its mirror does not have it any more; it is only shown. */
    boolean departed;
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

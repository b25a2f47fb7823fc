package io.slotregistry.session.publish;

import com.google.protobuf.ByteString;
import io.slotregistry.model.PublisherId;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.session.hold.Footprint;
import io.slotregistry.slot.SlotDigest;
import org.jspecify.annotations.Nullable;

/**
 * One registration of a publisher. Its client is the only one that changes it.
 *
 * @param id whose it is
 * @param version the client's
 * @param timestampMillis when it was received, milliseconds since the epoch
 * @param claimedMillis when this session received the first one without which it has never been since
 * @param connection id of the connection that owns it
 * @param originHash of what it is about and who made it
 * @param contentHash of what subscribers see
 * @param waiting a leader said that a client at another address owns the registration
 * @param lost that connection is closed: the publication goes when its client has not come back in time
 * @param returned the connection before it was lost
 * @param share of what clients make the session hold that it counts in
 */
public record Publication(
        PublisherId id,
        long version,
        long timestampMillis,
        long claimedMillis,
        long connection,
        String clientAddress,
        String zone,
        String appName,
        ByteString payload,
        long originHash,
        long contentHash,
        boolean waiting,
        boolean lost,
        boolean returned,
        ByteBudget share) {

    /** The same registration over the same connection once more. */
    boolean isRepeatedBy(Publication other) {
        return lost == other.lost
                && version == other.version
                && connection == other.connection
                && originHash == other.originHash
                && contentHash == other.contentHash;
    }

    /** That it takes to hold it, roughly. */
    long bytes() {
        return Footprint.ofPublisher(id.registerId(), id.dataInfoId(), zone, appName, payload.size());
    }

    Publication withLost() {
        return with(claimedMillis, waiting, true, returned);
    }

    Publication withWaiting(boolean newWaiting) {
        return with(claimedMillis, newWaiting, lost, returned);
    }

    /** As the next registration of the same. */
    Publication after(@Nullable Publication held) {
        if (held == null) {
            return this;
        }
        boolean back = held.lost || (held.returned && held.connection == connection);
        return with(held.claimedMillis, held.waiting, lost, back);
    }

    private Publication with(long newClaimedMillis, boolean newWaiting, boolean newLost, boolean newReturned) {
        return new Publication(
                id,
                version,
                timestampMillis,
                newClaimedMillis,
                connection,
                clientAddress,
                zone,
                appName,
                payload,
                originHash,
                contentHash,
                newWaiting,
                newLost,
                newReturned,
                share);
    }

    private long state() {
        return SlotDigest.state(connection, lost, waiting);
    }

    io.slotregistry.proto.Publication toProto() {
        return io.slotregistry.proto.Publication.newBuilder()
                .setRegisterId(id.registerId())
                .setDataInfoId(id.dataInfoId())
                .setVersion(version)
                .setTimestamp(timestampMillis)
                .setClaimed(claimedMillis)
                .setConnection(connection)
                .setClientAddress(clientAddress)
                .setZone(zone)
                .setAppName(appName)
                .setPayload(payload)
                .setLost(lost)
                .setWaiting(waiting)
                .setReturned(returned)
                .build();
    }

    void addTo(SlotDigest digest) {
        digest.addPublication(id.registerId(), version, timestampMillis, state(), originHash, contentHash);
    }

    void removeFrom(SlotDigest digest) {
        digest.removePublication(id.registerId(), version, timestampMillis, state(), originHash, contentHash);
    }
}

package io.slotregistry.session.publish;

import com.google.protobuf.ByteString;
import io.slotregistry.model.PublisherId;
import io.slotregistry.slot.SlotDigest;

/**
 * One registration of a publisher. Its client is the only one that changes it.
 *
 * @param id whose it is
 * @param version the client's
 * @param timestampMillis when it was received, milliseconds since the epoch
 * @param connection id of the connection that owns it
 * @param originHash of what it is about and who made it
 * @param contentHash of what subscribers see
 * @param lost that connection is closed: the publication goes when its client has not come back in time
 */
public record Publication(
        PublisherId id,
        long version,
        long timestampMillis,
        long connection,
        String clientAddress,
        String zone,
        String appName,
        ByteString payload,
        long originHash,
        long contentHash,
        boolean lost) {

    /** The same registration over the same connection once more. */
    boolean isRepeatedBy(Publication other) {
        return lost == other.lost
                && version == other.version
                && connection == other.connection
                && originHash == other.originHash
                && contentHash == other.contentHash;
    }

    Publication withLost() {
        return new Publication(
                id,
                version,
                timestampMillis,
                connection,
                clientAddress,
                zone,
                appName,
                payload,
                originHash,
                contentHash,
                true);
    }

    io.slotregistry.proto.Publication toProto() {
        return io.slotregistry.proto.Publication.newBuilder()
                .setRegisterId(id.registerId())
                .setDataInfoId(id.dataInfoId())
                .setVersion(version)
                .setTimestamp(timestampMillis)
                .setConnection(connection)
                .setClientAddress(clientAddress)
                .setZone(zone)
                .setAppName(appName)
                .setPayload(payload)
                .setLost(lost)
                .build();
    }

    void addTo(SlotDigest digest) {
        digest.addPublication(id.registerId(), version, timestampMillis, connection, originHash, contentHash, lost);
    }

    void removeFrom(SlotDigest digest) {
        digest.removePublication(id.registerId(), version, timestampMillis, connection, originHash, contentHash, lost);
    }
}

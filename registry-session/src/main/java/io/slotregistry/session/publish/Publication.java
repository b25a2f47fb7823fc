package io.slotregistry.session.publish;

import com.google.protobuf.ByteString;
import io.slotregistry.slot.SlotDigest;

/**
 * One registration of a publisher. Its client is the only one that changes it.
 *
 * @param version the client's
 * @param timestampMillis when it was received, milliseconds since the epoch
 * @param connection id of the connection that owns it
 * @param contentHash of what subscribers see
 */
public record Publication(
        String registerId,
        String dataInfoId,
        long version,
        long timestampMillis,
        long connection,
        String clientAddress,
        String zone,
        String appName,
        ByteString payload,
        long contentHash) {

    /** The same registration over the same connection once more. */
    boolean isRepeatedBy(Publication other) {
        return version == other.version
                && connection == other.connection
                && contentHash == other.contentHash
                && dataInfoId.equals(other.dataInfoId);
    }

    io.slotregistry.proto.Publication toProto() {
        return io.slotregistry.proto.Publication.newBuilder()
                .setRegisterId(registerId)
                .setDataInfoId(dataInfoId)
                .setVersion(version)
                .setTimestamp(timestampMillis)
                .setConnection(connection)
                .setClientAddress(clientAddress)
                .setZone(zone)
                .setAppName(appName)
                .setPayload(payload)
                .build();
    }

    void addTo(SlotDigest digest) {
        digest.addPublication(registerId, version, timestampMillis, connection, contentHash);
    }

    void removeFrom(SlotDigest digest) {
        digest.removePublication(registerId, version, timestampMillis, connection, contentHash);
    }
}

package io.slotregistry.cluster;

import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.rpc.Address;
import org.jspecify.annotations.Nullable;

/**
 * A node that meta counts as alive.
 *
 * @param address where other nodes reach it
 * @param clientAddress where clients reach it; sessions only
 * @param leaving it drains: it gets no new clients and no new slots
 */
public record Member(
        ProcessId process,
        Address address,
        @Nullable Address clientAddress,
        @Nullable Address httpAddress,
        String zone,
        boolean leaving) {
    public NodeId node() {
        return process.node();
    }

    public Member withLeaving(boolean nowLeaving) {
        return new Member(process, address, clientAddress, httpAddress, zone, nowLeaving);
    }

    public io.slotregistry.proto.Member toProto() {
        var builder = io.slotregistry.proto.Member.newBuilder()
                .setProcess(process.toString())
                .setAddress(address.toString())
                .setZone(zone)
                .setLeaving(leaving);
        if (clientAddress != null) {
            builder.setClientAddress(clientAddress.toString());
        }
        if (httpAddress != null) {
            builder.setHttpAddress(httpAddress.toString());
        }
        return builder.build();
    }

    /** @throws IllegalArgumentException when a field is malformed */
    public static Member fromProto(io.slotregistry.proto.Member proto) {
        return new Member(
                ProcessId.parse(proto.getProcess()),
                Address.parse(proto.getAddress()),
                addressOrNull(proto.getClientAddress()),
                addressOrNull(proto.getHttpAddress()),
                proto.getZone(),
                proto.getLeaving());
    }

    private static @Nullable Address addressOrNull(String text) {
        return text.isEmpty() ? null : Address.parse(text);
    }
}

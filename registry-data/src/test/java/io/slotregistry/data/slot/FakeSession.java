package io.slotregistry.data.slot;

import com.google.common.collect.Interners;
import com.google.protobuf.ByteString;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.PublisherId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Batch;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.Publication;
import io.slotregistry.proto.Removal;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SnapshotChunk;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.VirtualTime;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.SlotDigest;
import io.slotregistry.slot.Version;
import io.slotregistry.slot.VersionClock;
import io.slotregistry.slot.VersionLease;
import io.slotregistry.timeline.Timeline;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What a session holds in one slot, and the messages that tell it. */
final class FakeSession {
    static final DigestKey KEY = new DigestKey(new byte[DigestKey.LENGTH_BYTES]);
    static final String SERVICE = "orders#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";

    final ProcessId process;
    private final Map<String, Publication> held = new LinkedHashMap<>();
    private long seq;
    private long snapshots;

    FakeSession(String name) {
        this.process = new ProcessId(new NodeId(Role.SESSION, name), 1);
    }

    static Publication publication(String registerId, long version, String payload) {
        return Publication.newBuilder()
                .setRegisterId(registerId)
                .setDataInfoId(SERVICE)
                .setVersion(version)
                .setTimestamp(version)
                .setConnection(1)
                .setPayload(ByteString.copyFromUtf8(payload))
                .build();
    }

    /** As if the cluster had begun now. */
    static VersionClock versions(SimulatedClock clock) {
        VersionClock versions = new VersionClock(clock);
        long now = Version.ofMillis(clock.wallMillis());
        versions.follow(new VersionLease(now, now + Version.span(3_600_000)));
        return versions;
    }

    /** With everything on one loop in virtual time. */
    static SlotContext context(VirtualTime time, long clockOffsetMillis, GuardSettings guard) {
        SimulatedClock clock = new SimulatedClock(time, clockOffsetMillis);
        return new SlotContext(
                KEY,
                Interners.newStrongInterner(),
                versions(clock),
                new SimulatedLoop(time),
                clock,
                dataInfoId -> guard,
                new NetworkFaults(clock),
                15_000,
                new Timeline(clock, 1_000));
    }

    Batch put(String registerId, long version, String payload) {
        return put(registerId, version, payload, "");
    }

    /** @param client where it is connected from, {@code ip:port} */
    Batch put(String registerId, long version, String payload, String client) {
        Publication publication = publication(registerId, version, payload).toBuilder()
                .setClientAddress(client)
                .build();
        held.put(registerId, publication);
        return batch().addPuts(publication).build();
    }

    /** Its connection closed; the session keeps it for the grace time. */
    Batch lose(String registerId) {
        Publication publication = Objects.requireNonNull(held.get(registerId)).toBuilder()
                .setLost(true)
                .build();
        held.put(registerId, publication);
        return batch().addPuts(publication).build();
    }

    /** Its client is back over another connection. */
    Batch takeBack(String registerId) {
        Publication before = Objects.requireNonNull(held.get(registerId));
        Publication publication = before.toBuilder()
                .setLost(false)
                .setReturned(true)
                .setConnection(before.getConnection() + 1)
                .build();
        held.put(registerId, publication);
        return batch().addPuts(publication).build();
    }

    Batch remove(String registerId, Cause cause) {
        Publication before = held.remove(registerId);
        return batch().addRemovals(Removal.newBuilder()
                        .setRegisterId(registerId)
                        .setDataInfoId(SERVICE)
                        .setVersion(before == null ? 0 : before.getVersion())
                        .setHost(before == null ? "" : PublisherId.hostOf(before.getClientAddress()))
                        .setCause(cause))
                .build();
    }

    /** Its state in one chunk. */
    SnapshotChunk snapshot() {
        return SnapshotChunk.newBuilder()
                .setSnapshotId(++snapshots)
                .setSeq(seq)
                .setLast(true)
                .addAllPublications(held.values())
                .build();
    }

    Renew renew() {
        SlotDigest digest = new SlotDigest(KEY);
        held.values()
                .forEach(publication -> digest.addPublication(
                        publication.getRegisterId(),
                        publication.getVersion(),
                        publication.getTimestamp(),
                        SlotDigest.state(publication.getConnection(), publication.getLost(), publication.getWaiting()),
                        KEY.originHash(
                                publication.getDataInfoId(), publication.getAppName(), publication.getClientAddress()),
                        KEY.contentHash(
                                publication.getZone(), publication.getPayload().toByteArray())));
        return Renew.newBuilder()
                .setSeq(seq)
                .setCount(digest.count())
                .setDigestHigh(digest.value().high())
                .setDigestLow(digest.value().low())
                .build();
    }

    /** Everything, with the proof that it is everything. */
    SlotSync all() {
        return SlotSync.newBuilder().setSnapshot(snapshot()).setRenew(renew()).build();
    }

    private Batch.Builder batch() {
        return Batch.newBuilder().setFromSeq(seq).setToSeq(++seq);
    }
}

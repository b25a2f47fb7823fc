package io.slotregistry.session.publish;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import com.google.protobuf.ByteString;
import io.slotregistry.model.PublisherId;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Limits;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.client.ClientRequest.Publish;
import io.slotregistry.session.client.ClientRequest.Unpublish;
import io.slotregistry.session.hold.ClientHoldings;
import io.slotregistry.session.hold.Footprint;
import io.slotregistry.session.hold.Room;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.timeline.Timeline;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** All publications in the slots of one loop, by slot and by client. Belongs to that loop. */
public final class Publications {
    private final DigestKey key;
    private final EventLoop loop;
    private final NodeClock clock;
    private final GraceTime graceTime;
    private final Timeline timeline;
    private final Limits limits;
    private final ClientHoldings holdings;
    private final Map<Integer, SlotPublications> slots = new HashMap<>();
    private final OwnedPublications owned = new OwnedPublications();
    private final Interner<String> hosts = Interners.newWeakInterner();
    /** For connections that are about to be closed, how long their clients may take to come back. */
    private final Map<Long, Long> handovers = new HashMap<>();

    /** With the usual limits. */
    Publications(
            DigestKey key,
            EventLoop loop,
            NodeClock clock,
            GraceTime graceTime,
            Timeline timeline,
            ClientHoldings holdings) {
        this(key, loop, clock, graceTime, timeline, new Limits(), holdings);
    }

    public Publications(
            DigestKey key,
            EventLoop loop,
            NodeClock clock,
            GraceTime graceTime,
            Timeline timeline,
            Limits limits,
            ClientHoldings holdings) {
        this.key = key;
        this.loop = loop;
        this.clock = clock;
        this.graceTime = graceTime;
        this.timeline = timeline;
        this.limits = limits;
        this.holdings = holdings;
    }

    /** How long publications survive their connection. */
    @FunctionalInterface
    public interface GraceTime {
        /** @param registrations of that connection */
        long millis(String dataInfoId, int registrations);
    }

    /** The publications of a slot; made when they are asked for first. */
    public SlotPublications slot(int slotId) {
        return slots.computeIfAbsent(slotId, id -> new SlotPublications(id, key, owned, limits));
    }

    public void publish(int slotId, ClientConnection connection, Publish publish) {
        long now = clock.wallMillis();
        boolean current = slot(slotId)
                .put(new Publication(
                        id(connection, publish),
                        publish.version(),
                        now,
                        now,
                        connection.id(),
                        connection.remoteAddress(),
                        publish.zone(),
                        publish.appName(),
                        ByteString.copyFrom(publish.payload()),
                        key.originHash(publish.dataInfoId(), publish.appName(), connection.remoteAddress()),
                        key.contentHash(publish.zone(), publish.payload()),
                        false,
                        false,
                        false,
                        holdings.of(connection)));
        if (current) {
            note(Kind.REGISTERED, publish.dataInfoId(), publish.registerId(), publish.version(), connection);
        }
    }

    public void unpublish(int slotId, ClientConnection connection, Unpublish unpublish) {
        if (slot(slotId).unpublish(id(connection, unpublish), unpublish.version())) {
            note(Kind.UNREGISTERED, unpublish.dataInfoId(), unpublish.registerId(), unpublish.version(), connection);
        }
    }

    private PublisherId id(ClientConnection connection, ClientRequest request) {
        String host = hosts.intern(PublisherId.hostOf(connection.remoteAddress()));
        return new PublisherId(request.dataInfoId(), request.registerId(), host);
    }

    /** Whether the connection has published something here. */
    public boolean knows(ClientConnection connection) {
        return !owned.of(connection.id()).isEmpty();
    }

    /** Whether a client at another address has what this one registers, as far as is known here. */
    public boolean isHeldElsewhere(int slotId, ClientConnection connection, Publish publish) {
        return slot(slotId).isHeldElsewhere(id(connection, publish));
    }

    /** Whether the connection has the publisher already or has fewer than {@code limit}. */
    public boolean mayAdd(ClientConnection connection, Publish publish, int limit) {
        Map<PublisherId, SlotPublications> held = owned.of(connection.id());
        return held.size() < limit || held.containsKey(id(connection, publish));
    }

    /** Whether there is room for it; what is held already needs room only if it has grown. */
    public Room room(int slotId, ClientConnection connection, Publish publish) {
        long bytes = Footprint.of(publish);
        ByteBudget share = holdings.of(connection);
        Publication held = slot(slotId).get(id(connection, publish));
        if (held == null) {
            return holdings.roomForNew(share, slot(slotId).bytesOf(publish.dataInfoId()), bytes);
        }
        return bytes <= held.bytes() ? Room.ENOUGH : holdings.room(share, bytes - held.bytes());
    }

    /**
     * What the connection owns is marked at once, so that leaders count losses before they show them, unless this
     * server closed it; it goes after {@link #expire}.
     *
     * @return how many publications that are
     */
    public int closed(ClientConnection connection) {
        Map<PublisherId, SlotPublications> left = ImmutableMap.copyOf(owned.of(connection.id()));
        if (!connection.isClosedByServer()) {
            left.forEach((id, slot) -> slot.markLost(id, connection.id()));
        }
        return left.size();
    }

    /**
     * What the closed connection still owns when the grace time is over is gone.
     *
     * @param registrations that its client will repeat, of any kind and in all loops
     */
    public void expire(ClientConnection connection, int registrations) {
        Long handover = handovers.remove(connection.id());
        long leastGrace = handover == null ? 0 : handover;
        Map<Long, Map<PublisherId, SlotPublications>> byGrace = new TreeMap<>();
        owned.of(connection.id()).forEach((id, slot) -> {
            long grace = Math.max(leastGrace, graceTime.millis(id.dataInfoId(), registrations));
            byGrace.computeIfAbsent(grace, millis -> new LinkedHashMap<>()).put(id, slot);
        });
        byGrace.forEach((millis, some) -> loop.schedule(
                millis,
                () -> some.forEach((id, slot) -> {
                    Publication gone = slot.removeOwned(id, connection.id(), clock.wallMillis());
                    if (gone != null) {
                        note(Kind.EXPIRED, id.dataInfoId(), id.registerId(), gone.version(), connection);
                    }
                })));
    }

    private void note(Kind kind, String dataInfoId, String registerId, long version, ClientConnection connection) {
        timeline.record(kind, dataInfoId, registerId, version, connection.remoteAddress());
    }

    /**
     * The connection will be closed by this session, so that its client goes to another one: give it time.
     *
     * @param millis instead of the grace time, if that is shorter
     */
    public void handOver(ClientConnection connection, long millis) {
        if (!owned.of(connection.id()).isEmpty()) {
            handovers.put(connection.id(), millis);
        }
    }

    public int size() {
        return slots.values().stream().mapToInt(SlotPublications::size).sum();
    }

    /** Number of registerIds that are remembered for data servers, counted for each of them. */
    public int backlog() {
        return slots.values().stream().mapToInt(SlotPublications::backlog).sum();
    }
}

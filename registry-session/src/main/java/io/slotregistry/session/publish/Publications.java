package io.slotregistry.session.publish;

import com.google.protobuf.ByteString;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientRequest.Publish;
import io.slotregistry.session.client.ClientRequest.Unpublish;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.timeline.Timeline;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** All publications in the slots of one loop, by slot and by client. Belongs to that loop. */
public final class Publications {
    private final DigestKey key;
    private final EventLoop loop;
    private final NodeClock clock;
    private final ToLongFunction<String> graceMillis;
    private final Timeline timeline;
    private final Map<Integer, SlotPublications> slots = new HashMap<>();
    /** For each connection, the slots of its registerIds. Some may have moved to another connection since. */
    private final Map<Long, Map<String, Integer>> clients = new HashMap<>();
    /** For connections that are about to be closed, how long their clients may take to come back. */
    private final Map<Long, Long> handovers = new HashMap<>();

    /** @param graceMillis how long what is published under a dataInfoId survives its connection */
    public Publications(
            DigestKey key, EventLoop loop, NodeClock clock, ToLongFunction<String> graceMillis, Timeline timeline) {
        this.key = key;
        this.loop = loop;
        this.clock = clock;
        this.graceMillis = graceMillis;
        this.timeline = timeline;
    }

    /** The publications of a slot; made when they are asked for first. */
    public SlotPublications slot(int slotId) {
        return slots.computeIfAbsent(slotId, id -> new SlotPublications(id, key));
    }

    public void publish(int slotId, ClientConnection connection, Publish publish) {
        boolean current = slot(slotId)
                .put(new Publication(
                        publish.registerId(),
                        publish.dataInfoId(),
                        publish.version(),
                        clock.wallMillis(),
                        connection.id(),
                        connection.remoteAddress(),
                        publish.zone(),
                        publish.appName(),
                        ByteString.copyFrom(publish.payload()),
                        key.originHash(publish.dataInfoId(), publish.appName(), connection.remoteAddress()),
                        key.contentHash(publish.zone(), publish.payload()),
                        false));
        if (current) {
            note(Kind.REGISTERED, publish.dataInfoId(), publish.registerId(), publish.version(), connection);
            clients.computeIfAbsent(connection.id(), id -> new LinkedHashMap<>())
                    .put(publish.registerId(), slotId);
        }
    }

    public void unpublish(int slotId, ClientConnection connection, Unpublish unpublish) {
        slot(slotId).unpublish(unpublish.registerId(), unpublish.dataInfoId(), unpublish.version());
        note(Kind.UNREGISTERED, unpublish.dataInfoId(), unpublish.registerId(), unpublish.version(), connection);
        Map<String, Integer> owned = clients.get(connection.id());
        if (owned != null) {
            owned.remove(unpublish.registerId());
        }
    }

    /** Whether the connection has the publisher already or has fewer than {@code limit}. */
    public boolean mayAdd(ClientConnection connection, String registerId, int limit) {
        Map<String, Integer> owned = clients.get(connection.id());
        return owned == null || owned.size() < limit || owned.containsKey(registerId);
    }

    /**
     * What the connection owns is marked at once, so that leaders can count losses before they show them; what it still
     * owns when the grace time is over is gone.
     */
    public void closed(ClientConnection connection) {
        Map<String, Integer> owned = clients.remove(connection.id());
        if (owned == null) {
            return;
        }
        long leastGrace = handovers.getOrDefault(connection.id(), 0L);
        handovers.remove(connection.id());
        Map<Long, Map<String, Integer>> byGrace = new TreeMap<>();
        owned.forEach((registerId, slotId) -> {
            SlotPublications slot = slot(slotId);
            Publication held = slot.get(registerId);
            if (held != null) {
                long grace = Math.max(leastGrace, graceMillis.applyAsLong(held.dataInfoId()));
                if (grace > 0) {
                    slot.markLost(registerId, connection.id());
                }
                byGrace.computeIfAbsent(grace, millis -> new LinkedHashMap<>()).put(registerId, slotId);
            }
        });
        byGrace.forEach((millis, some) -> loop.schedule(
                millis,
                () -> some.forEach((registerId, slotId) -> {
                    Publication gone = slot(slotId).removeOwned(registerId, connection.id());
                    if (gone != null) {
                        note(Kind.EXPIRED, gone.dataInfoId(), registerId, gone.version(), connection);
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
        if (clients.containsKey(connection.id())) {
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

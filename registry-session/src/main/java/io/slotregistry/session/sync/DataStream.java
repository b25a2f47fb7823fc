package io.slotregistry.session.sync;

import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.ClientLosses;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.SlotReply;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SnapshotReason;
import io.slotregistry.proto.Sync;
import io.slotregistry.proto.SyncReply;
import io.slotregistry.rpc.Address;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Limit;
import io.slotregistry.runtime.Limits;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.sender.CoalescingSender;
import io.slotregistry.sender.RepairPause;
import io.slotregistry.sender.SenderSettings;
import io.slotregistry.sender.StreamStats;
import io.slotregistry.session.publish.SlotPublications;
import io.slotregistry.session.publish.SlotStream;
import io.slotregistry.session.subscribe.SlotWatches;
import io.slotregistry.slot.Renews;
import io.slotregistry.slot.VersionClock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Everything that one loop of this session tells one data server: publications of the slots that it replicates, watches
 * of those that it leads, and each renew period a row for every slot that proves the mirror exact. Belongs to the loop.
 */
public final class DataStream {
    private static final Logger LOG = LoggerFactory.getLogger(DataStream.class);
    /** A server that is paused for less than a time-out is not reported. */
    private static final int ATTEMPTS_UNTIL_UNREACHABLE = 2;

    private final NodeId server;
    private final int index;
    private final EventLoop loop;
    private final RandomGenerator random;
    private final LongSupplier renewMillis;
    private final VersionClock versions;
    private final LongSupplier epoch;
    private final Supplier<ClientLosses> losses;
    private final StreamStats stats;
    private final NodeClock clock;
    private final Limits limits;
    private final CoalescingSender sender;
    private final Map<Integer, Replica> replicas = new TreeMap<>();
    private final Set<Replica> dirty = new LinkedHashSet<>();
    /** Slots that the server refused: tried again with the next renew. */
    private final Set<Replica> refused = new LinkedHashSet<>();

    private final Map<Integer, Replica> inFlight = new LinkedHashMap<>();
    private @Nullable ProcessId process;
    private @Nullable Address address;
    private boolean renewDue;
    private boolean renewInFlight;
    private final BiConsumer<NodeId, Boolean> unreachable;
    private boolean reportedUnreachable;
    private boolean stopped;
    private long number;

    public DataStream(StreamContext context, NodeId server) {
        this.server = server;
        this.loop = context.loop();
        this.index = context.node().loops().indexOf(loop);
        this.random = context.random();
        this.renewMillis = context.renewMillis();
        this.versions = context.versions();
        this.epoch = context.epoch();
        this.losses = context.losses();
        this.stats = context.node().streams();
        this.clock = context.node().clock();
        this.limits = context.node().limits();
        this.unreachable = context.unreachable();
        this.sender = new CoalescingSender(
                stats.stream(Role.DATA, context.node().self() + "->" + server),
                loop,
                random,
                context.transport(),
                SenderSettings.DEFAULTS,
                new Rows());
    }

    public void start() {
        loop.schedule(1 + random.nextLong(renewMillis.getAsLong()), this::renew);
    }

    public void stop() {
        stopped = true;
        sender.stop();
        report(false);
        replicas.values().forEach(replica -> replica.stream.close());
    }

    /** Where the server is now; a new process has no mirrors and no watches. */
    public void server(ProcessId newProcess, Address newAddress) {
        boolean restarted = process != null && !process.equals(newProcess);
        process = newProcess;
        if (restarted) {
            replicas.values().forEach(Replica::startOver);
        }
        if (restarted || !newAddress.equals(address)) {
            address = newAddress;
            sender.retryNow();
        }
    }

    /**
     * The server replicates the slot.
     *
     * @param watches of the slot when the server leads it, else null
     */
    public void replicate(SlotPublications publications, @Nullable SlotWatches watches, boolean confirm) {
        Replica replica = replicas.get(publications.slotId());
        if (replica == null) {
            replica = new Replica(publications);
            replicas.put(publications.slotId(), replica);
        }
        replica.watches = watches;
        if (confirm) {
            replica.stream.confirmSoon();
        }
        replica.changed();
    }

    /** The server does not replicate the slot any more. */
    public void release(int slotId) {
        Replica replica = replicas.remove(slotId);
        if (replica != null) {
            replica.stream.close();
            dirty.remove(replica);
            refused.remove(replica);
        }
    }

    /** The slot's watches have something to tell. */
    public void watchesChanged(int slotId) {
        Replica replica = replicas.get(slotId);
        if (replica != null) {
            replica.changed();
        }
    }

    /** The server waits for the slot's renew. */
    public void confirmSoon(int slotId) {
        Replica replica = replicas.get(slotId);
        if (replica != null) {
            replica.stream.confirmSoon();
        }
    }

    private void renew() {
        if (stopped) {
            return;
        }
        renewDue = true;
        dirty.addAll(refused);
        refused.clear();
        sender.wake();
        long millis = renewMillis.getAsLong();
        loop.schedule(millis * 3 / 4 + random.nextLong(millis / 2 + 1), this::renew);
    }

    private void report(boolean cannotReach) {
        if (cannotReach != reportedUnreachable) {
            reportedUnreachable = cannotReach;
            unreachable.accept(server, cannotReach);
        }
    }

    private final class Replica {
        private final SlotStream stream;
        private final RepairPause repairs = new RepairPause();
        private boolean renewed;
        private @Nullable SlotWatches watches;

        Replica(SlotPublications publications) {
            this.stream = new SlotStream(publications, this::changed);
        }

        /** The server is another process, which has nothing and counts its changes anew. */
        void startOver() {
            stream.startOver(SnapshotReason.NEW);
            repairs.helped();
            if (watches != null) {
                watches.startOver();
            }
        }

        void changed() {
            dirty.add(this);
            sender.wake();
        }

        boolean hasMore() {
            return stream.hasMore() || (watches != null && watches.hasMore());
        }

        long take(SlotSync.Builder row, long maxBytes) {
            long bytes = stream.take(row, maxBytes, number);
            if (watches != null && bytes < maxBytes) {
                bytes += watches.take(row, maxBytes - bytes);
            }
            return bytes;
        }

        void addRenew(SlotSync.Builder row, boolean due) {
            stream.renew(row, due);
            renewed = row.hasRenew();
            if (watches != null && row.hasRenew()) {
                Renew.Builder renew = row.getRenewBuilder();
                watches.renew(renew);
            }
        }

        void delivered(SlotReply reply) {
            if (reply.getNotOwner()) {
                failed(false);
                stream.startOver(SnapshotReason.NEW);
                dirty.remove(this);
                refused.add(this);
                return;
            }
            SnapshotReason sent = stream.delivered();
            if (sent != SnapshotReason.NOT_WANTED) {
                stats.snapshotSent(sent);
            }
            repair(reply.getWantSnapshot());
            stream.decided(reply.getClaimsList());
            deliverWatches(reply);
            if (hasMore() && !refused.contains(this)) {
                dirty.add(this);
            }
        }

        /** During a pause the stream goes on: what the server holds stays as right as it can be. */
        private void repair(SnapshotReason wanted) {
            if (wanted == SnapshotReason.NOT_WANTED) {
                if (renewed) {
                    repairs.helped();
                }
                return;
            }
            if (repairs.begin(clock.monotonicMillis())) {
                Level level = repairs.repairs() == 1 ? Level.INFO : Level.DEBUG;
                LOG.atLevel(level).log("event=snapshot slot={} to={} reason={}", stream.slotId(), server, wanted);
                stream.startOver(wanted);
            }
        }

        private void deliverWatches(SlotReply reply) {
            if (watches == null) {
                return;
            }
            if (reply.getNotLeader()) {
                watches.failed();
                dirty.remove(this);
                refused.add(this);
            } else {
                watches.delivered(reply.getContentsList());
                if (reply.getWantWatches()) {
                    LOG.info("event=watches-repeated slot={} to={}", stream.slotId(), server);
                    watches.startOver();
                }
            }
        }

        void failed(boolean unsynced) {
            stream.failed(unsynced);
            if (watches != null) {
                watches.failed();
            }
            dirty.add(this);
        }
    }

    private final class Rows implements CoalescingSender.Source {
        @Override
        public @Nullable Address target() {
            return address;
        }

        @Override
        public @Nullable Request take() {
            number = versions.next();
            Sync.Builder sync = Sync.newBuilder()
                    .setClock(number)
                    .setStream(index)
                    .setNumber(number)
                    .setLosses(losses.get());
            Map<Integer, SlotSync> rows = new TreeMap<>();
            if (renewDue) {
                replicas.values().stream()
                        .filter(replica -> !dirty.contains(replica))
                        .forEach(replica -> add(replica, 0, rows));
            }
            long room = limits.of(Limit.MESSAGE_BYTES);
            for (Replica replica : List.copyOf(dirty)) {
                if (room <= 0) {
                    break;
                }
                room -= add(replica, room, rows);
                // What has more waits for the others.
                dirty.remove(replica);
                if (replica.hasMore()) {
                    dirty.add(replica);
                }
            }
            renewInFlight = renewDue;
            renewDue = false;
            sync.addAllSlots(rows.values());
            return rows.isEmpty()
                    ? null
                    : Request.newBuilder()
                            .setEpoch(epoch.getAsLong())
                            .setSync(Renews.pack(sync.build()))
                            .build();
        }

        /** Adds the slot's row, if there is one, with up to about that many bytes of what is dirty; the bytes added. */
        private long add(Replica replica, long maxBytes, Map<Integer, SlotSync> rows) {
            SlotSync.Builder row = SlotSync.newBuilder();
            long bytes = maxBytes > 0 ? replica.take(row, maxBytes) : 0;
            replica.addRenew(row, renewDue);
            if (bytes > 0 || row.hasRenew()) {
                rows.put(
                        replica.stream.slotId(),
                        row.setSlot(replica.stream.slotId()).build());
                inFlight.put(replica.stream.slotId(), replica);
            }
            return bytes;
        }

        @Override
        public void delivered(Reply reply) {
            report(false);
            SyncReply answer = reply.getSync();
            versions.witness(answer.getClock());
            Map<Integer, SlotReply> bySlot = new LinkedHashMap<>();
            answer.getSlotsList().forEach(row -> bySlot.put(row.getSlot(), row));
            List<Map.Entry<Integer, Replica>> arrived = List.copyOf(inFlight.entrySet());
            inFlight.clear();
            for (Map.Entry<Integer, Replica> row : arrived) {
                if (replicas.get(row.getKey()) == row.getValue()) {
                    row.getValue().delivered(bySlot.getOrDefault(row.getKey(), SlotReply.getDefaultInstance()));
                }
            }
        }

        @Override
        public void failed(String reason, boolean unsynced) {
            report(sender.failedAttempts() >= ATTEMPTS_UNTIL_UNREACHABLE);
            renewDue |= renewInFlight;
            List<Map.Entry<Integer, Replica>> lost = List.copyOf(inFlight.entrySet());
            inFlight.clear();
            for (Map.Entry<Integer, Replica> row : lost) {
                if (replicas.get(row.getKey()) == row.getValue()) {
                    row.getValue().failed(unsynced);
                }
            }
        }
    }
}

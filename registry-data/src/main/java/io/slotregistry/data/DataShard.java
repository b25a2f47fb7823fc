package io.slotregistry.data;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Interners;
import io.slotregistry.cluster.BlockedClients;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.cluster.SettingKey;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.data.change.ChangeStream;
import io.slotregistry.data.slot.NetworkFaults;
import io.slotregistry.data.slot.SlotContext;
import io.slotregistry.data.slot.SlotReplica;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.SlotReply;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.Sync;
import io.slotregistry.proto.SyncReply;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Published;
import io.slotregistry.slot.VersionClock;
import io.slotregistry.slot.VersionLease;
import io.slotregistry.timeline.Timeline;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The slots of one event loop, and the sessions as seen from there. Everything here belongs to that loop. */
final class DataShard {
    private static final Logger LOG = LoggerFactory.getLogger(DataShard.class);
    /** How long a new process waits for meta to list it. */
    private static final long UNLISTED_MILLIS = 5_000;

    private final NodeContext context;
    private final EventLoop loop;
    private final Transport transport;
    private final DataSettings settings;
    private final LongSupplier metaSilenceMillis;
    private final Runnable syncStateChanged;
    private final SplittableRandom random;
    private final VersionClock versions;
    private final Timeline timeline;
    private final NavigableMap<Integer, SlotReplica> slots = new TreeMap<>();
    private final ServiceWalks walks;
    private final Map<ProcessId, ChangeStream> streams = new TreeMap<>();
    private final SessionLeases leases;
    private final NetworkFaults faults;
    private final Published<Integer> heldSessions = new Published<>(0);
    private final Published<Integer> differingMirrors = new Published<>(0);
    /** Of the streams of each session. */
    private final Map<ProcessId, Map<Integer, Long>> newestNumbers = new HashMap<>();

    private ClusterView view = ClusterView.NONE;
    private BlockedClients blocked = BlockedClients.NONE;
    private @Nullable SlotContext slotContext;

    /**
     * @param metaSilenceMillis since meta answered last
     * @param syncStateChanged {@link #syncState} has changed
     */
    DataShard(
            NodeContext context,
            EventLoop loop,
            Transport transport,
            DataSettings settings,
            LongSupplier metaSilenceMillis,
            Runnable syncStateChanged) {
        this.context = context;
        this.loop = loop;
        this.transport = transport;
        this.settings = settings;
        this.metaSilenceMillis = metaSilenceMillis;
        this.syncStateChanged = syncStateChanged;
        this.random = new SplittableRandom(context.random().nextLong());
        this.versions = new VersionClock(context.clock());
        this.leases = new SessionLeases(context.clock());
        this.faults = new NetworkFaults(context.clock());
        this.timeline = new Timeline(context.clock(), settings.timelineEvents(), context.limits());
        this.walks = new ServiceWalks(loop, slots);
    }

    void start() {
        loop.schedule(mirrorLeaseMillis() / 4 + 1, this::sweep);
    }

    void view(ClusterView newView) {
        view = newView;
        followVersions();
        block(BlockedClients.of(newView.settings(), SettingKey.BLOCKED_PUBLISHERS));
        ImmutableSet<ProcessId> sessions =
                newView.members(Role.SESSION).map(Member::process).collect(ImmutableSet.toImmutableSet());
        ImmutableSet<ProcessId> cutOff =
                newView.goneSessions().stream().filter(leases::isConnected).collect(ImmutableSet.toImmutableSet());
        NodeId self = context.self().node();
        for (int slotId = 0; slotId < newView.slotCount(); slotId++) {
            if (context.loopOfSlot(slotId) != loop) {
                continue;
            }
            SlotOwners owners = newView.owners(slotId);
            if (owners.isReplica(self)) {
                SlotReplica slot = slots.get(slotId);
                if (slot == null) {
                    slot = add(slotId);
                }
                slot.own(
                        self.equals(owners.leader()) && versions.isSet(),
                        owners.leaderEpoch(),
                        newView.epoch(),
                        sessions,
                        newView.goneSessions(),
                        cutOff);
            } else {
                SlotReplica released = slots.remove(slotId);
                if (released != null) {
                    streams.values().forEach(stream -> stream.release(released));
                }
            }
        }
        newView.members(Role.SESSION).forEach(member -> stream(member.process()).address(member.address()));
        streams.entrySet().removeIf(stream -> {
            boolean unknown = !newView.contains(stream.getKey()) && !leases.isKnown(stream.getKey());
            if (unknown) {
                stream.getValue().stop();
            }
            return unknown;
        });
        syncStateChanged.run();
    }

    /**
     * A process that was not there before gives no version until it knows what was given. Meta tells when it lists the
     * process; if meta is silent, nothing greater was given than up to the end of the lease.
     */
    private void followVersions() {
        if (view.contains(context.self()) || versions.isSet()) {
            versions.follow(view.versions());
        } else if (metaSilenceMillis.getAsLong() > UNLISTED_MILLIS) {
            VersionLease known = view.versions();
            versions.follow(new VersionLease(known.to(), known.to()));
            LOG.warn("event=versions-go-on-unlisted from={}", known.to());
        }
    }

    /** What the session says; the rows are those of this shard's slots. */
    SyncReply sync(ProcessId session, long epoch, Sync message, List<SlotSync> rows) {
        leases.heard(session);
        versions.witness(message.getClock());
        faults.told(session, message.getLosses());
        SyncReply.Builder reply = SyncReply.newBuilder();
        boolean changed = false;
        for (SlotSync row : rows) {
            SlotReplica slot = slots.get(row.getSlot());
            if (slot == null) {
                reply.addSlots(SlotReply.newBuilder().setSlot(row.getSlot()).setNotOwner(true));
                continue;
            }
            boolean wasSynced = slot.isSynced();
            SlotReply.Builder answer = slot.sync(session, epoch, row);
            changed |= wasSynced != slot.isSynced();
            if (answer != null) {
                count(answer);
                reply.addSlots(answer);
            }
        }
        if (changed) {
            syncStateChanged.run();
        }
        return reply.setClock(versions.last()).build();
    }

    private void count(SlotReply.Builder answer) {
        if (answer.getWantWatches()) {
            context.streams().watchesRepaired();
        }
    }

    /**
     * Why a message is not to be taken, empty when it is. What a sender says that acts on a later view than this shard
     * knows must not be shown under the earlier one: a new leader could already have confirmed its mirrors without it.
     * Who sent a later message does not wait for this one any longer.
     */
    String refusal(ProcessId session, long epoch, Sync message) {
        if (epoch > view.epoch()) {
            return "behind epoch " + epoch;
        }
        Map<Integer, Long> newest = newestNumbers.computeIfAbsent(session, process -> new HashMap<>());
        if (message.getNumber() <= newest.getOrDefault(message.getStream(), 0L)) {
            return "late";
        }
        newest.put(message.getStream(), message.getNumber());
        return "";
    }

    void disconnected(ProcessId session) {
        leases.disconnected(session);
    }

    SyncState syncState() {
        return new SyncState(view.epoch(), slotIds(slot -> !slot.isSynced()), slotIds(SlotReplica::isHolding));
    }

    private ImmutableList<Integer> slotIds(Predicate<SlotReplica> condition) {
        return slots.values().stream()
                .filter(condition)
                .map(SlotReplica::slotId)
                .collect(ImmutableList.toImmutableList());
    }

    /** What operators ask, as far as this shard's slots go. */
    void inspect(Inspect question, Consumer<Inspection> answer) {
        if (question.hasServices()) {
            walks.add(question.getServices(), answer);
            return;
        }
        Inspection.Builder found = Inspection.newBuilder();
        if (question.hasTimeline()) {
            timeline.inspect(question.getTimeline(), found);
        } else {
            slots.values().forEach(slot -> slot.inspect(question, found));
        }
        answer.accept(found.build());
    }

    /** Sessions that would have expired if they were not so many; callable from anywhere. */
    int heldSessions() {
        return heldSessions.get();
    }

    /** Mirrors that repairs did not make exact, as of the last sweep; callable from anywhere. */
    int differingMirrors() {
        return differingMirrors.get();
    }

    boolean releaseLosses(int slotId, String dataInfoId) {
        SlotReplica slot = slots.get(slotId);
        return slot != null && slot.releaseLosses(dataInfoId, "operator");
    }

    private SlotReplica add(int slotId) {
        if (slotContext == null) {
            slotContext = new SlotContext(
                    view.digestKey(),
                    Interners.newWeakInterner(),
                    versions,
                    loop,
                    context.clock(),
                    dataInfoId -> settings.guard().under(view.settings(), dataInfoId),
                    faults,
                    settings.takeoverMillis(),
                    timeline,
                    context.streams(),
                    context.limits());
        }
        SlotReplica slot = new SlotReplica(slotId, slotContext, session -> changes(slotId, session), syncStateChanged);
        slot.block(blocked);
        slots.put(slotId, slot);
        loop.schedule(settings.trustEmptyAfterMillis(), () -> {
            if (slots.get(slotId) == slot) {
                slot.trustEmpty();
            }
        });
        return slot;
    }

    /** Looks at publications only when operators have changed whom they block. */
    private void block(BlockedClients now) {
        if (!now.equals(blocked)) {
            blocked = now;
            slots.values().forEach(slot -> slot.block(now));
        }
    }

    private void changes(int slotId, ProcessId session) {
        SlotReplica slot = slots.get(slotId);
        if (slot != null) {
            stream(session).changed(slot);
        }
    }

    private ChangeStream stream(ProcessId session) {
        return streams.computeIfAbsent(session, process -> new ChangeStream(process, context, loop, random, transport));
    }

    private long mirrorLeaseMillis() {
        return view.settings().getOr(SettingKey.MIRROR_LEASE_MILLIS, settings.mirrorLeaseMillis());
    }

    /** Looks at the few sessions, never at their publications. */
    private void sweep() {
        boolean cutOff = metaSilenceMillis.getAsLong() > mirrorLeaseMillis() / 2;
        List<ProcessId> expired =
                leases.takeExpired(view::contains, cutOff, mirrorLeaseMillis(), settings.mirrorHardLimitMillis());
        for (ProcessId session : expired) {
            timeline.record(Kind.SESSION_EXPIRED, "", session, 0, null);
            forget(session);
        }
        heldSessions.set(leases.held());
        differingMirrors.set(
                slots.values().stream().mapToInt(SlotReplica::differingMirrors).sum());
        if (!versions.isSet() && !view.isNone()) {
            view(view);
        }
        slots.values().forEach(SlotReplica::sweep);
        loop.schedule(mirrorLeaseMillis() / 4 + 1, this::sweep);
    }

    /** Which slots are not complete, and which hold losses back, as of the view of that epoch. */
    record SyncState(long epoch, ImmutableList<Integer> syncingSlots, ImmutableList<Integer> holdingSlots) {}

    private void forget(ProcessId session) {
        slots.values().forEach(slot -> slot.forget(session, Cause.LEASE_EXPIRED));
        ChangeStream stream = streams.remove(session);
        if (stream != null) {
            stream.stop();
        }
        newestNumbers.remove(session);
        faults.forget(session);
    }
}

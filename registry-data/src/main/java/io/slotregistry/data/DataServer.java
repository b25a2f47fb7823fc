package io.slotregistry.data;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.MetaLink;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.cluster.ViewGossip;
import io.slotregistry.cluster.ViewStore;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Heartbeat;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.Sync;
import io.slotregistry.proto.SyncReply;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Gather;
import io.slotregistry.runtime.Published;
import io.slotregistry.slot.Renews;
import io.slotregistry.slot.SlotFunction;
import io.slotregistry.slot.VersionClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A data server: one {@link DataShard} per event loop, and the way of requests to them. Plain Java; the application and
 * the simulator build it alike.
 */
public final class DataServer {
    private final NodeContext context;
    private final Runnable whenReady;
    private final ViewStore views;
    private final VersionClock versions;
    private final Published<Boolean> versionLeaseOver = new Published<>(false);
    private final MetaLink meta;
    private final ImmutableList<DataShard> shards;
    private final Transport transport;
    private final Map<Integer, DataShard.SyncState> syncStates = new HashMap<>();
    private final Published<Boolean> running = new Published<>(false);
    private Member self;
    private boolean ready;
    private boolean goodbye;
    private Runnable whenLeft = () -> {};

    /**
     * @param self how this server is to be listed; its process is that of the context
     * @param whenReady called on the main loop when the cluster is known
     */
    public DataServer(
            NodeContext context, Member self, ImmutableList<Address> metas, DataSettings settings, Runnable whenReady) {
        this.context = context;
        this.whenReady = whenReady;
        this.self = self;
        this.views = new ViewStore(context.mainLoop());
        this.versions = new VersionClock(context.clock());
        this.transport = new ViewGossip(context.transport(), views::current, views::offer);
        this.meta = new MetaLink(context, transport, metas, settings.heartbeatMillis(), this::heartbeat, answer -> {});
        ImmutableList.Builder<DataShard> builder = ImmutableList.builder();
        for (int i = 0; i < context.loops().size(); i++) {
            int index = i;
            EventLoop loop = context.loops().get(i);
            builder.add(new DataShard(
                    context, loop, transport, settings, meta::silenceMillis, () -> syncStateChanged(index)));
        }
        this.shards = builder.build();
        views.onChange(this::viewChanged);
        transport.serve(new Requests());
    }

    public void start() {
        running.set(true);
        forEachShard(DataShard::start);
        meta.start();
    }

    /**
     * Asks meta to give what this server leads to replicas that have everything, then to strike it off the list.
     *
     * @param left runs on the main loop when nobody needs this server any more, or nobody can take over from it; not at
     *     all while meta is silent
     */
    public void leave(Runnable left) {
        context.mainLoop().execute(() -> {
            self = self.withLeaving(true);
            whenLeft = left;
            meta.reportNow();
            leaveWhenNothingIsLed(views.current());
        });
    }

    private void leaveWhenNothingIsLed(ClusterView view) {
        if (!self.leaving() || goodbye) {
            return;
        }
        boolean leads = view.slots().stream().anyMatch(slot -> self.node().equals(slot.leader()));
        boolean alone = view.members(Role.DATA)
                .allMatch(member -> member.leaving() || member.node().equals(self.node()));
        if (!leads || alone) {
            goodbye = true;
            meta.reportNow(whenLeft);
        }
    }

    /** Tells nobody: meta notices by the closed connections, sessions by the new view. */
    public void stop() {
        running.set(false);
        context.mainLoop().execute(meta::stop);
    }

    /** The view that this server acts on; callable from anywhere. */
    public ClusterView view() {
        return views.current();
    }

    /** Whether versions go on past their lease, because meta has not prolonged it; callable from anywhere. */
    public boolean isVersionLeaseOver() {
        return versionLeaseOver.get();
    }

    /** How it stands with meta; callable from anywhere. */
    public MetaLink meta() {
        return meta;
    }

    /** What operators ask, as far as this server knows; answered on a loop. */
    public void inspect(Inspect question, Consumer<Inspection> answer) {
        Gather<Inspection> gather = new Gather<>(shards.size(), parts -> {
            Inspection.Builder all = Inspection.newBuilder();
            parts.forEach(all::mergeFrom);
            answer.accept(all.build());
        });
        for (int i = 0; i < shards.size(); i++) {
            int index = i;
            context.loops().get(i).execute(() -> shards.get(index).inspect(question, part -> gather.add(index, part)));
        }
    }

    /** Sessions whose publications stay only because most sessions vanished at once; callable from anywhere. */
    public int heldSessions() {
        return shards.stream().mapToInt(DataShard::heldSessions).max().orElse(0);
    }

    /** Mirrors that repairs did not make exact; callable from anywhere. */
    public int differingMirrors() {
        return shards.stream().mapToInt(DataShard::differingMirrors).sum();
    }

    /**
     * Shows what is held back of a service's losses without waiting any longer.
     *
     * @param released whether anything was held here; called on a loop
     */
    public void releaseLosses(String dataInfoId, Consumer<Boolean> released) {
        ClusterView view = view();
        if (view.isNone()) {
            released.accept(false);
            return;
        }
        int slotId = new SlotFunction(view.slotCount()).slotOf(dataInfoId);
        DataShard shard = shards.get(slotId % shards.size());
        context.loopOfSlot(slotId).execute(() -> released.accept(shard.releaseLosses(slotId, dataInfoId)));
    }

    private void forEachShard(Consumer<DataShard> task) {
        for (int i = 0; i < shards.size(); i++) {
            DataShard shard = shards.get(i);
            context.loops().get(i).execute(() -> task.accept(shard));
        }
    }

    private void viewChanged(ClusterView view) {
        if (view.contains(context.self())) {
            versions.follow(view.versions());
        }
        forEachShard(shard -> shard.view(view));
        leaveWhenNothingIsLed(view);
        readyWhenComplete();
    }

    /** For the first time: later on, a new replica is no reason to take the server out of service. */
    private void readyWhenComplete() {
        ClusterView view = views.current();
        boolean complete = syncStates.size() == shards.size()
                && syncStates.values().stream()
                        .allMatch(state -> state.epoch() >= view.epoch()
                                && state.syncingSlots().isEmpty());
        if (!ready && complete && view.contains(context.self())) {
            ready = true;
            whenReady.run();
        }
    }

    /** On a shard's loop. */
    private void syncStateChanged(int index) {
        DataShard.SyncState state = shards.get(index).syncState();
        context.mainLoop().execute(() -> {
            syncStates.put(index, state);
            meta.reportNow();
            readyWhenComplete();
        });
    }

    private Heartbeat heartbeat() {
        versionLeaseOver.set(versions.isLeaseOver());
        Heartbeat.Builder heartbeat = Heartbeat.newBuilder()
                .setSelf(self.toProto())
                .setClusterId(views.current().clusterId())
                .setVersionTime(versions.time())
                .setGoodbye(goodbye);
        long epoch = syncStates.size() < shards.size() ? 0 : Long.MAX_VALUE;
        for (DataShard.SyncState state : syncStates.values()) {
            heartbeat.addAllSyncingSlots(state.syncingSlots());
            heartbeat.addAllHoldingSlots(state.holdingSlots());
            epoch = Math.min(epoch, state.epoch());
        }
        heartbeat.setSyncEpoch(epoch);
        return heartbeat.build();
    }

    private final class Requests implements Transport.Server {
        @Override
        public void handle(ProcessId sender, Request request, Consumer<Reply> reply) {
            if (!running.get()) {
                reply.accept(refusal("not running"));
            } else if (request.hasSync()) {
                sync(sender, request.getEpoch(), request.getSync(), reply);
            } else if (request.hasMetaQuery()) {
                reply.accept(meta.contact(views.current()));
            } else if (request.hasInspect()) {
                inspect(
                        request.getInspect(),
                        answer -> reply.accept(
                                answer.getBusy()
                                        ? refusal("busy with other questions of operators")
                                        : Reply.newBuilder()
                                                .setInspection(answer)
                                                .build()));
            } else {
                reply.accept(refusal("not for a data server: " + request.getBodyCase()));
            }
        }

        @Override
        public void disconnected(ProcessId sender) {
            forEachShard(shard -> shard.disconnected(sender));
        }

        private void sync(ProcessId session, long epoch, Sync packed, Consumer<Reply> reply) {
            Sync sync;
            try {
                sync = Renews.unpack(packed);
            } catch (IllegalArgumentException malformed) {
                reply.accept(refusal(String.valueOf(malformed.getMessage())));
                return;
            }
            Map<Integer, List<SlotSync>> rows = new HashMap<>();
            for (SlotSync row : sync.getSlotsList()) {
                if (row.getSlot() < 0) {
                    reply.accept(refusal("negative slot"));
                    return;
                }
                rows.computeIfAbsent(row.getSlot() % shards.size(), shard -> new ArrayList<>())
                        .add(row);
            }
            Gather<Reply> gather = new Gather<>(Math.max(1, rows.size()), parts -> reply.accept(merge(parts)));
            if (rows.isEmpty()) {
                gather.add(0, Reply.getDefaultInstance());
            }
            int part = 0;
            for (Map.Entry<Integer, List<SlotSync>> shardRows : rows.entrySet()) {
                int index = part++;
                DataShard shard = shards.get(shardRows.getKey());
                context.loops().get(shardRows.getKey()).execute(() -> {
                    String refusal = shard.refusal(session, epoch, sync);
                    gather.add(
                            index,
                            refusal.isEmpty()
                                    ? Reply.newBuilder()
                                            .setSync(shard.sync(session, epoch, sync, shardRows.getValue()))
                                            .build()
                                    : refusal(refusal));
                });
            }
        }

        private Reply merge(List<Reply> parts) {
            SyncReply.Builder merged = SyncReply.newBuilder();
            long clock = 0;
            for (Reply part : parts) {
                if (!part.getRefused().isEmpty()) {
                    return part;
                }
                clock = Math.max(clock, part.getSync().getClock());
                merged.addAllSlots(part.getSync().getSlotsList());
            }
            return Reply.newBuilder().setSync(merged.setClock(clock)).build();
        }

        private Reply refusal(String reason) {
            return Reply.newBuilder().setRefused(reason).build();
        }
    }
}

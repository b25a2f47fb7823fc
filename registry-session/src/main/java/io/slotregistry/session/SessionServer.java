package io.slotregistry.session;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import com.google.common.collect.TreeMultiset;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.MetaLink;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.cluster.SettingKey;
import io.slotregistry.cluster.ViewGossip;
import io.slotregistry.cluster.ViewStore;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.ClientRow;
import io.slotregistry.proto.Heartbeat;
import io.slotregistry.proto.HeartbeatReply;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.Gather;
import io.slotregistry.runtime.Published;
import io.slotregistry.runtime.Tally;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientHandler;
import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.hold.ClientHoldings;
import io.slotregistry.slot.SlotFunction;
import io.slotregistry.slot.VersionClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session server: one {@link SessionShard} per event loop, and the way of clients and data servers to them. Plain
 * Java; the application and the simulator build it alike. Takes clients from when {@code whenReady} was called.
 */
public final class SessionServer implements ClientHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SessionServer.class);

    private static final long SAME_FAULT_MILLIS = 2_000;

    private final NodeContext context;
    private final SessionSettings settings;
    private final ClientHoldings holdings;
    private final Runnable whenReady;
    private final ViewStore views;
    private final VersionClock versions;
    private final Published<Boolean> versionLeaseOver = new Published<>(false);
    private final Transport transport;
    private final MetaLink meta;
    private final Published<Optional<Shards>> shards = new Published<>(Optional.empty());
    private final Published<Member> self;
    private final NavigableMap<Long, ClientConnection> connections = new TreeMap<>();
    /** Once for each loop that cannot reach it. */
    private final Multiset<NodeId> unreachable = TreeMultiset.create();

    private ImmutableSet<NodeId> reportedUnreachable = ImmutableSet.of();
    private final Published<Integer> connectionCount = new Published<>(0);
    private final LettingGo lettingGo;
    private final SessionTotals totals;
    private boolean joined;
    private int publications;

    /**
     * @param self how this server is to be listed; its process is that of the context
     * @param holdings what its clients may make it hold
     * @param whenReady called on the main loop when the cluster knows this server, so that clients can be let in:
     *     nobody would look for one here before
     */
    public SessionServer(
            NodeContext context,
            Member self,
            ImmutableList<Address> metas,
            SessionSettings settings,
            ClientHoldings holdings,
            Runnable whenReady) {
        this.context = context;
        this.settings = settings;
        this.holdings = holdings;
        this.whenReady = whenReady;
        this.self = new Published<>(self);
        this.views = new ViewStore(context.mainLoop());
        this.versions = new VersionClock(context.clock());
        this.transport = new ViewGossip(context.transport(), views::current, views::offer);
        this.meta =
                new MetaLink(context, transport, metas, settings.heartbeatMillis(), this::heartbeat, this::answered);
        this.totals = new SessionTotals(
                new PublishingClients(context.mainLoop(), context.clock(), connections), new Tally(), holdings);
        this.lettingGo = new LettingGo(
                context,
                new SplittableRandom(context.random().nextLong()),
                connections,
                connection -> forEachShard(shard -> shard.handOver(connection)));
        views.onChange(this::viewChanged);
        transport.serve(new Requests());
    }

    public void start() {
        meta.start();
    }

    /**
     * Asks meta to strike this server off the list; its clients' publications outlive it for the handover time.
     *
     * @param done runs on the main loop when meta knows
     */
    public void leave(Runnable done) {
        self.set(self.get().withLeaving(true));
        meta.reportNow(done);
    }

    public void stop() {
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

    /** Number of client connections. */
    public int connectionCount() {
        return connectionCount.get();
    }

    /** Clients that were asked to go to another session since the start. */
    public long clientsLetGo() {
        return lettingGo.total();
    }

    /** Lists that were pushed in a warm-up although they may have been growing; callable from anywhere. */
    public long partsPushed() {
        return totals.parts().sum();
    }

    /** Where clients may connect: all members that take clients, this one in any case unless it leaves. */
    public ImmutableList<Member> clientAddresses() {
        Member me = self.get();
        ClusterView view = views.current();
        boolean absent = me.leaving() || !view.successor(me.process()).isEmpty();
        Stream<Member> others = view.members(Role.SESSION)
                .filter(member -> !member.leaving() && member.clientAddress() != null)
                .filter(member -> !member.process().equals(me.process()))
                .filter(member -> !member.node().equals(me.node())
                        || !view.successor(me.process()).isEmpty());
        ImmutableList<Member> all = Stream.concat(absent ? Stream.empty() : Stream.of(me), others)
                .sorted((a, b) -> a.node().compareTo(b.node()))
                .collect(ImmutableList.toImmutableList());
        return all.isEmpty() ? ImmutableList.of(me) : all;
    }

    @Override
    public void opened(ClientConnection connection) {
        context.mainLoop().execute(() -> {
            connections.put(connection.id(), connection);
            connectionCount.set(connections.size());
            if (joined && !views.current().successor(context.self()).isEmpty()) {
                connection.close("another process has this server's name");
            }
        });
    }

    @Override
    public void request(ClientConnection connection, ClientRequest request, Answer answer) {
        Shards known = shards.get().orElse(null);
        if (known == null) {
            connection.close("this server has not joined its cluster yet");
            return;
        }
        int slotId = known.slotFunction.slotOf(request.dataInfoId());
        SessionShard shard = known.shards.get(slotId % known.shards.size());
        context.loopOfSlot(slotId).execute(() -> shard.request(slotId, connection, request, answer));
    }

    @Override
    public void closed(ClientConnection connection) {
        context.mainLoop().execute(() -> {
            connections.remove(connection.id());
            connectionCount.set(connections.size());
            totals.publishing().closed(connection);
        });
        // Only all shards together know how long the client will take to be back.
        gather(shard -> shard.closed(connection), counts -> {
            int registrations = counts.stream().mapToInt(count -> count).sum();
            forEachShard(shard -> shard.expire(connection, registrations));
        });
    }

    /** Number of publications of this session's clients; answered on a loop. */
    public void publicationCount(Consumer<Integer> answer) {
        gather(
                shard -> shard.publications().size(),
                parts -> answer.accept(parts.stream().mapToInt(count -> count).sum()));
    }

    /**
     * How much this server remembers for data servers that have not been told yet: registerIds and dataInfoIds, counted
     * for each data server. Bounded by the number of publications and subscriptions. Answered on a loop.
     */
    public void backlog(Consumer<Integer> answer) {
        gather(
                SessionShard::backlog,
                parts -> answer.accept(parts.stream().mapToInt(count -> count).sum()));
    }

    /** What operators ask, as far as this server knows; answered on a loop. */
    public void inspect(Inspect question, Consumer<Inspection> answer) {
        if (question.hasClients()) {
            context.mainLoop().execute(() -> {
                Inspection.Builder clients = Inspection.newBuilder();
                long limit = question.getLimit() > 0 ? question.getLimit() : Long.MAX_VALUE;
                connections.tailMap(question.getAfter(), false).values().stream()
                        .limit(limit)
                        .forEach(client -> clients.addClients(ClientRow.newBuilder()
                                .setConnection(client.id())
                                .setAddress(client.remoteAddress())));
                answer.accept(clients.build());
            });
        } else {
            gather(shard -> shard.inspect(question), parts -> {
                Inspection.Builder all = Inspection.newBuilder();
                parts.forEach(all::mergeFrom);
                answer.accept(all.build());
            });
        }
    }

    private <T> void gather(Function<SessionShard, T> question, Consumer<List<T>> answer) {
        Shards known = shards.get().orElse(null);
        if (known == null) {
            answer.accept(List.of());
            return;
        }
        Gather<T> gather = new Gather<>(known.shards.size(), answer);
        for (int i = 0; i < known.shards.size(); i++) {
            int index = i;
            context.loops().get(i).execute(() -> gather.add(index, question.apply(known.shards.get(index))));
        }
    }

    private void viewChanged(ClusterView view) {
        if (view.contains(context.self())) {
            versions.follow(view.versions());
        }
        holdings.proxies(view.settings().get(SettingKey.PROXIES));
        if (shards.get().isEmpty()) {
            ImmutableList.Builder<SessionShard> all = ImmutableList.builder();
            context.loops()
                    .forEach(loop -> all.add(
                            new SessionShard(context, loop, transport, settings, view, totals, this::unreachable)));
            shards.set(Optional.of(new Shards(all.build(), new SlotFunction(view.slotCount()))));
        }
        forEachShard(shard -> shard.view(view));
        endWhenSucceeded(view);
        if (!joined && view.contains(context.self())) {
            joined = true;
            whenReady.run();
        }
    }

    /** Clients would be served by a process that no data server hears any more. */
    private void endWhenSucceeded(ClusterView view) {
        String successor = view.successor(context.self());
        if (joined && !successor.isEmpty()) {
            LOG.error("event=name-taken process={} reason=\"{}\"", context.self(), successor);
            lettingGo.letGo(connections.size(), settings.heartbeatMillis(), true);
        }
    }

    private void forEachShard(Consumer<SessionShard> task) {
        Shards known = shards.get().orElse(null);
        if (known != null) {
            for (int i = 0; i < known.shards.size(); i++) {
                SessionShard shard = known.shards.get(i);
                context.loops().get(i).execute(() -> task.accept(shard));
            }
        }
    }

    /** One loop cannot reach the data server, or can again: meta gives the leadership to another. */
    private void unreachable(NodeId server, boolean cannotReach) {
        context.mainLoop().execute(() -> {
            if (cannotReach) {
                unreachable.add(server);
            } else {
                unreachable.remove(server);
            }
            // Others that are cut off by the same fault are noticed until then: none of them would be a better leader.
            context.mainLoop().schedule(SAME_FAULT_MILLIS, () -> {
                reportedUnreachable = ImmutableSet.copyOf(unreachable);
                meta.reportNow();
            });
        });
    }

    private void answered(HeartbeatReply answer) {
        if (answer.getClientsToLetGo() > 0) {
            lettingGo.letGo(answer.getClientsToLetGo(), settings.heartbeatMillis(), answer.getOnDemand());
        }
    }

    private Heartbeat heartbeat() {
        versionLeaseOver.set(versions.isLeaseOver());
        // For the next heartbeat.
        publicationCount(count -> context.mainLoop().execute(() -> publications = count));
        Member me = self.get();
        return Heartbeat.newBuilder()
                .setSelf(me.toProto())
                .setClientConnections(connections.size())
                .setPublications(publications)
                .setGoodbye(me.leaving())
                .addAllUnreachable(
                        reportedUnreachable.stream().map(NodeId::name).toList())
                .setClusterId(views.current().clusterId())
                .setVersionTime(versions.time())
                .build();
    }

    private record Shards(ImmutableList<SessionShard> shards, SlotFunction slotFunction) {}

    private final class Requests implements Transport.Server {
        @Override
        public void handle(ProcessId sender, Request request, Consumer<Reply> reply) {
            Shards known = shards.get().orElse(null);
            if (request.hasInspect()) {
                inspect(
                        request.getInspect(),
                        answer -> reply.accept(
                                Reply.newBuilder().setInspection(answer).build()));
                return;
            }
            if (request.hasMetaQuery()) {
                reply.accept(meta.contact(views.current()));
                return;
            }
            if (!request.hasChanges()) {
                reply.accept(Reply.newBuilder()
                        .setRefused("not for a session server: " + request.getBodyCase())
                        .build());
                return;
            }
            if (known == null) {
                reply.accept(Reply.newBuilder().setRefused("not ready").build());
                return;
            }
            Map<Integer, List<SlotChanges>> rows = new HashMap<>();
            for (SlotChanges row : request.getChanges().getSlotsList()) {
                rows.computeIfAbsent(Math.floorMod(row.getSlot(), known.shards.size()), i -> new ArrayList<>())
                        .add(row);
            }
            Gather<Boolean> gather =
                    new Gather<>(Math.max(1, rows.size()), done -> reply.accept(Reply.getDefaultInstance()));
            if (rows.isEmpty()) {
                gather.add(0, true);
            }
            int part = 0;
            for (Map.Entry<Integer, List<SlotChanges>> shardRows : rows.entrySet()) {
                int index = part++;
                SessionShard shard = known.shards.get(shardRows.getKey());
                context.loops().get(shardRows.getKey()).execute(() -> {
                    shard.changed(sender, shardRows.getValue());
                    gather.add(index, true);
                });
            }
        }

        @Override
        public void disconnected(ProcessId sender) {
            // Data servers come and go with the view.
        }
    }
}

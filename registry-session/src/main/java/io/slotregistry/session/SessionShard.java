package io.slotregistry.session;

import io.slotregistry.cluster.BlockedClients;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.cluster.SettingKey;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientHandler.Answer;
import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.client.ClientRequest.Publish;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.ClientRequest.Unpublish;
import io.slotregistry.session.client.ClientRequest.Unsubscribe;
import io.slotregistry.session.client.ClientRequest.UnwatchConfig;
import io.slotregistry.session.client.ClientRequest.WatchConfig;
import io.slotregistry.session.configure.Configurators;
import io.slotregistry.session.hold.ClientHoldings;
import io.slotregistry.session.hold.Footprint;
import io.slotregistry.session.hold.Room;
import io.slotregistry.session.publish.Publications;
import io.slotregistry.session.subscribe.Clients;
import io.slotregistry.session.subscribe.PushContext;
import io.slotregistry.session.subscribe.Subscriptions;
import io.slotregistry.session.subscribe.WarmUpPushes;
import io.slotregistry.session.sync.DataStream;
import io.slotregistry.session.sync.StreamContext;
import io.slotregistry.slot.VersionClock;
import io.slotregistry.timeline.Timeline;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The slots of one event loop of a session server. Everything here belongs to that loop. */
final class SessionShard {
    private static final Logger LOG = LoggerFactory.getLogger(SessionShard.class);

    private final NodeContext context;
    private final EventLoop loop;
    private final SessionSettings settings;
    private final PublishingClients publishing;
    private final VersionClock versions;
    private final ClientHoldings holdings;
    private final StreamContext streamContext;
    private final Publications publications;
    private final Clients clients;
    private final Subscriptions subscriptions;
    private final Configurators configurators;
    private final Map<NodeId, DataStream> streams = new TreeMap<>();
    private final Map<Integer, SlotOwners> owners = new HashMap<>();
    /** Apart from pushes, of which there may be so many that they would displace the rest. */
    private final Timeline changes;

    private final Timeline pushes;
    private ClusterView view;
    private ClientLimits limits;
    private BlockedClients blocked;

    /**
     * @param firstView the first that this server has got; later ones come through {@link #view}
     * @param totals of the whole session
     * @param unreachable told, on this loop, which data server cannot be reached or can be again
     */
    SessionShard(
            NodeContext context,
            EventLoop loop,
            Transport transport,
            SessionSettings settings,
            ClusterView firstView,
            SessionTotals totals,
            BiConsumer<NodeId, Boolean> unreachable) {
        this.context = context;
        this.loop = loop;
        this.settings = settings;
        this.holdings = totals.holdings();
        this.view = firstView;
        this.publishing = totals.publishing();
        this.limits = ClientLimits.of(firstView.settings(), settings);
        this.blocked = blockedBy(firstView);
        this.versions = new VersionClock(context.clock());
        this.streamContext = new StreamContext(
                context,
                loop,
                new SplittableRandom(context.random().nextLong()),
                transport,
                () -> view.settings().getOr(SettingKey.RENEW_MILLIS, settings.renewMillis()),
                versions,
                () -> view.epoch(),
                publishing::losses,
                unreachable);
        this.changes = new Timeline(context.clock(), settings.timelineEvents(), context.limits());
        this.pushes = new Timeline(context.clock(), settings.timelineEvents(), context.limits());
        this.publications = new Publications(
                firstView.digestKey(), loop, context.clock(), this::graceMillis, changes, context.limits(), holdings);
        WarmUpPushes warmUpPushes = new WarmUpPushes(() -> view.warmUp().active(), totals.parts());
        PushContext pushContext = new PushContext(
                loop,
                context.clock(),
                settings.push(),
                this::mayPush,
                warmUpPushes,
                dataInfoId -> blocked.of(dataInfoId),
                pushes,
                context.limits(),
                holdings);
        this.clients = new Clients(pushContext);
        this.subscriptions = new Subscriptions(firstView.digestKey(), pushContext, clients, this::watchesChanged);
        this.configurators = new Configurators(pushContext, clients, versions, firstView.settings());
    }

    void view(ClusterView newView) {
        boolean couldPush = mayPush();
        view = newView;
        versions.follow(newView.versions());
        limits = ClientLimits.of(newView.settings(), settings);
        configurators.settings(newView.settings());
        BlockedClients wereBlocked = blocked;
        blocked = blockedBy(newView);
        if (!couldPush && mayPush()) {
            subscriptions.resume();
            configurators.resume();
        } else if (!blocked.equals(wereBlocked)) {
            subscriptions.resume();
        }
        Set<NodeId> used = new HashSet<>();
        for (int slotId = 0; slotId < newView.slotCount(); slotId++) {
            if (context.loopOfSlot(slotId) == loop) {
                route(slotId, newView.owners(slotId));
                used.addAll(newView.owners(slotId).replicas());
            }
        }
        streams.entrySet().removeIf(stream -> {
            boolean unused = !used.contains(stream.getKey());
            if (unused) {
                stream.getValue().stop();
            }
            return unused;
        });
        streams.forEach((node, stream) -> {
            Member member = newView.member(node);
            if (member != null) {
                stream.server(member.process(), member.address());
            }
        });
    }

    void request(int slotId, ClientConnection connection, ClientRequest request, Answer answer) {
        if (request instanceof Publish publish) {
            if (!publications.mayAdd(connection, publish, limits.publishers())) {
                answer.notTaken("this client has " + limits.publishers() + " publishers already");
            } else if (isTaken(publications.room(slotId, connection, publish), answer)) {
                take(slotId, connection, publish, answer);
            }
        } else if (request instanceof Unpublish unpublish) {
            publications.unpublish(slotId, connection, unpublish);
            answer.accepted();
        } else if (request instanceof Subscribe subscribe) {
            if (!subscriptions.mayAdd(connection, subscribe, limits.subscribers())) {
                answer.notTaken("this client has " + limits.subscribers() + " subscribers already");
            } else if (subscriptions.holds(connection, subscribe) || hasRoom(connection, subscribe, answer)) {
                answer.accepted();
                subscriptions.subscribe(slotId, connection, subscribe);
            }
        } else if (request instanceof Unsubscribe unsubscribe) {
            subscriptions.unsubscribe(slotId, connection, unsubscribe);
            answer.accepted();
        } else if (request instanceof WatchConfig watch) {
            if (!configurators.mayAdd(connection, watch, limits.subscribers())) {
                answer.notTaken("this client has " + limits.subscribers() + " configurators already");
            } else if (configurators.holds(connection, watch) || hasRoom(connection, watch, answer)) {
                answer.accepted();
                configurators.watch(connection, watch);
            }
        } else if (request instanceof UnwatchConfig unwatch) {
            configurators.unwatch(connection, unwatch);
            answer.accepted();
        }
    }

    private void take(int slotId, ClientConnection connection, Publish publish, Answer answer) {
        if (!publications.knows(connection)) {
            publishing.publishes(connection);
        }
        publications.publish(slotId, connection, publish);
        if (publications.isHeldElsewhere(slotId, connection, publish)) {
            answer.notYet("a client at another address has this registerId");
        } else {
            answer.accepted();
        }
    }

    private boolean hasRoom(ClientConnection connection, ClientRequest request, Answer answer) {
        return isTaken(holdings.room(holdings.of(connection), Footprint.of(request)), answer);
    }

    /** What a connection may not have it is not to ask for again; anything else may change by itself. */
    private static boolean isTaken(Room room, Answer answer) {
        if (room == Room.CONNECTION_FULL) {
            answer.notTaken(room.reason());
        } else if (room != Room.ENOUGH) {
            answer.notYet(room.reason());
        }
        return room == Room.ENOUGH;
    }

    /** The client is asked to go to another session: its connection closes next. */
    void handOver(ClientConnection connection) {
        publications.handOver(connection, settings.handoverMillis());
    }

    /** How many registrations it had here; {@link #expire} follows. */
    int closed(ClientConnection connection) {
        clients.closed(connection);
        return subscriptions.closed(connection) + configurators.closed(connection) + publications.closed(connection);
    }

    /** @param registrations of the closed connection, here and elsewhere */
    void expire(ClientConnection connection, int registrations) {
        publications.expire(connection, registrations);
    }

    /** Ignored unless it comes from the slot's leader as this session knows it. */
    void changed(ProcessId sender, List<SlotChanges> rows) {
        for (SlotChanges row : rows) {
            SlotOwners known = owners.get(row.getSlot());
            if (known != null && sender.node().equals(known.leader()) && row.getLeaderEpoch() == known.leaderEpoch()) {
                subscriptions.watches(row.getSlot()).changed(row);
                if (row.getWantConfirmation()) {
                    stream(sender.node()).confirmSoon(row.getSlot());
                }
            } else {
                LOG.debug(
                        "event=changes-ignored slot={} from={} leaderEpoch={}",
                        row.getSlot(),
                        sender,
                        row.getLeaderEpoch());
            }
        }
    }

    /** What operators ask, as far as this shard's slots go. */
    Inspection inspect(Inspect question) {
        if (!question.hasTimeline()) {
            return subscriptions.inspect(question);
        }
        Inspection.Builder answer = Inspection.newBuilder();
        changes.inspect(question.getTimeline(), answer);
        pushes.inspect(question.getTimeline(), answer);
        return answer.build();
    }

    Publications publications() {
        return publications;
    }

    /** How much is remembered for data servers that have not been told yet. */
    int backlog() {
        return publications.backlog() + subscriptions.backlog();
    }

    private void route(int slotId, SlotOwners now) {
        SlotOwners before = owners.put(slotId, now);
        boolean newLeader = before == null
                || before.leaderEpoch() != now.leaderEpoch()
                || (now.leader() != null && !now.leader().equals(before.leader()));
        if (before != null) {
            before.replicas().stream()
                    .filter(node -> !now.isReplica(node))
                    .forEach(node -> stream(node).release(slotId));
        }
        for (NodeId node : now.replicas()) {
            boolean leads = node.equals(now.leader());
            stream(node)
                    .replicate(
                            publications.slot(slotId),
                            leads ? subscriptions.watches(slotId) : null,
                            leads && newLeader);
        }
        if (newLeader) {
            subscriptions.watches(slotId).startOver();
        }
    }

    private void watchesChanged(int slotId) {
        SlotOwners known = owners.get(slotId);
        if (known != null && known.leader() != null) {
            stream(known.leader()).watchesChanged(slotId);
        }
    }

    private boolean mayPush() {
        return view.settings().get(SettingKey.PUSH_ENABLED);
    }

    private static BlockedClients blockedBy(ClusterView view) {
        return BlockedClients.of(view.settings(), SettingKey.BLOCKED_SUBSCRIBERS);
    }

    private long graceMillis(String dataInfoId, int registrations) {
        return settings.graceMillis(
                view.settings().getOr(SettingKey.GRACE_MILLIS, dataInfoId, settings.graceMillis()),
                view.settings().getOr(SettingKey.GRACE_MICROS_PER_REGISTRATION, settings.graceMicrosPerRegistration()),
                registrations);
    }

    private DataStream stream(NodeId node) {
        DataStream stream = streams.get(node);
        if (stream == null) {
            stream = new DataStream(streamContext, node);
            streams.put(node, stream);
            stream.start();
        }
        return stream;
    }
}

package io.slotregistry.meta;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.cluster.ViewGossip;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.AdministerReply;
import io.slotregistry.proto.Heartbeat;
import io.slotregistry.proto.HeartbeatReply;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.TimelineQuery;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Published;
import io.slotregistry.timeline.Timeline;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A meta server. While it leads, it compares the replicated view with what it should be, given who is alive and what
 * the data servers report, and proposes the difference, one proposal at a time. Leases are soft state of the leader.
 * Belongs to the main loop.
 */
public final class MetaServer {
    private static final Logger LOG = LoggerFactory.getLogger(MetaServer.class);
    private static final int TIMELINE_EVENTS = 10_000;
    private static final long PROPOSAL_TIMEOUT_MILLIS = 2_000;

    private final NodeContext context;
    private final EventLoop loop;
    private final ReplicatedLog log;
    private final Transport transport;
    private final Published<ClusterView> view = new Published<>(ClusterView.NONE);
    private final Published<Boolean> leads = new Published<>(false);
    private final Timeline timeline;
    private final Leases leases;
    private final Charge charge;
    private final NextView nextView;
    private final Map<NodeId, ViewPush> pushes = new TreeMap<>();
    private final OperatorRequests operators = new OperatorRequests(this::administered);
    private final MemberRequests members;
    private final ClientBalance balance;

    private long proposedEpoch;

    /**
     * @param recoverFrom a node that still knows the cluster whose meta servers have lost everything, or null; used
     *     when there is no state at all
     * @param warmsUp whether clients may come back to what is a new cluster for its meta servers
     */
    public MetaServer(
            NodeContext context,
            MetaSettings settings,
            ReplicatedLog log,
            @Nullable Address recoverFrom,
            boolean warmsUp) {
        this.context = context;
        this.loop = context.mainLoop();
        this.log = log;
        this.timeline = new Timeline(context.clock(), TIMELINE_EVENTS);
        this.leases = new Leases(loop, settings, timeline, this::reconcile);
        this.charge = new Charge(context, settings.slotCount(), log, view::get, recoverFrom, warmsUp, this::takeCharge);
        this.nextView = new NextView(context, settings, leases, operators, this::reconcile);
        this.members = new MemberRequests(context, log, this::administered);
        this.balance = new ClientBalance(leases, context.clock());
        // What is replicated comes from the log alone; a node that shows a newer view says that the log is a copy.
        this.transport = new ViewGossip(
                context.transport(), view::get, newer -> context.mainLoop().execute(() -> charge.shown(newer)));
        transport.serve(new Requests());
    }

    public void start() {
        log.start(new ReplicatedLog.Listener() {
            @Override
            public void applied(ClusterView applied) {
                loop.execute(() -> MetaServer.this.applied(applied));
            }

            @Override
            public void leadership(boolean nowLeads) {
                loop.execute(() -> MetaServer.this.leadership(nowLeads));
            }
        });
    }

    public void stop() {
        leads.set(false);
        log.stop();
    }

    /** What was replicated last; callable from anywhere. */
    public ClusterView view() {
        return view.get();
    }

    public boolean isLeader() {
        return isInCharge();
    }

    /** Why this server leads and is not in charge of the cluster; empty when it is. Callable from anywhere. */
    public String trouble() {
        return charge.trouble();
    }

    /** Why this server's copy of the log has stopped; empty when it works. Callable from anywhere. */
    public String failure() {
        return log.failure();
    }

    /** The leases of a leader, for reading; callable from anywhere. */
    public ImmutableList<NodeStatus> nodes() {
        return leases.statuses();
    }

    /** Whether there is a leader, as far as this server knows; callable from anywhere. */
    public boolean knowsLeader() {
        return log.leader() != null;
    }

    /** Where the nodes connect to that replicate the view; callable from anywhere. */
    public ImmutableList<Address> members() {
        return log.members();
    }

    private void applied(ClusterView applied) {
        if (applied.epoch() <= view.get().epoch()) {
            return;
        }
        nextView.viewChanged(view.get(), applied);
        view.set(applied);
        timeline.record(Kind.VIEW, "", applied.members().size(), applied.epoch(), null);
        LOG.debug(
                "event=view-applied epoch={} members={}",
                applied.epoch(),
                applied.members().size());
        if (leads.get()) {
            charge.applied();
            operators.applied(applied.settings());
            pushView();
            reconcile();
        }
    }

    private void leadership(boolean nowLeads) {
        if (leads.get() == nowLeads) {
            return;
        }
        leads.set(nowLeads);
        LOG.info(
                "event=leadership node={} leads={} epoch={}",
                context.self().node(),
                nowLeads,
                view.get().epoch());
        leases.clear();
        operators.refuseAll("this meta server has just lost the lead: it may or may not take effect");
        proposedEpoch = 0;
        pushes.values().forEach(ViewPush::stop);
        pushes.clear();
        charge.leads(nowLeads);
    }

    /** From now on this server decides for the cluster. Soft state begins anew. */
    private void takeCharge() {
        leases.clear();
        nextView.restart(view.get());
        proposedEpoch = 0;
        leases.grant(view.get().members().values());
        pushView();
        reconcile();
    }

    private void administer(Administer request, Consumer<Reply> reply) {
        if (!isInCharge()) {
            reply.accept(administered());
        } else if (MemberRequests.isOne(request)) {
            members.take(request, view.get().clusterId(), reply);
        } else if (request.getEvenOutSeconds() > 0) {
            balance.demand(request.getEvenOutSeconds());
            reply.accept(administered());
        } else {
            operators.take(request, view.get(), reply);
            reconcile();
        }
    }

    /** How this server stands; made on any thread. */
    private Reply administered() {
        AdministerReply.Builder reply = AdministerReply.newBuilder()
                .setLeader(isInCharge())
                .setLeaderAddress(leaderAddress())
                .setProcess(context.self().toString())
                .setClusterId(view.get().clusterId());
        log.members().forEach(member -> reply.addMembers(member.toString()));
        for (NodeStatus status : leases.statuses()) {
            if (status.member().node().role() == Role.SESSION) {
                reply.putClientsBySession(status.member().node().name(), status.clientConnections());
            }
        }
        return Reply.newBuilder().setAdminister(reply).build();
    }

    /** Leads a cluster that there is. */
    private boolean isInCharge() {
        return leads.get() && charge.isHeld();
    }

    /** Empty when unknown. */
    private String leaderAddress() {
        Address leader = log.leader();
        return leader == null ? "" : leader.toString();
    }

    private Reply heartbeat(ProcessId sender, Request request) {
        HeartbeatReply.Builder reply =
                HeartbeatReply.newBuilder().setLeader(isInCharge()).setLeaderAddress(leaderAddress());
        Heartbeat heartbeat = request.getHeartbeat();
        if (isInCharge() && request.getEpoch() - view.get().epoch() > ClusterView.MAX_LEAP) {
            return refusal("this node shows epoch " + request.getEpoch() + ", further ahead of "
                    + view.get().epoch() + " than can be: restart it");
        }
        if (heartbeat.getClusterId().equals(view.get().clusterId())) {
            charge.shown(Address.parse(heartbeat.getSelf().getAddress()), request.getEpoch());
        }
        if (!isInCharge()) {
            return Reply.newBuilder().setHeartbeat(reply).build();
        }
        String cluster = view.get().clusterId();
        if (!heartbeat.getClusterId().isEmpty() && !heartbeat.getClusterId().equals(cluster)) {
            return refusal("this node is of cluster " + heartbeat.getClusterId() + ", the meta servers are of "
                    + cluster + ": correct registry.metas, or recover the meta servers from this node");
        }
        nextView.heard(sender, heartbeat.getVersionTime(), view.get());
        String refusal = leases.take(heartbeat, sender);
        if (!refusal.isEmpty()) {
            return refusal(refusal);
        }
        Lease lease = leases.of(sender.node());
        if (lease != null) {
            reply.setClientsToLetGo(balance.toLetGo(lease, view.get().settings()))
                    .setOnDemand(balance.isDemanded());
        }
        pushOf(Member.fromProto(heartbeat.getSelf())).knows(request.getEpoch());
        log.members().forEach(member -> reply.addMembers(member.toString()));
        return Reply.newBuilder().setHeartbeat(reply).build();
    }

    /** Proposes what the view should be, unless a proposal is under way: its outcome leads back here. */
    private void reconcile() {
        ClusterView now = view.get();
        if (!isInCharge() || proposedEpoch > now.epoch()) {
            return;
        }
        ClusterView next = nextView.after(now);
        if (next.epoch() > now.epoch()) {
            propose(next);
        }
    }

    private void propose(ClusterView next) {
        long epoch = next.epoch();
        proposedEpoch = epoch;
        log.propose(epoch - 1, next);
        loop.schedule(PROPOSAL_TIMEOUT_MILLIS, () -> {
            if (proposedEpoch == epoch && view.get().epoch() < epoch && leads.get()) {
                LOG.warn("event=proposal-lost epoch={}", epoch);
                proposedEpoch = 0;
                reconcile();
            }
        });
    }

    private void pushView() {
        ClusterView now = view.get();
        pushes.entrySet().removeIf(push -> {
            boolean gone = now.member(push.getKey()) == null;
            if (gone) {
                push.getValue().stop();
            }
            return gone;
        });
        now.members().values().forEach(member -> pushOf(member).viewChanged());
    }

    private ViewPush pushOf(Member member) {
        ViewPush push = pushes.computeIfAbsent(
                member.node(), node -> new ViewPush(context, transport, node, member.address(), view::get));
        push.address(member.address());
        return push;
    }

    private Reply remembered(TimelineQuery query) {
        Inspection.Builder events = Inspection.newBuilder();
        timeline.inspect(query, events);
        return Reply.newBuilder().setInspection(events).build();
    }

    private static Reply refusal(String reason) {
        return Reply.newBuilder().setRefused(reason).build();
    }

    private final class Requests implements Transport.Server {
        @Override
        public void handle(ProcessId sender, Request request, Consumer<Reply> reply) {
            boolean asked = request.hasInspect() && request.getInspect().hasTimeline();
            if (!request.hasHeartbeat() && !request.hasAdminister() && !asked) {
                reply.accept(refusal("not for a meta server: " + request.getBodyCase()));
                return;
            }
            loop.execute(() -> {
                if (request.hasAdminister()) {
                    administer(request.getAdminister(), reply);
                    return;
                }
                if (asked) {
                    reply.accept(remembered(request.getInspect().getTimeline()));
                    return;
                }
                try {
                    reply.accept(heartbeat(sender, request));
                } catch (IllegalArgumentException malformed) {
                    reply.accept(refusal("malformed heartbeat: " + malformed.getMessage()));
                }
            });
        }

        @Override
        public void disconnected(ProcessId sender) {
            loop.execute(() -> leases.disconnected(sender));
        }
    }
}

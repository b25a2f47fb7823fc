package io.slotregistry.meta;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.Member;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Heartbeat;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Published;
import io.slotregistry.timeline.Timeline;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is alive, as the leader knows from heartbeats: soft state. Belongs to the main loop. */
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final EventLoop loop;
    private final MetaSettings settings;
    private final Timeline timeline;
    private final Runnable changed;
    private final Map<NodeId, Lease> byNode = new TreeMap<>();
    private final Published<ImmutableList<NodeStatus>> statuses = new Published<>(ImmutableList.of());

    /** @param changed called when a node has come, gone or reported something that matters for the view */
    Leases(EventLoop loop, MetaSettings settings, Timeline timeline, Runnable changed) {
        this.loop = loop;
        this.settings = settings;
        this.timeline = timeline;
        this.changed = changed;
    }

    /** Grants everybody a fresh lease. */
    void grant(Collection<Member> members) {
        for (Member member : members) {
            byNode.put(member.node(), granted(member));
            expireAfter(member.node(), settings.leaseMillis());
        }
    }

    void clear() {
        byNode.clear();
        publish();
    }

    Collection<Lease> all() {
        return byNode.values();
    }

    @Nullable
    Lease of(NodeId node) {
        return byNode.get(node);
    }

    /** Readable from anywhere. */
    ImmutableList<NodeStatus> statuses() {
        return statuses.get();
    }

    /** Returns why it is refused; empty when it was taken. */
    String take(Heartbeat heartbeat, ProcessId sender) {
        Member member = Member.fromProto(heartbeat.getSelf());
        Lease held = byNode.get(member.node());
        if (!member.process().equals(sender)) {
            return "heartbeat of " + member.process() + " sent by " + sender;
        }
        if (held != null && held.member.process().compareTo(sender) > 0) {
            return "a later process of this node is alive: " + held.member.process();
        }
        if (!heartbeat.getGoodbye()) {
            renew(member, held, heartbeat);
        } else if (held != null) {
            LOG.info("event=goodbye process={}", sender);
            timeline.record(Kind.LEFT, "", sender, 0, "goodbye");
            byNode.remove(member.node());
            publish();
            changed.run();
        }
        return "";
    }

    /** A closed connection is suspicion, which shortens the lease. */
    void disconnected(ProcessId process) {
        Lease lease = byNode.get(process.node());
        if (lease != null && lease.member.process().equals(process)) {
            expireAfter(process.node(), settings.suspicionMillis());
        }
    }

    /** Sessions that another leader knew, and that are silent when all others have ended, probably ended with them. */
    void suspectUnheardSessions() {
        byNode.values().stream()
                .filter(lease -> !lease.isHeard() && lease.member.node().role() == Role.SESSION)
                .map(lease -> lease.member.node())
                .toList()
                .forEach(node -> expireAfter(node, settings.suspicionMillis()));
    }

    private void renew(Member member, @Nullable Lease held, Heartbeat heartbeat) {
        boolean same = held != null && held.member.equals(member);
        Lease lease = held != null && same ? held : granted(member);
        boolean news = lease.take(heartbeat) || !same;
        if (held == null || !held.member.process().equals(member.process())) {
            timeline.record(Kind.JOINED, "", member.process(), 0, member.address());
        }
        byNode.put(member.node(), lease);
        expireAfter(member.node(), settings.leaseMillis());
        publish();
        if (news) {
            changed.run();
        }
    }

    private Lease granted(Member member) {
        Lease lease = new Lease(member);
        loop.schedule(ClientBalance.KNOWN_AFTER_MILLIS, lease::settle);
        return lease;
    }

    private void expireAfter(NodeId node, long millis) {
        Lease lease = byNode.get(node);
        if (lease == null) {
            return;
        }
        if (lease.timer != null) {
            lease.timer.cancel();
        }
        lease.timer = loop.schedule(millis, () -> {
            if (byNode.get(node) == lease) {
                LOG.warn("event=lease-expired process={}", lease.member.process());
                timeline.record(Kind.LEFT, "", lease.member.process(), 0, "lease expired");
                byNode.remove(node);
                publish();
                changed.run();
            }
        });
    }

    private void publish() {
        statuses.set(byNode.values().stream().map(Lease::status).collect(ImmutableList.toImmutableList()));
    }
}

package io.slotregistry.meta;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.AdministerReply;
import io.slotregistry.proto.MetaContact;
import io.slotregistry.proto.MetaQuery;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Asks nodes which view they hold and which meta leader they hear, before this server decides anything for them: its
 * disk can be a copy from an earlier time, and the group that it was copied from can be alive. Used once. Belongs to
 * the main loop.
 */
final class Sounding {
    /** A node that needs longer is noticed by its heartbeat. */
    static final long LIMIT_MILLIS = 500;

    /** Until then a node is waited for while none has answered: those that joined later than the copy are not asked. */
    static final long SILENCE_MILLIS = 1_500;

    /** A leader that was silent for longer than a few heartbeats has been lost, or will be heard of. */
    private static final long RECENT_MILLIS = 10_000;

    private final NodeContext context;
    private final Collection<Address> group;
    private final Consumer<Sounding> done;
    private final Set<Address> asked = new HashSet<>();
    private ClusterView newest;
    private long greatestEpoch;
    private boolean anybody;
    private String otherLeader = "";
    private int waitingFor;
    private boolean over;

    /**
     * @param own what this server holds, none if it has lost everything
     * @param group the members of this meta group
     */
    Sounding(NodeContext context, ClusterView own, Collection<Address> group, Consumer<Sounding> done) {
        this.context = context;
        this.newest = own;
        this.greatestEpoch = own.epoch();
        this.group = group;
        this.done = done;
    }

    void start(Collection<Address> nodes) {
        waitingFor++;
        nodes.forEach(this::ask);
        newest.members().values().stream().map(Member::address).forEach(this::ask);
        context.mainLoop().schedule(LIMIT_MILLIS, () -> {
            if (anybody) {
                end();
            }
        });
        context.mainLoop().schedule(SILENCE_MILLIS, this::end);
        answered();
    }

    /** The newest view that this server or a node holds. */
    ClusterView newest() {
        return newest;
    }

    /** The greatest epoch that can have been given. */
    long greatestEpoch() {
        return greatestEpoch;
    }

    /** Whether a node of this cluster has answered. */
    boolean hasHeardAnybody() {
        return anybody;
    }

    /** Who leads this cluster in another meta group; empty when there is no other. */
    String otherLeader() {
        return otherLeader;
    }

    /** A node has shown this. */
    void learn(ClusterView offered) {
        if (!offered.canSucceed(newest)) {
            return;
        }
        anybody = true;
        newest = offered;
        greatestEpoch = Math.max(greatestEpoch, offered.epoch());
        offered.members().values().stream().map(Member::address).forEach(this::ask);
    }

    /** A node says by itself that it holds this; it is asked to show it. */
    void learn(Address node, long epoch) {
        learn(epoch);
        ask(node);
    }

    private void learn(long epoch) {
        if (epoch - newest.epoch() <= ClusterView.MAX_LEAP) {
            greatestEpoch = Math.max(greatestEpoch, epoch);
        }
    }

    private void ask(Address node) {
        if (over || !asked.add(node)) {
            return;
        }
        Request question = Request.newBuilder()
                .setEpoch(newest.epoch())
                .setMetaQuery(MetaQuery.getDefaultInstance())
                .build();
        call(node, question, this::heard);
    }

    private void heard(Reply reply) {
        if (reply.hasView()) {
            learn(ClusterView.fromProto(reply.getView()));
        }
        MetaContact contact = reply.getMetaContact();
        if (newest.isNone() || !contact.getClusterId().equals(newest.clusterId())) {
            return;
        }
        anybody = true;
        learn(reply.getEpoch());
        if (!contact.getLeader().isEmpty() && contact.getSilenceMillis() < RECENT_MILLIS) {
            askLeader(Address.parse(contact.getLeader()));
        }
    }

    private void askLeader(Address leader) {
        if (over || group.contains(leader) || !asked.add(leader)) {
            return;
        }
        Request question = Request.newBuilder()
                .setAdminister(Administer.getDefaultInstance())
                .build();
        call(leader, question, reply -> {
            AdministerReply answer = reply.getAdminister();
            List<String> own = group.stream().map(Address::toString).toList();
            if (answer.getLeader()
                    && answer.getClusterId().equals(newest.clusterId())
                    && Collections.disjoint(own, answer.getMembersList())) {
                otherLeader = leader.toString();
            }
        });
    }

    private void call(Address to, Request question, Consumer<Reply> heard) {
        waitingFor++;
        context.transport().call(to, question, LIMIT_MILLIS, context.mainLoop(), new Transport.Callback() {
            @Override
            public void replied(Reply reply) {
                if (!over) {
                    try {
                        heard.accept(reply);
                    } catch (IllegalArgumentException malformed) {
                        // As if it had not answered.
                    }
                    answered();
                }
            }

            @Override
            public void failed(String reason) {
                answered();
            }
        });
    }

    private void answered() {
        waitingFor--;
        if (waitingFor == 0 && (anybody || asked.isEmpty())) {
            end();
        }
    }

    private void end() {
        if (!over) {
            over = true;
            done.accept(this);
        }
    }
}

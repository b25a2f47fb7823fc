package io.slotregistry.meta;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes who replicates the log when operators ask the leader to. Whoever is to be added is asked first whether it is
 * a meta server of this cluster or of none. Belongs to the main loop.
 */
final class MemberRequests {
    private static final Logger LOG = LoggerFactory.getLogger(MemberRequests.class);
    private static final int MAX_MEMBERS = 5;
    private static final long ANSWER_MILLIS = 2_000;

    private final NodeContext context;
    private final ReplicatedLog log;
    private final Supplier<Reply> done;

    /** @param done the answer to whoever asked for what has taken effect; called on any thread */
    MemberRequests(NodeContext context, ReplicatedLog log, Supplier<Reply> done) {
        this.context = context;
        this.log = log;
        this.done = done;
    }

    static boolean isOne(Administer request) {
        return request.hasAddMember() || request.hasRemoveMember() || request.hasReplaceMember();
    }

    void take(Administer request, String clusterId, Consumer<Reply> reply) {
        List<Address> next = new ArrayList<>(log.members());
        try {
            if (request.hasRemoveMember() || request.hasReplaceMember()) {
                Address old = Address.parse(
                        request.hasRemoveMember()
                                ? request.getRemoveMember()
                                : request.getReplaceMember().getOldMember());
                boolean removed = next.remove(old);
                if (!removed && request.hasReplaceMember()) {
                    throw new IllegalArgumentException(old + " is not among the members " + next);
                }
            }
            if (request.hasRemoveMember()) {
                change(next, reply);
                return;
            }
            Address fresh = Address.parse(
                    request.hasAddMember()
                            ? request.getAddMember()
                            : request.getReplaceMember().getNewMember());
            if (!next.contains(fresh)) {
                next.add(fresh);
            }
            askFirst(fresh, clusterId, reply, () -> change(next, reply));
        } catch (IllegalArgumentException unusable) {
            reply.accept(refusal(String.valueOf(unusable.getMessage())));
        }
    }

    private void askFirst(Address fresh, String clusterId, Consumer<Reply> reply, Runnable then) {
        Request question = Request.newBuilder()
                .setAdminister(Administer.getDefaultInstance())
                .build();
        context.transport().call(fresh, question, ANSWER_MILLIS, context.mainLoop(), new Transport.Callback() {
            @Override
            public void replied(Reply answer) {
                String other = answer.getAdminister().getClusterId();
                if (!answer.hasAdminister()) {
                    reply.accept(refusal(fresh + " is not a meta server"));
                } else if (!other.isEmpty() && !other.equals(clusterId)) {
                    reply.accept(refusal(fresh + " has data of another cluster, " + other + ": empty its directory"));
                } else {
                    then.run();
                }
            }

            @Override
            public void failed(String reason) {
                reply.accept(refusal(fresh + " does not answer (" + reason
                        + "): start it there first, with --registry.meta.join=true"));
            }
        });
    }

    private void change(List<Address> next, Consumer<Reply> reply) {
        if (next.isEmpty() || next.size() > MAX_MEMBERS) {
            reply.accept(refusal("a meta group has 1 to " + MAX_MEMBERS + " members, not " + next.size()));
            return;
        }
        LOG.info("event=change-members from={} to={}", log.members(), next);
        log.changeMembers(
                ImmutableList.copyOf(next),
                failure -> reply.accept(failure.isEmpty() ? done.get() : refusal("not changed: " + failure)));
    }

    private static Reply refusal(String reason) {
        return Reply.newBuilder().setRefused(reason).build();
    }
}

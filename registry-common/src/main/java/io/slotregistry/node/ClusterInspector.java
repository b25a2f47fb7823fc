package io.slotregistry.node;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Asks the nodes of the cluster what they hold, and waits for all of them. */
public final class ClusterInspector {
    private static final long TIMEOUT_MILLIS = 3_000;

    private final RoleNode node;

    ClusterInspector(RoleNode node) {
        this.node = node;
    }

    /**
     * What the nodes said, by node, and who did not answer.
     *
     * @param unanswered ids of nodes without an answer
     */
    record Answers(TreeMap<String, Inspection> byNode, List<String> unanswered) {}

    ClusterView view() {
        return node.view();
    }

    /** Blocks for at most a few seconds. */
    Answers ask(List<Member> members, Inspect question) {
        Request request = Request.newBuilder()
                .setEpoch(view().epoch())
                .setInspect(question)
                .build();
        List<CompletableFuture<Inspection>> asked = new ArrayList<>();
        for (Member member : members) {
            CompletableFuture<Inspection> answer = new CompletableFuture<>();
            asked.add(answer);
            node.context()
                    .transport()
                    .call(
                            member.address(),
                            request,
                            TIMEOUT_MILLIS,
                            node.context().mainLoop(),
                            new Transport.Callback() {
                                @Override
                                public void replied(Reply reply) {
                                    if (reply.getRefused().isEmpty()) {
                                        answer.complete(reply.getInspection());
                                    } else {
                                        failed(reply.getRefused());
                                    }
                                }

                                @Override
                                public void failed(String reason) {
                                    answer.completeExceptionally(new IllegalStateException(reason));
                                }
                            });
        }
        Answers answers = new Answers(new TreeMap<>(), new ArrayList<>());
        for (int i = 0; i < asked.size(); i++) {
            String id = members.get(i).node().toString();
            try {
                answers.byNode.put(id, asked.get(i).join());
            } catch (java.util.concurrent.CompletionException failed) {
                answers.unanswered.add(id);
            }
        }
        return answers;
    }
}

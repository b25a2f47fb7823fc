package io.slotregistry.node;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Asks the nodes of the cluster what they hold, and waits for all of them. Few questions at a time, because each costs
 * all nodes something.
 */
public final class ClusterInspector {
    static final int AT_A_TIME = 4;
    private static final long ANSWER_MILLIS = 3_000;
    private static final long TURN_MILLIS = 1_000;

    private final RoleNode node;
    private final Semaphore turns = new Semaphore(AT_A_TIME, true);

    ClusterInspector(RoleNode node) {
        this.node = node;
    }

    /**
     * What the nodes said, by node, and who did not answer.
     *
     * @param unanswered ids of nodes without an answer
     */
    record Answers(TreeMap<String, Inspection> byNode, List<String> unanswered) {}

    /** There are too many questions already. */
    static final class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private BusyException() {
            super(AT_A_TIME + " questions about the cluster are being answered already: ask again later");
        }
    }

    ClusterView view() {
        return node.view();
    }

    /** As {@link #ask(Map)}, the same question to all. */
    Answers ask(List<Member> members, Inspect question) {
        Map<Member, Inspect> questions = new LinkedHashMap<>();
        members.forEach(member -> questions.put(member, question));
        return ask(questions);
    }

    /**
     * Blocks for at most a few seconds.
     *
     * @throws BusyException when it is nobody's turn for too long
     */
    Answers ask(Map<Member, Inspect> questions) {
        boolean turn = false;
        try {
            turn = turns.tryAcquire(TURN_MILLIS, TimeUnit.MILLISECONDS);
            if (!turn) {
                throw new BusyException();
            }
            return answers(questions);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new BusyException();
        } finally {
            if (turn) {
                turns.release();
            }
        }
    }

    private Answers answers(Map<Member, Inspect> questions) {
        Map<String, CompletableFuture<Inspection>> asked = new LinkedHashMap<>();
        questions.forEach((member, question) -> asked.put(member.node().toString(), ask(member, question)));
        Answers answers = new Answers(new TreeMap<>(), new ArrayList<>());
        asked.forEach((id, answer) -> {
            try {
                answers.byNode.put(id, answer.join());
            } catch (CompletionException failed) {
                answers.unanswered.add(id);
            }
        });
        return answers;
    }

    private CompletableFuture<Inspection> ask(Member member, Inspect question) {
        Request request = Request.newBuilder()
                .setEpoch(view().epoch())
                .setInspect(question)
                .build();
        CompletableFuture<Inspection> answer = new CompletableFuture<>();
        Transport.Callback callback = new Transport.Callback() {
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
        };
        node.context()
                .transport()
                .call(member.address(), request, ANSWER_MILLIS, node.context().mainLoop(), callback);
        return answer;
    }
}

package io.slotregistry.cli;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.model.Role;
import io.slotregistry.node.ClusterCaller;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.StartupException;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.AdministerReply;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The leader of the meta group, as a command finds it: any meta server says who it is. */
final class MetaLeader implements AutoCloseable {
    private static final long LIMIT_MILLIS = 10_000;
    private static final long QUESTION_MILLIS = 4_000;
    private static final long ATTEMPT_MILLIS = 5_000;
    private static final long MEMBER_MILLIS = 2_000;
    private static final long PAUSE_MILLIS = 200;

    private final NodeSettings settings;
    private final ClusterCaller caller;

    /** @throws StartupException when a setting is missing or unusable */
    MetaLeader(NodeSettings settings) {
        this.settings = settings;
        this.caller = new ClusterCaller(settings);
    }

    /** @param view the cluster as it is when the request has taken effect */
    record Answer(ClusterView view, AdministerReply reply) {}

    /** @throws StartupException with one line that says why it has not taken effect, or may not have */
    Answer ask(Administer request) {
        Request message = Request.newBuilder().setAdminister(request).build();
        Deque<Address> next = new ArrayDeque<>(settings.metaAddresses());
        // A question waits for an election at most; a change is worth more patience.
        boolean question = request.getWhatCase() == Administer.WhatCase.WHAT_NOT_SET;
        long deadline = System.nanoTime() + (question ? QUESTION_MILLIS : LIMIT_MILLIS) * 1_000_000;
        Map<Address, String> troubles = new LinkedHashMap<>();
        while (System.nanoTime() < deadline) {
            if (next.isEmpty()) {
                pause();
                next.addAll(settings.metaAddresses());
            }
            Address meta = next.remove();
            try {
                Reply reply = caller.ask(meta, message, question ? MEMBER_MILLIS : ATTEMPT_MILLIS);
                if (!reply.getRefused().isEmpty()) {
                    throw new StartupException("refused: " + reply.getRefused());
                }
                if (reply.getAdminister().getLeader()) {
                    return new Answer(ClusterView.fromProto(reply.getView()), reply.getAdminister());
                }
                troubles.put(meta, "knows no leader");
                String leader = reply.getAdminister().getLeaderAddress();
                if (!leader.isEmpty() && !leader.equals(meta.toString())) {
                    next.addFirst(Address.parse(leader));
                }
            } catch (IllegalStateException unanswered) {
                troubles.put(meta, "does not answer (" + unanswered.getMessage() + ")");
            }
        }
        String each = troubles.entrySet().stream()
                .map(trouble -> trouble.getKey() + " " + trouble.getValue())
                .collect(Collectors.joining("; "));
        throw new StartupException("the meta group has no leader that answers: " + each + ": "
                + (question ? "a leader needs more than half of the members" : "the request is not confirmed")
                + ", see registry.metas");
    }

    /** Whether any node has a publisher, subscriber or configurator of the service. */
    boolean isKnown(String dataInfoId, ClusterView view) {
        Request question = Request.newBuilder()
                .setEpoch(view.epoch())
                .setInspect(Inspect.newBuilder().setService(dataInfoId))
                .build();
        return view.members().values().stream()
                .filter(member -> member.node().role() != Role.META)
                .anyMatch(member -> {
                    try {
                        Inspection seen = caller.ask(member.address(), question, MEMBER_MILLIS)
                                .getInspection();
                        return seen.getPublishersCount() + seen.getSubscribersCount() + seen.getServicesCount() > 0;
                    } catch (IllegalStateException silent) {
                        return false;
                    }
                });
    }

    /** What one meta server says of itself; nothing when it does not answer. */
    AdministerReply askMember(String address) {
        try {
            Request question = Request.newBuilder()
                    .setAdminister(Administer.getDefaultInstance())
                    .build();
            return caller.ask(Address.parse(address), question, MEMBER_MILLIS).getAdminister();
        } catch (IllegalStateException silent) {
            return AdministerReply.getDefaultInstance();
        }
    }

    /** @throws StartupException when this command is to end */
    static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted");
        }
    }

    @Override
    public void close() {
        caller.close();
    }
}

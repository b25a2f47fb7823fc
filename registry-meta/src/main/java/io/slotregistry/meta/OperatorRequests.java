package io.slotregistry.meta;

import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators have asked the leader for and what is not replicated yet. A request is a change that is harmless to
 * repeat, so it is proposed until it has nothing left to change, and answered then. Belongs to the main loop.
 */
final class OperatorRequests {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorRequests.class);
    private static final int MAX_WAITING = 64;
    private static final int MAX_SHOWN = 400;

    private final Supplier<Reply> done;
    private final List<Waiting> waiting = new ArrayList<>();

    /** @param done the answer to whoever asked for what has taken effect */
    OperatorRequests(Supplier<Reply> done) {
        this.done = done;
    }

    private record Waiting(Administer request, Consumer<Reply> reply) {}

    /** Answers at once when it cannot be or has nothing to change. */
    void take(Administer request, ClusterView view, Consumer<Reply> reply) {
        ClusterSettings now = view.settings();
        try {
            requireKnownServer(request, view);
            if (change(request, now).equals(now)) {
                reply.accept(done.get());
            } else if (waiting.size() >= MAX_WAITING) {
                reply.accept(refusal("too many requests of operators are waiting: try again"));
            } else {
                waiting.add(new Waiting(request, reply));
            }
        } catch (IllegalArgumentException unusable) {
            reply.accept(refusal(String.valueOf(unusable.getMessage())));
        }
    }

    /** A mistyped name has no slots, so that a drain of it would seem to be done at once. */
    private static void requireKnownServer(Administer request, ClusterView view) {
        if (!request.hasDrain() && !request.hasUndrain()) {
            return;
        }
        NodeId server = new NodeId(Role.DATA, request.hasDrain() ? request.getDrain() : request.getUndrain());
        boolean known = view.member(server) != null
                || view.settings().draining().contains(server)
                || view.slots().stream().anyMatch(slot -> slot.isReplica(server));
        if (!known) {
            throw new IllegalArgumentException(server + " is not a data server of this cluster, which has "
                    + view.members(Role.DATA)
                            .map(member -> member.node().toString())
                            .collect(Collectors.joining(", ")));
        }
    }

    /** What should be replicated after these settings. */
    ClusterSettings after(ClusterSettings now) {
        ClusterSettings next = now;
        for (Waiting each : List.copyOf(waiting)) {
            try {
                next = change(each.request, next);
            } catch (IllegalArgumentException becameImpossible) {
                waiting.remove(each);
                each.reply.accept(refusal(String.valueOf(becameImpossible.getMessage())));
            }
        }
        return next.values().equals(now.values()) && next.draining().equals(now.draining())
                ? now
                : new ClusterSettings(now.version() + 1, next.values(), next.draining());
    }

    void applied(ClusterSettings now) {
        for (Waiting each : List.copyOf(waiting)) {
            if (isDone(each.request, now)) {
                LOG.info("event=administered version={} request=\"{}\"", now.version(), shown(each.request));
                waiting.remove(each);
                each.reply.accept(done.get());
            }
        }
    }

    /** On one line; a value may be long. */
    private static String shown(Administer request) {
        String line = request.toString().replaceAll("\\s+", " ").strip();
        return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "…";
    }

    void refuseAll(String reason) {
        List<Waiting> refused = List.copyOf(waiting);
        waiting.clear();
        refused.forEach(each -> each.reply.accept(refusal(reason)));
    }

    /** One that has become impossible is refused by the next plan. */
    private static boolean isDone(Administer request, ClusterSettings now) {
        try {
            return change(request, now).equals(now);
        } catch (IllegalArgumentException becameImpossible) {
            return false;
        }
    }

    private static ClusterSettings change(Administer request, ClusterSettings settings) {
        return switch (request.getWhatCase()) {
            case SET ->
                settings.with(
                        request.getSet().getKey(),
                        request.getSet().getValue(),
                        request.getSet().getService());
            case UNSET ->
                settings.without(request.getUnset().getKey(), request.getUnset().getService());
            case DRAIN -> settings.withDraining(new NodeId(Role.DATA, request.getDrain()));
            case UNDRAIN -> settings.withoutDraining(new NodeId(Role.DATA, request.getUndrain()));
            default -> settings;
        };
    }

    private static Reply refusal(String reason) {
        return Reply.newBuilder().setRefused(reason).build();
    }
}

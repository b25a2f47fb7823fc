package io.slotregistry.cluster;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Heartbeat;
import io.slotregistry.proto.HeartbeatReply;
import io.slotregistry.proto.MetaContact;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Published;
import io.slotregistry.sender.CoalescingSender;
import io.slotregistry.sender.SenderSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's heartbeats to the meta leader, each interval and at once when there is news. Any meta server redirects to
 * the leader; one that does not answer is passed over for the next. Belongs to the main loop.
 */
public final class MetaLink {
    private static final Logger LOG = LoggerFactory.getLogger(MetaLink.class);
    private static final long NO_LEADER_PAUSE_MILLIS = 100;

    private final EventLoop loop;
    private final NodeContext context;
    private final ImmutableList<Address> configured;
    private final long heartbeatMillis;
    private final Supplier<Heartbeat> report;
    private final Consumer<HeartbeatReply> answered;
    private final CoalescingSender sender;
    private final Published<Long> lastContactMillis;
    private final Published<String> lastLeader = new Published<>("");
    private final Published<String> trouble = new Published<>("no answer yet");

    /** What the leader has said last, then what this node was told at its start. */
    private ImmutableList<Address> metas;

    private Address target;
    private int nextMeta;
    private final List<Runnable> awaitingDelivery = new ArrayList<>();
    private final List<Runnable> inFlight = new ArrayList<>();
    private boolean due;
    private boolean inContact;
    private EventLoop.@Nullable Timer timer;

    /**
     * @param report the heartbeat as of now; called on the main loop
     * @param answered told what the leader answers; called on the main loop
     */
    public MetaLink(
            NodeContext context,
            Transport transport,
            ImmutableList<Address> metas,
            long heartbeatMillis,
            Supplier<Heartbeat> report,
            Consumer<HeartbeatReply> answered) {
        if (metas.isEmpty()) {
            throw new IllegalArgumentException("a node needs the address of at least one meta server");
        }
        this.context = context;
        this.loop = context.mainLoop();
        this.configured = metas;
        this.metas = metas;
        this.heartbeatMillis = heartbeatMillis;
        this.report = report;
        this.answered = answered;
        this.target = metas.get(0);
        this.lastContactMillis = new Published<>(context.clock().monotonicMillis());
        this.sender = new CoalescingSender(
                context.streams().stream(Role.META, context.self() + "->meta"),
                loop,
                new SplittableRandom(context.random().nextLong()),
                transport,
                new SenderSettings(heartbeatMillis, Math.max(1, heartbeatMillis / 10), heartbeatMillis, 3),
                new Heartbeats());
    }

    public void start() {
        loop.execute(this::beat);
    }

    /** There is news for meta. Callable from anywhere. */
    public void reportNow() {
        loop.execute(this::due);
    }

    /** @param delivered runs on the main loop when the meta leader has the news */
    public void reportNow(Runnable delivered) {
        loop.execute(() -> {
            awaitingDelivery.add(delivered);
            due();
        });
    }

    /** On the main loop. */
    public void stop() {
        if (timer != null) {
            timer.cancel();
        }
        sender.stop();
    }

    /** Milliseconds since the meta leader answered last, or since this link was made. Callable from anywhere. */
    public long silenceMillis() {
        return context.clock().monotonicMillis() - lastContactMillis.get();
    }

    /** Why there is no contact with the meta leader, empty when there is. Callable from anywhere. */
    public String trouble() {
        return trouble.get();
    }

    /** For a meta server that begins to lead. Callable from anywhere. */
    public Reply contact(ClusterView held) {
        return Reply.newBuilder()
                .setMetaContact(MetaContact.newBuilder()
                        .setLeader(lastLeader.get())
                        .setSilenceMillis(silenceMillis())
                        .setClusterId(held.clusterId()))
                .build();
    }

    private void due() {
        due = true;
        sender.wake();
    }

    private void beat() {
        due();
        timer = loop.schedule(heartbeatMillis, this::beat);
    }

    private final class Heartbeats implements CoalescingSender.Source {
        @Override
        public Address target() {
            return target;
        }

        @Override
        public @Nullable Request take() {
            if (!due) {
                return null;
            }
            due = false;
            inFlight.addAll(awaitingDelivery);
            awaitingDelivery.clear();
            return Request.newBuilder().setHeartbeat(report.get()).build();
        }

        @Override
        public void delivered(Reply reply) {
            HeartbeatReply answer = reply.getHeartbeat();
            if (answer.getLeader()) {
                lastContactMillis.set(context.clock().monotonicMillis());
                lastLeader.set(target.toString());
                learnMembers(answer.getMembersList());
                trouble.set("");
                if (!inContact) {
                    inContact = true;
                    LOG.info("event=meta-connected leader={}", target);
                }
                answered.accept(answer);
                inFlight.forEach(Runnable::run);
                inFlight.clear();
                return;
            }
            inContact = false;
            notDelivered();
            trouble.set(target + " knows no meta leader");
            Address leader = parseOrNull(answer.getLeaderAddress());
            if (leader != null && !leader.equals(target)) {
                target = leader;
                due = true;
            } else {
                passOn();
                loop.schedule(NO_LEADER_PAUSE_MILLIS, MetaLink.this::due);
            }
        }

        @Override
        public void failed(String reason, boolean unsynced) {
            if (inContact) {
                LOG.warn("event=meta-silent meta={} reason=\"{}\"", target, reason);
            }
            inContact = false;
            notDelivered();
            trouble.set(target + ": " + reason);
            due = true;
            passOn();
        }

        /** They can all have been replaced since this node was told. */
        private void learnMembers(List<String> members) {
            ImmutableSet.Builder<Address> known = ImmutableSet.builder();
            members.stream().map(this::parseOrNull).filter(Objects::nonNull).forEach(known::add);
            metas = known.addAll(configured).build().asList();
        }

        private void notDelivered() {
            awaitingDelivery.addAll(inFlight);
            inFlight.clear();
        }

        private void passOn() {
            nextMeta = (nextMeta + 1) % metas.size();
            target = metas.get(nextMeta);
        }

        private @Nullable Address parseOrNull(String text) {
            try {
                return text.isEmpty() ? null : Address.parse(text);
            } catch (IllegalArgumentException malformed) {
                LOG.warn("event=malformed-leader-address reason=\"{}\"", malformed.getMessage());
                return null;
            }
        }
    }
}

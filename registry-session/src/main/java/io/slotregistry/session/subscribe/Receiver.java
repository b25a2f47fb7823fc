package io.slotregistry.session.subscribe;

import io.slotregistry.proto.SubscriberRow;
import io.slotregistry.session.client.ClientConnection.PushListener;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.DataPush;
import io.slotregistry.session.client.PushContent;
import io.slotregistry.session.client.Scope;
import io.slotregistry.session.hold.Charge;
import io.slotregistry.session.hold.Footprint;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscribers of one connection to one service. One push is in flight at a time; what changes meanwhile is in the
 * next one. A push counts only when the client acknowledged it, and a retry sends what is current then.
 */
final class Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

    private final Client client;
    private final Interest interest;
    private final PushContext context;
    private final Map<String, Subscriber> subscribers = new LinkedHashMap<>();
    private final Client.Turn turn;
    private final RetryPause retry;
    private final Charge charge;
    private int inFlight;
    private boolean failedInFlight;
    private boolean stopped;

    Receiver(Client client, Interest interest, PushContext context) {
        this.client = client;
        this.interest = interest;
        this.context = context;
        this.turn = client.turn(this::push);
        this.retry = new RetryPause(context, this::push);
        this.charge = new Charge(client.share());
    }

    /** The same again is a repetition, because the answer was late; what it was pushed on this connection counts. */
    void add(Subscribe subscribe) {
        Subscriber before = subscribers.get(subscribe.registerId());
        if (before == null || !before.subscribe.equals(subscribe)) {
            remove(subscribe.registerId());
            subscribers.put(subscribe.registerId(), new Subscriber(subscribe, context.nowMillis()));
            charge.add(Footprint.of(subscribe));
        }
    }

    /** True when none is left. */
    boolean remove(String registerId) {
        Subscriber removed = subscribers.remove(registerId);
        if (removed != null) {
            charge.subtract(Footprint.of(removed.subscribe));
        }
        return subscribers.isEmpty();
    }

    void stop() {
        stopped = true;
        retry.cancel();
        client.leave(turn);
        charge.release();
    }

    /** Pushes to those who have not acknowledged the current revision, unless a push is on its way or held back. */
    void push() {
        if (stopped
                || inFlight > 0
                || retry.isOn()
                || interest.revision() == 0
                || !context.enabled().getAsBoolean()
                || isBlocked()) {
            return;
        }
        Map<View, List<Subscriber>> due = due();
        if (due.isEmpty() || !client.mayPush(turn, due.size() * interest.pushBytes())) {
            return;
        }
        failedInFlight = false;
        due.forEach(this::send);
    }

    private boolean isBlocked() {
        return context.blocked()
                .apply(interest.dataInfoId())
                .contain(client.connection().remoteAddress());
    }

    private Map<View, List<Subscriber>> due() {
        Map<View, List<Subscriber>> due = new LinkedHashMap<>();
        boolean warmingUp = interest.isWarmingUp();
        for (Subscriber subscriber : subscribers.values()) {
            if (subscriber.ackedRevision < interest.revision() && (!warmingUp || isDueFirst(subscriber))) {
                due.computeIfAbsent(subscriber.view(), view -> new ArrayList<>())
                        .add(subscriber);
            }
        }
        return due;
    }

    /** While the cluster warms up each is pushed to once. */
    private boolean isDueFirst(Subscriber subscriber) {
        if (subscriber.ackedRevision > 0) {
            return false;
        }
        long waitMillis = interest.firstPushWaitMillis(subscriber.subscribedMillis);
        if (waitMillis > 0) {
            interest.pushIn(waitMillis);
        }
        return waitMillis == 0;
    }

    private void send(View view, List<Subscriber> group) {
        PushContent content = interest.contentFor(view.scope(), view.zone());
        long revision = interest.revision();
        List<String> ids = new ArrayList<>(group.size());
        group.forEach(subscriber -> ids.add(subscriber.subscribe.registerId()));
        note(Kind.PUSHED, content.version(), null);
        Attempt attempt = new Attempt(group, revision, content.version());
        DataPush push = new DataPush(interest.dataInfoId(), view.scope(), view.zone(), ids, content);
        client.connection().push(push, context.settings().timeoutMillis(), new PushListener() {
            @Override
            public void acknowledged() {
                context.loop().execute(() -> Receiver.this.acknowledged(attempt));
            }

            @Override
            public void failed(String reason) {
                context.loop().execute(() -> Receiver.this.failed(attempt, reason));
            }
        });
        // Only now: if a push could not be made at all, the next change must still get through.
        inFlight++;
    }

    private void acknowledged(Attempt attempt) {
        note(Kind.ACKNOWLEDGED, attempt.version, null);
        attempt.group.forEach(subscriber -> subscriber.acknowledged(attempt.revision, attempt.version));
        if (attempt.failed) {
            // Late, but what was pushed has arrived: a retry would repeat it.
            retry.succeeded();
            push();
            client.resume();
        } else {
            ended();
        }
    }

    private void failed(Attempt attempt, String reason) {
        note(Kind.PUSH_FAILED, attempt.version, reason);
        LOG.debug(
                "event=push-failed client={} dataInfoId={} reason=\"{}\"",
                client.connection().remoteAddress(),
                interest.dataInfoId(),
                reason);
        attempt.failed = true;
        failedInFlight = true;
        ended();
    }

    private void ended() {
        inFlight--;
        if (inFlight == 0 && !stopped) {
            if (failedInFlight) {
                retry.failed();
            } else {
                retry.succeeded();
                push();
            }
        }
        client.resume();
    }

    private void note(Kind kind, long version, @Nullable String reason) {
        context.timeline()
                .record(kind, interest.dataInfoId(), client.connection().remoteAddress(), version, reason);
    }

    Stream<SubscriberRow> rows() {
        return subscribers.values().stream()
                .map(subscriber -> SubscriberRow.newBuilder()
                        .setRegisterId(subscriber.subscribe.registerId())
                        .setClientAddress(client.connection().remoteAddress())
                        .setAppName(subscriber.subscribe.appName())
                        .setScope(subscriber.subscribe.scope().wireName())
                        .setAcknowledgedVersion(subscriber.ackedVersion)
                        .setVersion(interest.datum().version())
                        .build());
    }

    private record View(Scope scope, String zone) {}

    /** One push, until it is acknowledged, which may be after it was given up. */
    private static final class Attempt {
        private final List<Subscriber> group;
        private final long revision;
        private final long version;
        private boolean failed;

        private Attempt(List<Subscriber> group, long revision, long version) {
            this.group = group;
            this.revision = revision;
            this.version = version;
        }
    }

    /** One subscriber, until it registers something else. */
    private static final class Subscriber {
        private final Subscribe subscribe;
        private final long subscribedMillis;
        private long ackedRevision;
        /** SDKs acknowledge also what they drop because they hold a later one. */
        private long ackedVersion;

        private Subscriber(Subscribe subscribe, long subscribedMillis) {
            this.subscribe = subscribe;
            this.subscribedMillis = subscribedMillis;
        }

        private void acknowledged(long revision, long version) {
            ackedRevision = Math.max(ackedRevision, revision);
            ackedVersion = Math.max(ackedVersion, version);
        }

        private View view() {
            return new View(subscribe.scope(), subscribe.zone());
        }
    }
}

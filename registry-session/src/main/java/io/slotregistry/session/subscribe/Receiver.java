package io.slotregistry.session.subscribe;

import io.slotregistry.proto.SubscriberRow;
import io.slotregistry.session.client.ClientConnection.PushListener;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.DataPush;
import io.slotregistry.session.client.PushContent;
import io.slotregistry.session.client.Scope;
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
    private final RetryPause retry;
    private int inFlight;
    private boolean failedInFlight;
    private boolean stopped;

    Receiver(Client client, Interest interest, PushContext context) {
        this.client = client;
        this.interest = interest;
        this.context = context;
        this.retry = new RetryPause(context, this::push);
    }

    void add(Subscribe subscribe) {
        subscribers.put(subscribe.registerId(), new Subscriber(subscribe, context.nowMillis()));
    }

    /** True when none is left. */
    boolean remove(String registerId) {
        subscribers.remove(registerId);
        return subscribers.isEmpty();
    }

    void stop() {
        stopped = true;
        retry.cancel();
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
        if (due.isEmpty() || !client.mayPush(this)) {
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
        DataPush push = new DataPush(interest.dataInfoId(), view.scope(), view.zone(), ids, content);
        client.connection().push(push, context.settings().timeoutMillis(), new PushListener() {
            @Override
            public void acknowledged() {
                context.loop().execute(() -> done(group, revision, content.version(), null));
            }

            @Override
            public void failed(String reason) {
                context.loop().execute(() -> done(group, revision, content.version(), reason));
            }
        });
        // Only now: if a push could not be made at all, the next change must still get through.
        inFlight++;
    }

    private void done(List<Subscriber> group, long revision, long version, @Nullable String failure) {
        inFlight--;
        note(failure == null ? Kind.ACKNOWLEDGED : Kind.PUSH_FAILED, version, failure);
        if (failure == null) {
            group.forEach(subscriber -> subscriber.acknowledged(revision, version));
        } else {
            failedInFlight = true;
            LOG.debug(
                    "event=push-failed client={} dataInfoId={} reason=\"{}\"",
                    client.connection().remoteAddress(),
                    interest.dataInfoId(),
                    failure);
        }
        if (inFlight > 0 || stopped) {
            return;
        }
        if (failedInFlight) {
            retry.failed();
        } else {
            retry.succeeded();
            push();
        }
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

    /** One subscriber, until it registers again. */
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

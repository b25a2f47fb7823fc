package io.slotregistry.session.subscribe;

import io.slotregistry.proto.Content;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.PushContent;
import io.slotregistry.session.client.Scope;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One service that clients of this session subscribe to: what is known of it, and who is to be pushed. An isolated
 * change is pushed at once; the costlier a push, the longer the pause before the next. Belongs to the loop of its slot.
 */
final class Interest {
    private final String dataInfoId;
    private final HeldDatum datum;
    private final PushContext context;
    private final Map<Long, Receiver> receivers = new LinkedHashMap<>();
    private long revision;
    private long lastPushMillis = Long.MIN_VALUE / 2;
    private boolean pushScheduled;

    Interest(String dataInfoId, DigestKey key, PushContext context) {
        this.dataInfoId = dataInfoId;
        this.datum = new HeldDatum(key);
        this.context = context;
    }

    String dataInfoId() {
        return dataInfoId;
    }

    HeldDatum datum() {
        return datum;
    }

    /** Grows whenever what subscribers see changes; 0 while nothing is known. */
    long revision() {
        return revision;
    }

    boolean isUnused() {
        return receivers.isEmpty();
    }

    Collection<Receiver> receivers() {
        return receivers.values();
    }

    void subscribe(Client client, Subscribe subscribe) {
        Receiver receiver =
                receivers.computeIfAbsent(client.connection().id(), id -> new Receiver(client, this, context));
        receiver.add(subscribe);
        receiver.push();
    }

    void unsubscribe(long connection, String registerId) {
        Receiver receiver = receivers.get(connection);
        if (receiver != null && receiver.remove(registerId)) {
            forget(connection);
        }
    }

    void forget(long connection) {
        Receiver gone = receivers.remove(connection);
        if (gone != null) {
            gone.stop();
        }
    }

    /**
     * Takes what the leader tells; the outcome is for whoever keeps the watch. The same content at a greater version is
     * pushed too: a client that came from another session may have seen there what came between.
     */
    HeldDatum.Outcome apply(Content content) {
        HeldDatum.Outcome outcome = datum.apply(content);
        if (outcome == HeldDatum.Outcome.CHANGED || outcome == HeldDatum.Outcome.SAME) {
            revision++;
            context.timeline().record(Kind.HEARD, dataInfoId, datum.size(), datum.version(), null);
            schedulePush();
        }
        return outcome;
    }

    PushContent contentFor(Scope scope, String zone) {
        return scope == Scope.ZONE ? datum.contentOfZone(zone) : datum.content();
    }

    private void schedulePush() {
        if (pushScheduled) {
            return;
        }
        EventLoop loop = context.loop();
        long waitMillis = lastPushMillis + intervalMillis() - context.nowMillis();
        if (waitMillis <= 0) {
            pushAll();
        } else {
            pushScheduled = true;
            loop.schedule(waitMillis, () -> {
                pushScheduled = false;
                pushAll();
            });
        }
    }

    private long intervalMillis() {
        long units = (long) datum.size() * receivers.size();
        return Math.min(
                context.settings().maxIntervalMillis(),
                units / context.settings().unitsPerMilli());
    }

    private void pushAll() {
        lastPushMillis = context.nowMillis();
        receivers.values().forEach(Receiver::push);
    }
}

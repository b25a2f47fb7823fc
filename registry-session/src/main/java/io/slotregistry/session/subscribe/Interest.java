package io.slotregistry.session.subscribe;

import io.slotregistry.proto.Content;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Limit;
import io.slotregistry.sender.RepairPause;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.PushContent;
import io.slotregistry.session.client.Scope;
import io.slotregistry.session.hold.Charge;
import io.slotregistry.session.hold.Footprint;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.Version;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One service that clients of this session subscribe to: what is known of it, and who is to be pushed. An isolated
 * change is pushed at once; the costlier a push, the longer the pause before the next. Belongs to the loop of its slot.
 */
final class Interest {
    private static final Logger LOG = LoggerFactory.getLogger(Interest.class);

    private final String dataInfoId;
    private final HeldDatum datum;
    private final PushContext context;
    private final RepairPause misfits = new RepairPause();
    private long missedVersion;
    private boolean asksLater;
    private final Map<Long, Receiver> receivers = new LinkedHashMap<>();
    private long revision;
    private long lastPushMillis = Long.MIN_VALUE / 2;
    private boolean pushScheduled;
    private final FirstPush firstPush = new FirstPush();
    private EventLoop.@Nullable Timer firstPushTimer;
    private long firstPushMillis;
    private final Charge names;
    /** Not that of a client: others publish it. */
    private final Charge content;

    /** @param first whose address is charged for what is kept of the service, which outlives its connection */
    Interest(String dataInfoId, DigestKey key, PushContext context, ClientConnection first) {
        this.dataInfoId = dataInfoId;
        this.datum = new HeldDatum(key);
        this.context = context;
        this.names = new Charge(context.holdings().ofAddress(first.remoteAddress()));
        this.content = new Charge(context.holdings().all());
        names.add(Footprint.ofService(dataInfoId));
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
        if (outcome == HeldDatum.Outcome.MISFIT) {
            missedVersion = Math.max(missedVersion, content.getVersion());
        }
        if (outcome == HeldDatum.Outcome.CHANGED || outcome == HeldDatum.Outcome.SAME) {
            misfits.helped();
            revision++;
            firstPush.grown(context.nowMillis());
            this.content.set(datum.bytes());
            context.timeline().record(Kind.HEARD, dataInfoId, datum.size(), datum.version(), null);
            schedulePush();
        }
        return outcome;
    }

    /** Everything that is known may be a part: it is shown once to those who know nothing, and only when they must. */
    boolean isWarmingUp() {
        return context.warmUp().areHeld() && Version.isPresumed(datum.version());
    }

    /** How long a subscriber is still to wait for its first push while the cluster warms up. */
    long firstPushWaitMillis(long subscribedMillis) {
        return firstPush.waitMillis(context.nowMillis(), subscribedMillis, datum.size() == 0);
    }

    /** Calls {@link Receiver#push} of all not later than that. */
    void pushIn(long millis) {
        long at = context.nowMillis() + millis;
        if (firstPushTimer != null && firstPushMillis <= at) {
            return;
        }
        if (firstPushTimer != null) {
            firstPushTimer.cancel();
        }
        firstPushMillis = at;
        firstPushTimer = context.loop().schedule(millis, () -> {
            firstPushTimer = null;
            receivers.values().forEach(Receiver::push);
        });
    }

    /** Another leader, which gives versions anew. */
    void startOver() {
        missedVersion = 0;
    }

    /** Whether something was told that is not in what is held. */
    boolean hasMissed() {
        return missedVersion > datum.version();
    }

    /**
     * Asks the leader for the whole: at once the first time, then after pauses, since it may not fit either.
     *
     * @param ask called now or later
     */
    void askForWhole(Runnable ask) {
        if (misfits.begin(context.nowMillis())) {
            Level level = misfits.repairs() == 2 ? Level.WARN : Level.DEBUG;
            LOG.atLevel(level)
                    .log(
                            "event=content-misfit dataInfoId={} held={} told={}",
                            dataInfoId,
                            datum.version(),
                            missedVersion);
            ask.run();
        } else if (!asksLater) {
            asksLater = true;
            context.loop().schedule(misfits.millisLeft(context.nowMillis()), () -> {
                asksLater = false;
                if (hasMissed()) {
                    askForWhole(ask);
                }
            });
        }
    }

    PushContent contentFor(Scope scope, String zone) {
        if (isWarmingUp()) {
            if (firstPush.showsPart(context.nowMillis())) {
                context.warmUp().part();
            }
            return datum.presumed(scope, zone);
        }
        return scope == Scope.ZONE ? datum.contentOfZone(zone) : datum.content();
    }

    /** About how large a push is to one that looks at all zones. */
    long pushBytes() {
        return datum.content().bytes();
    }

    /** Nobody subscribes to it any more. */
    void drop() {
        names.release();
        content.release();
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
            context.limits().reached(Limit.PUSH_COST);
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

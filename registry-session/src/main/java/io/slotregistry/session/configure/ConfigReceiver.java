package io.slotregistry.session.configure;

import io.slotregistry.session.client.ClientConnection.PushListener;
import io.slotregistry.session.client.ClientRequest.WatchConfig;
import io.slotregistry.session.client.ConfigPush;
import io.slotregistry.session.hold.Charge;
import io.slotregistry.session.hold.Footprint;
import io.slotregistry.session.subscribe.Client;
import io.slotregistry.session.subscribe.PushContext;
import io.slotregistry.session.subscribe.RetryPause;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configurators of one connection that share a dataInfoId. One push is in flight at a time; what changes meanwhile
 * is in the next one, and one that failed is made up for with what is current then. Belongs to the loop of its slot.
 */
final class ConfigReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigReceiver.class);

    private final Client client;
    private final String dataInfoId;
    private final PushContext context;
    private final Map<String, WatchConfig> registered = new LinkedHashMap<>();
    /** Those that have not acknowledged what is current, unless that is in flight to them. */
    private final Set<String> due = new LinkedHashSet<>();

    private final Client.Turn turn;
    private final RetryPause retry;
    private final Charge charge;

    private Optional<String> value;
    private long version;
    private boolean inFlight;
    private boolean stopped;

    ConfigReceiver(Client client, String dataInfoId, Optional<String> value, PushContext context) {
        this.client = client;
        this.dataInfoId = dataInfoId;
        this.value = value;
        this.context = context;
        this.turn = client.turn(this::push);
        this.retry = new RetryPause(context, this::push);
        this.charge = new Charge(client.share());
    }

    /** @param newVersion of the same value, as clients that come from another server take only greater ones */
    void add(WatchConfig watch, long newVersion) {
        remove(watch.registerId());
        registered.put(watch.registerId(), watch);
        charge.add(Footprint.of(watch));
        due.add(watch.registerId());
        version = newVersion;
        push();
    }

    void changed(Optional<String> newValue, long newVersion) {
        value = newValue;
        version = newVersion;
        due.addAll(registered.keySet());
        push();
    }

    /** True when none is left. */
    boolean remove(String registerId) {
        WatchConfig removed = registered.remove(registerId);
        if (removed != null) {
            charge.subtract(Footprint.of(removed));
        }
        due.remove(registerId);
        return registered.isEmpty();
    }

    void stop() {
        stopped = true;
        retry.cancel();
        client.leave(turn);
        charge.release();
    }

    /** To those that are due, unless a push is on its way or held back. */
    void push() {
        if (stopped
                || inFlight
                || retry.isOn()
                || due.isEmpty()
                || !context.enabled().getAsBoolean()
                || !client.mayPush(turn, value.map(String::length).orElse(0))) {
            return;
        }
        List<String> ids = List.copyOf(due);
        long pushed = version;
        note(Kind.PUSHED, pushed, null);
        ConfigPush push = new ConfigPush(dataInfoId, ids, pushed, value.orElse(null));
        client.connection().push(push, context.settings().timeoutMillis(), new PushListener() {
            private boolean failed;

            @Override
            public void acknowledged() {
                context.loop().execute(() -> ConfigReceiver.this.acknowledged(ids, pushed, failed));
            }

            @Override
            public void failed(String reason) {
                context.loop().execute(() -> {
                    failed = true;
                    ConfigReceiver.this.failed(ids, pushed, reason);
                });
            }
        });
        due.clear();
        inFlight = true;
    }

    /** @param late the push had been given up before */
    private void acknowledged(List<String> ids, long pushed, boolean late) {
        note(Kind.ACKNOWLEDGED, pushed, null);
        if (late && pushed == version) {
            due.removeAll(ids);
        }
        inFlight = late && inFlight;
        if (!stopped) {
            retry.succeeded();
            push();
        }
        client.resume();
    }

    private void failed(List<String> ids, long pushed, String reason) {
        note(Kind.PUSH_FAILED, pushed, reason);
        LOG.debug(
                "event=config-push-failed client={} dataInfoId={} reason=\"{}\"",
                client.connection().remoteAddress(),
                dataInfoId,
                reason);
        inFlight = false;
        if (!stopped) {
            ids.stream().filter(registered::containsKey).forEach(due::add);
            retry.failed();
        }
        client.resume();
    }

    private void note(Kind kind, long pushed, @Nullable String reason) {
        context.timeline().record(kind, dataInfoId, client.connection().remoteAddress(), pushed, reason);
    }
}

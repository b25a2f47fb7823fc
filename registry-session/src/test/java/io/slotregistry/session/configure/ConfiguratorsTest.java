package io.slotregistry.session.configure;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.ClientAddresses;
import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.runtime.Limits;
import io.slotregistry.session.client.ClientConnection.PushListener;
import io.slotregistry.session.client.ClientRequest.UnwatchConfig;
import io.slotregistry.session.client.ClientRequest.WatchConfig;
import io.slotregistry.session.client.ConfigPush;
import io.slotregistry.session.client.FakeConnection;
import io.slotregistry.session.hold.ClientHoldings;
import io.slotregistry.session.hold.HoldingSettings;
import io.slotregistry.session.subscribe.Clients;
import io.slotregistry.session.subscribe.PushContext;
import io.slotregistry.session.subscribe.PushSettings;
import io.slotregistry.session.subscribe.WarmUpPushes;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.VirtualTime;
import io.slotregistry.slot.Version;
import io.slotregistry.slot.VersionClock;
import io.slotregistry.slot.VersionLease;
import io.slotregistry.timeline.Timeline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfiguratorsTest {
    private static final String ORDERS = "orders#@#DEFAULT_INSTANCE_ID#@#SOFA.CONFIG";
    private static final String STOCK = "stock#@#DEFAULT_INSTANCE_ID#@#SOFA.CONFIG";

    private final VirtualTime time = new VirtualTime(1);
    private final SimulatedClock clock = new SimulatedClock(time, 0);
    private boolean enabled = true;
    private ClusterSettings settings = ClusterSettings.NONE.with("client.config", "known before", STOCK);
    private final PushContext context = new PushContext(
            new SimulatedLoop(time),
            clock,
            PushSettings.DEFAULTS,
            () -> enabled,
            WarmUpPushes.never(),
            dataInfoId -> ClientAddresses.NONE,
            new Timeline(clock, 100),
            new Limits(),
            new ClientHoldings(new ByteBudget(1_000_000), HoldingSettings.DEFAULTS));
    private final Configurators configurators = new Configurators(context, new Clients(context), versions(), settings);
    private final Client first = new Client(1);
    private final Client second = new Client(2);

    private VersionClock versions() {
        VersionClock versions = new VersionClock(clock);
        long now = Version.ofMillis(clock.wallMillis());
        versions.follow(new VersionLease(now, now + Version.span(3_600_000)));
        return versions;
    }

    @Test
    void whoRegistersIsToldTheValueOrThatThereIsNone() {
        watch(first, "a", ORDERS);
        watch(first, "b", STOCK);
        assertThat(first.values()).containsExactly("a=null", "b=known before");
        assertThat(first.pushes).allMatch(push -> !Version.isPresumed(push.version()));
    }

    @Test
    void everyConfiguratorOfAChangedValueIsPushedAndNobodyElse() {
        watch(first, "a", ORDERS);
        watch(second, "b", ORDERS);
        watch(second, "c", STOCK);
        set("client.config", "x", ORDERS);
        set("client.config", "y", ORDERS);
        unset(ORDERS);
        assertThat(first.values()).containsExactly("a=null", "a=x", "a=y", "a=null");
        assertThat(second.values()).containsExactly("b=null", "c=known before", "b=x", "b=y", "b=null");
        assertThat(first.pushes)
                .isSortedAccordingTo(Comparator.comparingLong(ConfigPush::version))
                .extracting(ConfigPush::version)
                .doesNotHaveDuplicates();
    }

    @Test
    void otherSettingsAndOtherValuesPushNothing() {
        watch(first, "a", ORDERS);
        watch(first, "b", STOCK);
        set("grace-millis", "5", ORDERS);
        set("client.config", "x", "orders");
        set("client.config", "known before", STOCK);
        assertThat(first.pushes).hasSize(2);
    }

    @Test
    void aRepeatedRegistrationIsToldAgainAtAGreaterVersion() {
        watch(first, "a", ORDERS);
        watch(first, "a", ORDERS);
        assertThat(first.values()).containsExactly("a=null", "a=null");
        assertThat(first.pushes.get(1).version())
                .isGreaterThan(first.pushes.get(0).version());
    }

    @Test
    void whatChangesWhileAPushIsOnItsWayIsInOneNextPush() {
        first.holdsAnswers = true;
        watch(first, "a", ORDERS);
        watch(first, "b", ORDERS);
        set("client.config", "x", ORDERS);
        set("client.config", "y", ORDERS);
        assertThat(first.values()).containsExactly("a=null");
        first.acknowledgeNext();
        assertThat(first.values()).containsExactly("a=null", "b,a=y");
        first.acknowledgeNext();
        assertThat(first.pushes).hasSize(2);
    }

    @Test
    void aPushThatFailedIsMadeUpForWithWhatIsCurrentThen() {
        first.holdsAnswers = true;
        watch(first, "a", ORDERS);
        first.failNext();
        set("client.config", "x", ORDERS);
        assertThat(first.pushes).hasSize(1);
        time.runFor(PushSettings.DEFAULTS.firstRetryMillis());
        assertThat(first.values()).containsExactly("a=null", "a=x");
        first.failNext();
        time.runFor(2 * PushSettings.DEFAULTS.firstRetryMillis());
        assertThat(first.values()).containsExactly("a=null", "a=x", "a=x");
        assertThat(first.pushes.get(2).version()).isEqualTo(first.pushes.get(1).version());
    }

    @Test
    void aSlowClientIsPushedWhenItReadsAgain() {
        watch(first, "a", ORDERS);
        first.writable = false;
        set("client.config", "x", ORDERS);
        set("client.config", "y", ORDERS);
        assertThat(first.pushes).hasSize(1);
        first.writable = true;
        time.runFor(PushSettings.DEFAULTS.firstRetryMillis() / 5);
        assertThat(first.values())
                .as("a slow line is no failure, after which there would be a pause")
                .containsExactly("a=null", "a=y");
    }

    @Test
    void manyConfiguratorsOfAClientArePushedAtItsPace() {
        int all = PushSettings.DEFAULTS.burstPerConnection() + 200;
        for (int i = 0; i < all; i++) {
            configurators.watch(first, new WatchConfig("w" + i, i + ORDERS, 1));
        }
        assertThat(first.pushes).hasSize(PushSettings.DEFAULTS.burstPerConnection());
        time.runFor(1_000);
        assertThat(first.pushes).hasSize(all);
    }

    @Test
    void anAcknowledgementThatComesLateCounts() {
        first.holdsAnswers = true;
        watch(first, "a", ORDERS);
        PushListener late = first.unanswered.remove();
        late.failed("no answer");
        time.runFor(1);
        late.acknowledged();
        time.runFor(PushSettings.DEFAULTS.maxRetryMillis());
        assertThat(first.values()).containsExactly("a=null");
        set("client.config", "x", ORDERS);
        assertThat(first.values()).containsExactly("a=null", "a=x");
    }

    @Test
    void pushesThatWereStoppedAreMadeUpFor() {
        watch(first, "a", ORDERS);
        enabled = false;
        set("client.config", "x", ORDERS);
        watch(second, "b", ORDERS);
        assertThat(first.pushes).hasSize(1);
        assertThat(second.pushes).isEmpty();
        enabled = true;
        configurators.resume();
        assertThat(first.values()).containsExactly("a=null", "a=x");
        assertThat(second.values()).containsExactly("b=x");
    }

    @Test
    void whoIsGoneIsNotPushed() {
        watch(first, "a", ORDERS);
        watch(first, "b", ORDERS);
        watch(second, "c", ORDERS);
        configurators.unwatch(first, new UnwatchConfig("a", ORDERS, 2));
        configurators.closed(second);
        set("client.config", "x", ORDERS);
        assertThat(first.values()).endsWith("b=x");
        assertThat(second.values()).containsExactly("c=null");
    }

    @Test
    void oneRegisterIdStandsForOneConfiguratorOfEachDataInfoId() {
        watch(first, "a", ORDERS);
        watch(first, "a", STOCK);
        set("client.config", "x", ORDERS);
        assertThat(first.values()).containsExactly("a=null", "a=known before", "a=x");
        configurators.unwatch(first, new UnwatchConfig("a", STOCK, 2));
        set("client.config", "y", ORDERS);
        assertThat(first.values()).endsWith("a=y");
    }

    @Test
    void aClientHasABoundedNumberOfConfigurators() {
        watch(first, "a", ORDERS);
        assertThat(configurators.mayAdd(first, new WatchConfig("b", ORDERS, 1), 1))
                .isFalse();
        assertThat(configurators.mayAdd(first, new WatchConfig("a", ORDERS, 1), 1))
                .isTrue();
        assertThat(configurators.mayAdd(second, new WatchConfig("b", ORDERS, 1), 1))
                .isTrue();
        configurators.unwatch(first, new UnwatchConfig("a", ORDERS, 2));
        assertThat(configurators.mayAdd(first, new WatchConfig("b", ORDERS, 1), 1))
                .isTrue();
    }

    private void watch(Client client, String registerId, String dataInfoId) {
        configurators.watch(client, new WatchConfig(registerId, dataInfoId, 1));
        time.runFor(1);
    }

    private void set(String key, String value, String service) {
        take(settings.with(key, value, service));
    }

    private void unset(String service) {
        take(settings.without("client.config", service));
    }

    private void take(ClusterSettings next) {
        settings = next;
        configurators.settings(next);
        time.runFor(1);
    }

    /** Remembers what it is pushed, and acknowledges at once unless it is told to wait. */
    private final class Client extends FakeConnection {
        private final List<ConfigPush> pushes = new ArrayList<>();
        private final Deque<PushListener> unanswered = new ArrayDeque<>();
        private boolean holdsAnswers;
        private boolean writable = true;

        private Client(long id) {
            super(id);
        }

        private List<String> values() {
            return pushes.stream()
                    .map(push -> String.join(",", push.configuratorRegisterIds()) + "=" + push.data())
                    .toList();
        }

        private void acknowledgeNext() {
            unanswered.remove().acknowledged();
            time.runFor(1);
        }

        private void failNext() {
            unanswered.remove().failed("no answer");
            time.runFor(1);
        }

        @Override
        public void push(ConfigPush push, long timeoutMillis, PushListener listener) {
            pushes.add(push);
            if (holdsAnswers) {
                unanswered.add(listener);
            } else {
                listener.acknowledged();
            }
        }

        @Override
        public boolean mayPush(long bytes) {
            return writable;
        }
    }
}

package io.slotregistry.session.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.slotregistry.cluster.ClientAddresses;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Entry;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.runtime.Limits;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.DataPush;
import io.slotregistry.session.client.FakeConnection;
import io.slotregistry.session.client.Scope;
import io.slotregistry.session.hold.ClientHoldings;
import io.slotregistry.session.hold.HoldingSettings;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.VirtualTime;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.SlotDigest;
import io.slotregistry.timeline.Timeline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client that answers late, or repeats what it asked because the answer was late, is pushed each list once. */
class SlowClientTest {
    private static final DigestKey KEY = new DigestKey(new byte[DigestKey.LENGTH_BYTES]);
    private static final String ORDERS = "orders#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";
    private static final long LONG = 10 * PushSettings.DEFAULTS.maxRetryMillis();

    private final VirtualTime time = new VirtualTime(1);
    private final SimulatedClock clock = new SimulatedClock(time, 0);
    private final PushContext context = new PushContext(
            new SimulatedLoop(time),
            clock,
            PushSettings.DEFAULTS,
            () -> true,
            WarmUpPushes.never(),
            dataInfoId -> ClientAddresses.NONE,
            new Timeline(clock, 100),
            new Limits(),
            new ClientHoldings(new ByteBudget(1_000_000), HoldingSettings.DEFAULTS));
    private final Subscriptions subscriptions = new Subscriptions(KEY, context, new Clients(context), slotId -> {});
    private final SlowConnection client = new SlowConnection();

    private static final class SlowConnection extends FakeConnection {
        private final List<Long> versions = new ArrayList<>();
        private final Deque<PushListener> unanswered = new ArrayDeque<>();

        SlowConnection() {
            super(1);
        }

        @Override
        public void push(DataPush push, long timeoutMillis, PushListener listener) {
            versions.add(push.content().version());
            unanswered.add(listener);
        }
    }

    @Test
    void anAcknowledgementThatComesLateCounts() {
        subscribe(1);
        tell(20);
        LateAnswer late = givenUp();
        late.acknowledged();
        time.runFor(LONG);

        assertThat(client.versions).as("no retry").containsExactly(20L);
        tell(21);
        assertThat(client.versions).as("and no pause").containsExactly(20L, 21L);
    }

    @Test
    void anAcknowledgementMayComeAfterTheRetry() {
        subscribe(1);
        tell(20);
        LateAnswer late = givenUp();
        time.runFor(LONG);
        assertThat(client.versions).containsExactly(20L, 20L);
        late.acknowledged();
        client.unanswered.remove().failed("no answer");
        time.runFor(LONG);

        assertThat(client.versions).containsExactly(20L, 20L);
    }

    @Test
    void aRegistrationThatIsRepeatedIsNotPushedAgain() {
        tell(20);
        subscribe(1);
        tell(20);
        subscribe(1);
        client.unanswered.remove().acknowledged();
        time.runFor(1);
        subscribe(1);

        assertThat(client.versions).containsExactly(20L);
        subscribe(2);
        assertThat(client.versions).as("a new one is").containsExactly(20L, 20L);
    }

    /** What the server sees of the push that it gives up next. */
    private interface LateAnswer {
        void acknowledged();
    }

    private LateAnswer givenUp() {
        var listener = client.unanswered.remove();
        listener.failed("no answer");
        time.runFor(1);
        return () -> {
            listener.acknowledged();
            time.runFor(1);
        };
    }

    private void subscribe(long version) {
        subscriptions.subscribe(0, client, new Subscribe("s", ORDERS, version, Scope.GLOBAL, "zone", "app"));
        time.runFor(1);
    }

    private void tell(long version) {
        SlotDigest digest = new SlotDigest(KEY);
        digest.add("p" + version, KEY.contentHash("", new byte[0]));
        Content content = Content.newBuilder()
                .setDataInfoId(ORDERS)
                .setVersion(version)
                .addPuts(Entry.newBuilder().setRegisterId("p" + version).setPayload(ByteString.EMPTY))
                .setDigestHigh(digest.value().high())
                .setDigestLow(digest.value().low())
                .build();
        subscriptions
                .watches(0)
                .changed(SlotChanges.newBuilder().addContents(content).build());
        time.runFor(1);
    }
}

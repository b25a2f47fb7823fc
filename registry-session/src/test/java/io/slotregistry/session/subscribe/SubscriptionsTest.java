package io.slotregistry.session.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.slotregistry.cluster.ClientAddresses;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Entry;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.runtime.Limits;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.ClientRequest.Unsubscribe;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
    private static final DigestKey KEY = new DigestKey(new byte[DigestKey.LENGTH_BYTES]);
    private static final String ORDERS = "orders#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";
    private static final String STOCK = "stock#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";

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
    private final Client client = new Client();

    @Test
    void oneRegisterIdStandsForOneSubscriberOfEachService() {
        subscribe("a", 0, ORDERS);
        subscribe("a", 0, STOCK);
        tell(ORDERS, 20, "x");
        tell(STOCK, 21, "x");
        assertThat(client.pushed).containsExactly(ORDERS + "20", STOCK + "21");
        subscriptions.unsubscribe(0, client, new Unsubscribe("a", STOCK, 2));
        tell(ORDERS, 22, "y");
        tell(STOCK, 23, "y");
        assertThat(client.pushed).containsExactly(ORDERS + "20", STOCK + "21", ORDERS + "22");
        subscriptions.closed(client);
        tell(ORDERS, 24, "z");
        assertThat(client.pushed).hasSize(3);
    }

    @Test
    void aPushThatCannotBeMadeDoesNotKeepTheNextOneBack() {
        subscribe("a", 0, ORDERS);
        client.broken = true;
        assertThatThrownBy(() -> tell(ORDERS, 20, "x")).isInstanceOf(IllegalStateException.class);
        client.broken = false;
        tell(ORDERS, 21, "y");
        assertThat(client.pushed).containsExactly(ORDERS + "21");
    }

    private void subscribe(String registerId, int slotId, String dataInfoId) {
        subscriptions.subscribe(slotId, client, new Subscribe(registerId, dataInfoId, 1, Scope.GLOBAL, "zone", "app"));
        time.runFor(1_000);
    }

    /** What the leader says: this service has one publisher now. */
    private void tell(String dataInfoId, long version, String registerId) {
        SlotDigest digest = new SlotDigest(KEY);
        digest.add(registerId, KEY.contentHash("", new byte[0]));
        Content content = Content.newBuilder()
                .setDataInfoId(dataInfoId)
                .setVersion(version)
                .addPuts(Entry.newBuilder().setRegisterId(registerId).setPayload(ByteString.EMPTY))
                .setDigestHigh(digest.value().high())
                .setDigestLow(digest.value().low())
                .build();
        subscriptions
                .watches(0)
                .changed(SlotChanges.newBuilder().addContents(content).build());
        time.runFor(1_000);
    }

    /** Remembers what it is pushed, and acknowledges at once. */
    private static final class Client extends FakeConnection {
        private final List<String> pushed = new ArrayList<>();
        private boolean broken;

        private Client() {
            super(1);
        }

        @Override
        public void push(DataPush push, long timeoutMillis, PushListener listener) {
            if (broken) {
                throw new IllegalStateException("as a bug would");
            }
            pushed.add(push.dataInfoId() + push.content().version());
            listener.acknowledged();
        }
    }
}

package io.slotregistry.session.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import io.slotregistry.cluster.BlockedClients;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockedSubscribersTest {
    private static final DigestKey KEY = new DigestKey(new byte[DigestKey.LENGTH_BYTES]);
    private static final String ORDERS = "orders#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";
    private static final String STOCK = "stock#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";

    private final VirtualTime time = new VirtualTime(1);
    private final SimulatedClock clock = new SimulatedClock(time, 0);
    private BlockedClients blocked = BlockedClients.NONE;
    private final PushContext context = new PushContext(
            new SimulatedLoop(time),
            clock,
            PushSettings.DEFAULTS,
            () -> true,
            WarmUpPushes.never(),
            dataInfoId -> blocked.of(dataInfoId),
            new Timeline(clock, 100),
            new Limits(),
            new ClientHoldings(new ByteBudget(1_000_000), HoldingSettings.DEFAULTS));
    private final Subscriptions subscriptions = new Subscriptions(KEY, context, new Clients(context), slotId -> {});
    private final Client good = new Client(1, "10.0.0.1");
    private final Client bad = new Client(2, "10.0.0.9");

    @Test
    void theyKeepWhatTheyHaveAndGetWhatIsCurrentWhenItIsOver() {
        subscribe(good, ORDERS);
        subscribe(bad, ORDERS);
        tell(ORDERS, 20, "a");
        block("10.0.0.9");
        tell(ORDERS, 21, "b");
        tell(ORDERS, 22, "c");
        assertThat(good.versions).containsExactly(20L, 21L, 22L);
        assertThat(bad.versions).containsExactly(20L);
        block("");
        assertThat(bad.versions).containsExactly(20L, 22L);
        assertThat(good.versions).containsExactly(20L, 21L, 22L);
    }

    @Test
    void whoSubscribesMeanwhileIsPushedLater() {
        block("10.0.0.9");
        tell(ORDERS, 20, "a");
        subscribe(bad, ORDERS);
        tell(ORDERS, 21, "b");
        assertThat(bad.versions).isEmpty();
        block("10.0.0.8");
        assertThat(bad.versions).containsExactly(21L);
    }

    @Test
    void aPushThatFailedIsTriedAgainOnlyWhenItIsOver() {
        bad.failing = true;
        subscribe(bad, ORDERS);
        tell(ORDERS, 20, "a");
        block("10.0.0.9");
        int tried = bad.versions.size();
        time.runFor(10 * PushSettings.DEFAULTS.maxRetryMillis());
        assertThat(bad.versions).hasSize(tried);
        bad.failing = false;
        block("");
        assertThat(bad.versions).hasSize(tried + 1);
    }

    @Test
    void oneServiceMayBeBlockedOrExcepted() {
        ClientAddresses addresses = ClientAddresses.parse("10.0.0.9");
        blocked = new BlockedClients(ImmutableMap.of(ORDERS, addresses));
        subscribe(bad, ORDERS);
        subscribe(bad, STOCK);
        tell(ORDERS, 20, "a");
        tell(STOCK, 21, "a");
        assertThat(bad.versions).containsExactly(21L);
        blocked = new BlockedClients(ImmutableMap.of("", addresses, ORDERS, ClientAddresses.NONE));
        subscriptions.resume();
        tell(STOCK, 22, "b");
        assertThat(bad.versions).containsExactly(21L, 20L);
    }

    private void block(String addresses) {
        blocked = new BlockedClients(ImmutableMap.of("", ClientAddresses.parse(addresses)));
        subscriptions.resume();
        time.runFor(1_000);
    }

    private void subscribe(Client client, String dataInfoId) {
        subscriptions.subscribe(
                0, client, new Subscribe(dataInfoId + client.id(), dataInfoId, 1, Scope.GLOBAL, "zone", "app"));
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

    /** Remembers the versions that it is pushed, and acknowledges at once. */
    private static final class Client extends FakeConnection {
        private final List<Long> versions = new ArrayList<>();
        private boolean failing;

        private Client(long id, String address) {
            super(id, address);
        }

        @Override
        public void push(DataPush push, long timeoutMillis, PushListener listener) {
            versions.add(push.content().version());
            if (failing) {
                listener.failed("no answer");
            } else {
                listener.acknowledged();
            }
        }
    }
}

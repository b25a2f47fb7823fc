package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedConfigData;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.RegisterResponse;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import com.alipay.sofa.registry.core.model.SyncConfigRequest;
import com.alipay.sofa.registry.core.model.SyncConfigResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Registrations message by message, also such as no well-behaved SDK sends. */
@ExtendWith(SharedLab.class)
class RegisterMessagesIT {
    private final Lab lab;
    private final WireClient client;

    RegisterMessagesIT(Lab lab) {
        this.lab = lab;
        this.client = new WireClient(lab.registry());
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void fieldsThatSomeSdksLeaveNullAreNotNeeded() {
        String dataId = Lab.dataId("nulls");
        PublisherRegister publisher = Registrations.publisher(dataId, "one");
        publisher.setZone(null);
        publisher.setAttributes(null);
        publisher.setTimestamp(null);
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        subscriber.setScope(null);
        subscriber.setZone("");
        subscriber.setAttributes(null);
        subscriber.setInstanceId(" ");

        client.register(publisher);
        client.register(subscriber);

        ReceivedData push = client.awaitList(subscriber, "one");
        assertThat(WireClient.zones(push)).isEqualTo(Map.of("DEFAULT_ZONE", List.of("one")));
        assertThat(push.getScope()).isEqualTo("zone");
        assertThat(push.getInstanceId()).isEqualTo("DEFAULT_INSTANCE_ID");
    }

    @Test
    void aPublisherWithoutADataListHasNoData() {
        String dataId = Lab.dataId("no-list");
        PublisherRegister publisher = Registrations.publisher(dataId);
        publisher.setDataList(null);
        SubscriberRegister subscriber = Registrations.subscriber(dataId);

        client.register(publisher);
        client.register(subscriber);

        client.awaitList(subscriber);
    }

    @Test
    void anUnknownSubscriberAndAnUnknownPublisherCanBeEnded() {
        client.register(Registrations.end(Registrations.publisher(Lab.dataId("unknown"))));
        client.register(Registrations.end(Registrations.subscriber(Lab.dataId("unknown"))));
    }

    @Test
    void anUnknownEventTypeIsAnsweredAndChangesNothing() {
        String dataId = Lab.dataId("event-type");
        PublisherRegister publisher = Registrations.publisher(dataId, "odd");
        publisher.setEventType("SOMETHING");
        RegisterResponse answer = client.socket().call(publisher, RegisterResponse.class);
        // Anything else would have the SDK repeat it for ever.
        assertThat(answer.isSuccess()).isTrue();
        assertThat(answer.getVersion()).isEqualTo(publisher.getVersion());

        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(subscriber);
        client.awaitList(subscriber);
    }

    @Test
    void aRepeatedRegistrationChangesNothing() {
        String dataId = Lab.dataId("repeated");
        PublisherRegister publisher = Registrations.publisher(dataId, "once");
        client.register(publisher);
        client.register(publisher);
        client.register(publisher);
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(subscriber);

        client.awaitList(subscriber, "once");
    }

    @Test
    void anOutdatedRegistrationIsAnsweredButIgnored() {
        String dataId = Lab.dataId("outdated");
        PublisherRegister first = Registrations.publisher(dataId, "first");
        PublisherRegister second = Registrations.next(first, "second");
        client.register(second);
        client.register(first);
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(subscriber);

        client.awaitList(subscriber, "second");
        client.register(Registrations.next(second, "third"));
        client.awaitList(subscriber, "third");
    }

    @Test
    void theEndOfAPublisherNeedsNoNewerTime() {
        String dataId = Lab.dataId("end");
        PublisherRegister publisher = Registrations.publisher(dataId, "one");
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(publisher);
        client.register(subscriber);
        client.awaitList(subscriber, "one");

        client.register(Registrations.end(publisher));

        client.awaitList(subscriber);
    }

    @Test
    void theNewestConnectionOwnsAPublisher() {
        String dataId = Lab.dataId("moved");
        PublisherRegister publisher = Registrations.publisher(dataId, "moving");
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(subscriber);
        try (WireClient newer = new WireClient(lab.registry())) {
            try (WireClient older = new WireClient(lab.registry())) {
                older.register(publisher);
                older.register(Registrations.publisher(dataId, "left behind"));
                client.awaitList(subscriber, "left behind", "moving");
                newer.register(publisher);
            }
            // By then everything that the older connection still owned is gone.
            client.awaitList(subscriber, "moving");
            newer.register(Registrations.next(publisher, "moved"));
            client.awaitList(subscriber, "moved");
        }
    }

    @Test
    void whatALostConnectionPublishedVanishesAndReturnsWithIt() {
        String dataId = Lab.dataId("lost");
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(subscriber);
        client.register(Registrations.publisher(dataId, "one"));
        client.register(Registrations.publisher(dataId, "two"));
        PublisherRegister publisher = Registrations.publisher(dataId, "lost");
        try (WireClient lost = new WireClient(lab.registry())) {
            lost.register(publisher);
            client.awaitList(subscriber, "lost", "one", "two");
        }
        client.awaitList(subscriber, "one", "two");

        try (WireClient returned = new WireClient(lab.registry())) {
            returned.register(publisher);

            client.awaitList(subscriber, "lost", "one", "two");
        }
    }

    @Test
    void aConfiguratorIsPushedAnEmptyConfiguration() {
        var configurator = Registrations.configurator(Lab.dataId("configuration"));
        client.register(configurator);

        ReceivedConfigData push = client.socket().awaitPush(ReceivedConfigData.class);

        assertThat(push.getConfiguratorRegistIds()).containsExactly(configurator.getRegistId());
        assertThat(push.getDataBox()).isNull();
        assertThat(push.getVersion()).as("on the scale of upstream's clock").isGreaterThan(upstreamVersion() / 2);
    }

    @Test
    void synchronisingNeedsNoFields() {
        SyncConfigResponse answer = client.socket().call(new SyncConfigRequest(), SyncConfigResponse.class);

        assertThat(answer.isSuccess()).isTrue();
        assertThat(answer.getAvailableSegments()).isNullOrEmpty();
        assertThat(answer.getRetryInterval()).isZero();
    }

    @Test
    void versionsContinueUpstreams() {
        String dataId = Lab.dataId("scale");
        // The cluster's time goes on from when it began, so it may be some milliseconds behind the clock; a cluster
        // that
        // is replaced gave its last version longer ago.
        long before = upstreamVersion() - (5_000L << 15);
        client.register(Registrations.publisher(dataId, "one"));
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(subscriber);

        assertThat(client.awaitList(subscriber, "one").getVersion()).isGreaterThanOrEqualTo(before);
    }

    /** What upstream's servers would give out now: clients that come from them must not take ours for older. */
    private static long upstreamVersion() {
        return (System.currentTimeMillis() - 1_546_272_000_000L) << 15;
    }
}

package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.Push;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.SdkSubscriber;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Sdk.class)
@ExtendWith(SharedLab.class)
class PublishAndSubscribeIT {
    private final SdkClient provider;
    private final SdkClient consumer;

    PublishAndSubscribeIT(Sdk sdk, Lab lab) {
        this.provider = lab.client(sdk, "provider");
        this.consumer = lab.client(sdk, "consumer");
    }

    @Test
    void aSubscriberOfNothingIsPushedAnEmptyList() {
        SdkSubscriber subscriber = consumer.subscribe(Lab.dataId("nothing"));

        assertThat(subscriber.awaitFirstPush().zones()).isEmpty();
        subscriber.awaitSettled();
    }

    @Test
    void aSubscriberSeesWhatWasPublishedBefore() {
        String dataId = Lab.dataId("before");
        provider.publish(dataId, "10.0.0.1:80", "10.0.0.1:81").awaitSettled();

        Push push = consumer.subscribe(dataId).awaitList("10.0.0.1:80", "10.0.0.1:81");

        assertThat(push.zones()).isEqualTo(Map.of("DEFAULT_ZONE", List.of("10.0.0.1:80", "10.0.0.1:81")));
    }

    @Test
    void aSubscriberSeesWhatIsPublishedAfterwards() {
        String dataId = Lab.dataId("afterwards");
        SdkSubscriber subscriber = consumer.subscribe(dataId);
        subscriber.awaitFirstPush();

        provider.publish(dataId, "10.0.0.1:80");

        subscriber.awaitList("10.0.0.1:80");
    }

    @Test
    void aRepublicationReplacesTheWholeList() {
        String dataId = Lab.dataId("replaced");
        SdkSubscriber subscriber = consumer.subscribe(dataId);
        SdkPublisher publisher = provider.publish(dataId, "first", "second");
        subscriber.awaitList("first", "second");

        publisher.republish("third");
        subscriber.awaitList("third");
        publisher.republish("third", "fourth").awaitSettled();
        subscriber.awaitList("third", "fourth");
    }

    @Test
    void theLastOfManyQuickRepublicationsWins() {
        String dataId = Lab.dataId("quick");
        SdkSubscriber subscriber = consumer.subscribe(dataId);
        SdkPublisher publisher = provider.publish(dataId, "value-0");
        for (int i = 1; i <= 20; i++) {
            publisher.republish("value-" + i);
        }

        subscriber.awaitList("value-20");
        publisher.awaitSettled();
        assertThat(subscriber.list()).containsExactly("value-20");
    }

    @Test
    void whatIsUnpublishedVanishes() {
        String dataId = Lab.dataId("unpublished");
        SdkSubscriber subscriber = consumer.subscribe(dataId);
        SdkPublisher publisher = provider.publish(dataId, "10.0.0.1:80");
        subscriber.awaitList("10.0.0.1:80");

        publisher.unpublish().awaitSettled();

        assertThat(subscriber.awaitList().zones()).isEmpty();
    }

    @Test
    void whatIsPublishedAgainAfterwardsIsSeenAgain() {
        String dataId = Lab.dataId("again");
        SdkSubscriber subscriber = consumer.subscribe(dataId);
        SdkPublisher publisher = provider.publish(dataId, "10.0.0.1:80");
        subscriber.awaitList("10.0.0.1:80");
        publisher.unpublish();
        subscriber.awaitList();

        provider.publish(dataId, "10.0.0.1:80").awaitSettled();

        subscriber.awaitList("10.0.0.1:80");
    }

    @Test
    void registeringAndUnregisteringAtOnceLeavesNothing() {
        String dataId = Lab.dataId("at-once");
        SdkSubscriber subscriber = consumer.subscribe(dataId);
        subscriber.awaitFirstPush();

        provider.publish(dataId, "short-lived").unpublish().awaitSettled();
        provider.publish(dataId, "long-lived");

        subscriber.awaitList("long-lived");
    }

    @Test
    void anEmptyPublicationIsAcknowledged() {
        String dataId = Lab.dataId("empty");
        SdkSubscriber subscriber = consumer.subscribe(dataId);

        provider.publish(dataId).awaitSettled();

        assertThat(subscriber.awaitFirstPush().zones().values()).allMatch(List::isEmpty);
    }

    @Test
    void everyCharacterTravelsUnchanged() {
        String dataId = Lab.dataId("日本 ß-😀");
        String[] data = {"", "grüße", "日本語", "line\nbreak", "\u0000", "x".repeat(70_000)};
        SdkSubscriber subscriber = consumer.subscribe(dataId);

        provider.publish(dataId, data).awaitSettled();

        subscriber.awaitList(data);
    }

    @Test
    void unsubscribingEndsThePushes() {
        String dataId = Lab.dataId("unsubscribed");
        SdkSubscriber leaving = consumer.subscribe(dataId);
        SdkPublisher publisher = provider.publish(dataId, "one");
        leaving.awaitList("one");
        leaving.unsubscribe().awaitSettled();

        SdkSubscriber staying = provider.subscribe(dataId);
        staying.awaitList("one");
        publisher.republish("two");
        staying.awaitList("two");

        assertThat(leaving.list()).containsExactly("one");
    }
}

package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slotregistry.sdk.ClientOptions;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.SdkSubscriber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Sdk.class)
@ExtendWith(SharedLab.class)
class GroupsAndInstancesIT {
    private final Sdk sdk;
    private final Lab lab;
    private final SdkClient provider;
    private final SdkClient consumer;

    GroupsAndInstancesIT(Sdk sdk, Lab lab) {
        this.sdk = sdk;
        this.lab = lab;
        this.provider = lab.client(sdk, "provider");
        this.consumer = lab.client(sdk, "consumer");
    }

    @Test
    void groupsAreApart() {
        String dataId = Lab.dataId("grouped");
        SdkSubscriber inSofa = consumer.subscribeIn("SOFA", dataId, "global");
        SdkSubscriber inOther = lab.client(sdk, "zone-less").subscribeIn("OTHER", dataId, "global");

        SdkPublisher sofa = provider.publishIn("SOFA", dataId, "sofa");
        provider.publishIn("OTHER", dataId, "other");
        inSofa.awaitList("sofa");
        inOther.awaitList("other");
        sofa.unpublish();

        inSofa.awaitList();
        assertThat(inOther.list()).containsExactly("other");
    }

    @Test
    void instancesAreApart() {
        String dataId = Lab.dataId("instance");
        ClientOptions options = ClientOptions.at(lab.registry().httpPort());
        SdkClient one = lab.client(sdk, "instance-one", options.instanceId("ONE"));
        SdkClient two = lab.client(sdk, "instance-two", options.instanceId("TWO"));
        SdkSubscriber inOne = one.subscribe(dataId);
        SdkSubscriber inTwo = two.subscribe(dataId);
        SdkSubscriber inDefault = consumer.subscribe(dataId);

        one.publish(dataId, "one").awaitSettled();
        two.publish(dataId, "two").awaitSettled();
        provider.publish(dataId, "default").awaitSettled();

        inOne.awaitList("one");
        inTwo.awaitList("two");
        inDefault.awaitList("default");
    }

    @Test
    void theDefaultInstanceMayBeNamed() {
        String dataId = Lab.dataId("default-instance");
        ClientOptions options = ClientOptions.at(lab.registry().httpPort());
        SdkClient named = lab.client(sdk, "instance-named", options.instanceId("DEFAULT_INSTANCE_ID"));
        named.publish(dataId, "named").awaitSettled();

        consumer.subscribe(dataId).awaitList("named");
    }

    @Test
    void publishersOfDifferentClientsAddUp() {
        String dataId = Lab.dataId("several");
        SdkSubscriber subscriber = consumer.subscribe(dataId);
        SdkPublisher one = provider.publish(dataId, "same", "one");
        consumer.publish(dataId, "same", "two");
        subscriber.awaitList("one", "same", "same", "two");

        one.unpublish();

        subscriber.awaitList("same", "two");
    }

    @Test
    void publishersOfOneClientAddUp() {
        assumeTrue(sdk.isJava(), "the Node SDK has one publisher for each dataId");
        String dataId = Lab.dataId("several-in-one");
        SdkSubscriber subscriber = consumer.subscribe(dataId);
        SdkPublisher first = provider.publish(dataId, "first");
        SdkPublisher second = provider.publish(dataId, "second");
        subscriber.awaitList("first", "second");

        first.republish("first again");
        subscriber.awaitList("first again", "second");
        second.unpublish();

        subscriber.awaitList("first again");
    }

    @Test
    void subscribersOfOneClientAllSeeTheSame() {
        String dataId = Lab.dataId("subscribers-in-one");
        SdkSubscriber first = consumer.subscribe(dataId);
        SdkPublisher publisher = provider.publish(dataId, "one");
        first.awaitList("one");

        // The Node SDK adds a callback to the subscriber it has and calls it with the next push.
        SdkSubscriber second = consumer.subscribe(dataId);
        publisher.republish("two");

        first.awaitList("two");
        second.awaitList("two");
    }

    @Test
    void aSecondSubscriberOfAClientIsPushedWhatTheFirstHas() {
        assumeTrue(sdk.isJava(), "the Node SDK has one subscriber for each dataId and scope");
        String dataId = Lab.dataId("second-subscriber");
        provider.publish(dataId, "one").awaitSettled();
        SdkSubscriber first = consumer.subscribe(dataId);
        first.awaitList("one");

        SdkSubscriber second = consumer.subscribe(dataId);

        second.awaitList("one");
        first.unsubscribe().awaitSettled();
        provider.publish(dataId, "two");
        second.awaitList("one", "two");
        assertThat(first.list()).containsExactly("one");
    }
}

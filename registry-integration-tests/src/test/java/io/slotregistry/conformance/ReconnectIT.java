package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.ClientProxy;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.SdkSubscriber;
import io.slotregistry.sdk.WatchedPath;
import io.slotregistry.sdk.WireHessian;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Sdk.class)
@ExtendWith(SharedLab.class)
class ReconnectIT {
    private final SdkClient steady;
    private final WatchedPath path;
    private final ClientProxy proxy;
    private final SdkClient disturbed;

    ReconnectIT(Sdk sdk, Lab lab) {
        steady = lab.client(sdk, "provider");
        path = WatchedPath.to(lab.registry());
        proxy = path.proxy();
        disturbed = lab.process(sdk).open(path.options());
    }

    @AfterEach
    void close() {
        path.close();
    }

    @Test
    void aBlipOfAProviderIsInvisible() {
        String dataId = Lab.dataId("blip");
        SdkSubscriber subscriber = steady.subscribe(dataId);
        SdkPublisher publisher = disturbed.publish(dataId, "disturbed").awaitSettled();
        steady.publish(dataId, "steady");
        subscriber.awaitList("disturbed", "steady");
        int pushesBefore = subscriber.pushes().size();

        proxy.cut();
        proxy.awaitSeen(Direction.TO_SERVER, PublisherRegister.class, 2);
        publisher.awaitSettled();
        publisher.republish("disturbed again");

        subscriber.awaitList("disturbed again", "steady");
        assertThat(subscriber.pushes().stream().skip(pushesBefore))
                .as("pushes since the connection was cut")
                .allSatisfy(push -> assertThat(push.zones().get("DEFAULT_ZONE")).hasSize(2));
        assertThat(registerIds()).as("identities").hasSize(1);
    }

    @Test
    void everythingIsReplayedAndNothingElse() {
        String dataId = Lab.dataId("replayed");
        SdkPublisher kept = disturbed.publish(dataId + "-kept", "kept").awaitSettled();
        disturbed.publish(dataId + "-gone", "gone").awaitSettled().unpublish().awaitSettled();
        SdkSubscriber own = disturbed.subscribe(dataId + "-kept");
        own.awaitList("kept");

        proxy.cut();
        proxy.awaitSeen(Direction.TO_CLIENT, ReceivedData.class, 2);
        kept.awaitSettled();
        own.awaitSettled();

        steady.subscribe(dataId + "-kept").awaitList("kept");
        assertThat(steady.subscribe(dataId + "-gone").awaitFirstPush().zones()).isEmpty();
    }

    @Test
    void aReconnectedSubscriberMissesNothingAndItsVersionsNeverGoBack() {
        String dataId = Lab.dataId("missed");
        SdkPublisher publisher = steady.publish(dataId, "one").awaitSettled();
        SdkSubscriber subscriber = disturbed.subscribe(dataId);
        subscriber.awaitList("one");

        proxy.lose(seen -> seen.is(Direction.TO_CLIENT, ReceivedData.class));
        publisher.republish("two").awaitSettled();
        proxy.awaitSeen(Direction.TO_CLIENT, ReceivedData.class, 2);
        proxy.lose(seen -> false);
        proxy.cut();
        subscriber.awaitList("two");
        proxy.cut();
        proxy.awaitSeen(Direction.TO_SERVER, SubscriberRegister.class, 3);
        publisher.republish("three");
        subscriber.awaitList("three");

        assertThat(versions()).isSorted();
        assertThat(subscriber.pushes())
                .as("no push without the provider")
                .allSatisfy(push -> assertThat(push.zones()).isNotEmpty());
    }

    @Test
    void aLostAnswerIsRepeatedWithoutHarm() {
        String dataId = Lab.dataId("lost-answer");
        SdkSubscriber subscriber = steady.subscribe(dataId);
        disturbed.publish(dataId + "-first", "connects").awaitSettled();
        proxy.lose(frame -> frame.direction() == Direction.TO_CLIENT
                && frame.frame().type() == BoltFrame.RESPONSE
                && registrationsOf(dataId).size() < 2);

        SdkPublisher publisher = disturbed.publish(dataId, "once").awaitSettled();

        subscriber.awaitList("once");
        assertThat(registrationsOf(dataId))
                .hasSizeGreaterThan(1)
                .allSatisfy(register -> assertThat(register.getVersion()).isEqualTo(1));
        publisher.republish("twice").awaitSettled();
        subscriber.awaitList("twice");
    }

    private List<Long> versions() {
        return proxy.seen(Direction.TO_CLIENT, ReceivedData.class).stream()
                .map(frame -> WireHessian.decode(frame, ReceivedData.class).getVersion())
                .toList();
    }

    private List<String> registerIds() {
        return publications().map(PublisherRegister::getRegistId).distinct().toList();
    }

    private List<PublisherRegister> registrationsOf(String dataId) {
        return publications()
                .filter(register -> register.getDataId().equals(dataId))
                .toList();
    }

    private Stream<PublisherRegister> publications() {
        return proxy.seen(Direction.TO_SERVER, PublisherRegister.class).stream()
                .map(frame -> WireHessian.decode(frame, PublisherRegister.class));
    }
}

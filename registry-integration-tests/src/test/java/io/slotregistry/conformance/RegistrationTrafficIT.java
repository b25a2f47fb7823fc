package io.slotregistry.conformance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.BaseRegister;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedConfigData;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.RegisterResponse;
import com.alipay.sofa.registry.core.model.Result;
import com.alipay.sofa.registry.core.model.SyncConfigResponse;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.ClientProxy;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.SdkSubscriber;
import io.slotregistry.sdk.WatchedPath;
import io.slotregistry.sdk.WireHessian;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes over the wire while an SDK does everything that it can do. */
@ParameterizedClass(name = "{0}")
@EnumSource(Sdk.class)
@ExtendWith(SharedLab.class)
class RegistrationTrafficIT {
    private final Lab lab;
    private final SdkProcess process;

    RegistrationTrafficIT(Sdk sdk, Lab lab) {
        this.lab = lab;
        this.process = lab.process(sdk);
    }

    @Test
    void eachStateIsSentOnceAndAnsweredWithItsVersion() {
        try (WatchedPath path = WatchedPath.to(lab.registry())) {
            useEverything(process.open(path.options()));

            ClientProxy proxy = path.proxy();
            List<BoltFrame> requests = frames(proxy, Direction.TO_SERVER, BoltFrame::isRequest);
            Map<Integer, BoltFrame> answers = frames(proxy, Direction.TO_CLIENT, frame -> !frame.isRequest()).stream()
                    .collect(Collectors.toMap(BoltFrame::id, Function.identity()));
            List<BoltFrame> registrations = requests.stream()
                    .filter(RegistrationTrafficIT::isRegistration)
                    .toList();
            assertThat(registrations).hasSize(7);
            assertThat(registrations).allSatisfy(request -> {
                BaseRegister register = WireHessian.decode(request, BaseRegister.class);
                BoltFrame answered = requireNonNull(answers.get(request.id()), () -> "no answer to " + request);
                RegisterResponse answer = WireHessian.decode(answered, RegisterResponse.class);
                assertThat(answer.isSuccess()).isTrue();
                assertThat(answer.isRefused()).isFalse();
                assertThat(answer.getVersion()).isEqualTo(register.getVersion());
                assertThat(answer.getRegistId()).isEqualTo(register.getRegistId());
            });
        }
    }

    @Test
    void theServerSendsOnlyWhatSdksKnow() {
        try (WatchedPath path = WatchedPath.to(lab.registry())) {
            useEverything(process.open(path.options()));

            List<BoltFrame> received =
                    frames(path.proxy(), Direction.TO_CLIENT, frame -> frame.command() != BoltFrame.HEARTBEAT);
            assertThat(received)
                    .extracting(BoltFrame::className)
                    .isSubsetOf(
                            RegisterResponse.class.getName(),
                            SyncConfigResponse.class.getName(),
                            ReceivedData.class.getName(),
                            ReceivedConfigData.class.getName());
            assertThat(received).allSatisfy(frame -> {
                assertThat(frame.protocol()).isEqualTo(1);
                assertThat(frame.codec()).isEqualTo(BoltFrame.HESSIAN);
                assertThat(frame.type()).isIn(BoltFrame.RESPONSE, BoltFrame.REQUEST);
                assertThat(frame.extra()).isGreaterThanOrEqualTo(frame.isRequest() ? 500 : 0);
            });
            assertThat(frames(path.proxy(), Direction.TO_SERVER, frame -> !frame.isRequest()))
                    .as("the SDK's answers to pushes")
                    .isNotEmpty()
                    .allSatisfy(answer -> assertThat(
                                    WireHessian.decode(answer, Result.class).isSuccess())
                            .isTrue());
        }
    }

    @Test
    void everyPushIsComplete() {
        try (WatchedPath path = WatchedPath.to(lab.registry())) {
            String dataId = useEverything(process.open(path.options()));

            List<ReceivedData> pushes = path.proxy().seen(Direction.TO_CLIENT, ReceivedData.class).stream()
                    .map(frame -> WireHessian.decode(frame, ReceivedData.class))
                    .toList();
            assertThat(pushes).isNotEmpty().allSatisfy(push -> {
                assertThat(push.getDataId()).isEqualTo(dataId);
                assertThat(push.getGroup()).isEqualTo(SdkClient.DEFAULT_GROUP);
                assertThat(push.getInstanceId()).isEqualTo("DEFAULT_INSTANCE_ID");
                assertThat(push.getScope()).isEqualTo("global");
                assertThat(push.getSegment()).isEqualTo("DefaultDataCenter");
                assertThat(push.getLocalZone()).isEqualTo("DEFAULT_ZONE");
                assertThat(push.getSubscriberRegistIds()).hasSize(1);
                assertThat(push.getVersion()).isPositive();
                assertThat(push.getData()).isNotNull();
            });
            assertThat(pushes).extracting(ReceivedData::getVersion).isSorted();
        }
    }

    /** Two states of a publisher and its end, a subscriber and its end, a configurator and its end. */
    private static String useEverything(SdkClient client) {
        String dataId = Lab.dataId("everything");
        SdkSubscriber subscriber = client.subscribe(dataId).awaitSettled();
        subscriber.awaitFirstPush();
        SdkPublisher publisher = client.publish(dataId, "one").awaitSettled();
        subscriber.awaitList("one");
        publisher.republish("two").awaitSettled();
        subscriber.awaitList("two");
        var configurator = client.configure(dataId).awaitSettled();
        configurator.awaitConfiguration();
        publisher.unpublish().awaitSettled();
        subscriber.awaitList();
        configurator.unregister().awaitSettled();
        subscriber.unsubscribe().awaitSettled();
        return dataId;
    }

    private static boolean isRegistration(BoltFrame frame) {
        return frame.className().startsWith(PublisherRegister.class.getPackageName())
                && frame.message().endsWith("Register");
    }

    private static List<BoltFrame> frames(ClientProxy proxy, Direction direction, Predicate<BoltFrame> condition) {
        return proxy.seen().stream()
                .filter(seen -> seen.direction() == direction)
                .map(ClientProxy.Seen::frame)
                .filter(condition)
                .toList();
    }
}

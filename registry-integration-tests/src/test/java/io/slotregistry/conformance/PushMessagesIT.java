package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.Result;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.WireHessian;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When and how the server pushes, message by message. */
@ExtendWith(SharedLab.class)
class PushMessagesIT {
    /** Far longer than a push takes, and shorter than any push timeout of interest. */
    private static final Duration QUIET = Duration.ofMillis(400);

    private final Lab lab;
    private final WireClient publisher;
    private final WireClient client;

    PushMessagesIT(Lab lab) {
        this.lab = lab;
        this.publisher = new WireClient(lab.registry());
        this.client = new WireClient(lab.registry());
    }

    @AfterEach
    void close() {
        publisher.close();
        client.close();
    }

    @Test
    void whatNobodyPublishesIsPushedAsAnEmptyMap() {
        SubscriberRegister subscriber = Registrations.subscriber(Lab.dataId("nothing"));
        client.register(subscriber);

        ReceivedData push = client.awaitList(subscriber);

        assertThat(push.getData()).isNotNull().isEmpty();
        assertThat(push.getVersion()).isPositive();
    }

    @Test
    void aRepeatedSubscriptionIsPushedAgain() {
        String dataId = Lab.dataId("again");
        publisher.register(Registrations.publisher(dataId, "one"));
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(subscriber);
        ReceivedData first = client.awaitList(subscriber, "one");
        client.close();

        try (WireClient reconnected = new WireClient(lab.registry())) {
            reconnected.register(subscriber);

            assertThat(reconnected.awaitList(subscriber, "one").getVersion())
                    .isGreaterThanOrEqualTo(first.getVersion());
        }
    }

    @Test
    void allSubscribersOfOneConnectionArePushed() {
        String dataId = Lab.dataId("three");
        publisher.register(Registrations.publisher(dataId, "one"));
        Set<String> waiting = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            SubscriberRegister subscriber = Registrations.subscriber(dataId);
            client.register(subscriber);
            waiting.add(subscriber.getRegistId());
        }

        while (!waiting.isEmpty()) {
            ReceivedData push = client.socket().awaitPush(ReceivedData.class);
            assertThat(WireClient.zones(push)).isNotEmpty();
            waiting.removeAll(push.getSubscriberRegistIds());
        }
    }

    @Test
    void anEndedSubscriptionIsNotPushedAnyMore() {
        String dataId = Lab.dataId("ended");
        PublisherRegister publication = Registrations.publisher(dataId, "one");
        publisher.register(publication);
        SubscriberRegister leaving = Registrations.subscriber(dataId);
        client.register(leaving);
        client.awaitList(leaving, "one");
        client.register(Registrations.end(leaving));
        SubscriberRegister staying = Registrations.subscriber(dataId);
        publisher.register(staying);

        publisher.register(Registrations.next(publication, "two"));
        publisher.awaitList(staying, "two");

        assertThat(client.socket().staysWithout(QUIET, BoltFrame::isRequest)).isTrue();
    }

    @Test
    void anEqualRepublicationIsNotPushed() {
        String dataId = Lab.dataId("equal");
        PublisherRegister publication = Registrations.publisher(dataId, "one");
        publisher.register(publication);
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(subscriber);
        client.awaitList(subscriber, "one");

        publisher.register(Registrations.next(publication, "one"));

        assertThat(client.socket().staysWithout(QUIET, BoltFrame::isRequest)).isTrue();
    }

    @Test
    void onePushIsInFlightAndTheNextIsTheNewest() {
        String dataId = Lab.dataId("in-flight");
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(subscriber);
        client.awaitList(subscriber);
        PublisherRegister publication = Registrations.publisher(dataId, "value-0");
        publisher.register(publication);
        BoltFrame unanswered = client.socket().awaitPushFrame(ReceivedData.class);
        for (int i = 1; i <= 10; i++) {
            publication = Registrations.next(publication, "value-" + i);
            publisher.register(publication);
        }
        assertThat(client.socket().staysWithout(QUIET, BoltFrame::isRequest))
                .as("a second push before the first is acknowledged")
                .isTrue();

        client.socket().acknowledge(unanswered);
        ReceivedData next = client.socket().awaitPush(ReceivedData.class);

        assertThat(WireClient.zones(next).get("DEFAULT_ZONE")).containsExactly("value-10");
        assertThat(next.getVersion())
                .isGreaterThan(
                        WireHessian.decode(unanswered, ReceivedData.class).getVersion());
        assertThat(client.socket().staysWithout(QUIET, BoltFrame::isRequest)).isTrue();
    }

    @Test
    void aPushThatIsNotAcknowledgedIsRepeated() {
        String dataId = Lab.dataId("unacknowledged");
        publisher.register(Registrations.publisher(dataId, "one"));
        SubscriberRegister subscriber = Registrations.subscriber(dataId);
        client.register(subscriber);
        BoltFrame lost = client.socket().awaitPushFrame(ReceivedData.class);

        BoltFrame repeated = client.socket().awaitPushFrame(ReceivedData.class);
        client.socket().acknowledge(repeated);

        assertThat(repeated.id()).isNotEqualTo(lost.id());
        assertThat(WireHessian.decode(repeated, ReceivedData.class).getSubscriberRegistIds())
                .containsExactly(subscriber.getRegistId());
        assertThat(client.socket().staysWithout(QUIET, BoltFrame::isRequest)).isTrue();
    }

    @Test
    void aPushThatTheClientCouldNotStoreIsRepeated() {
        String dataId = Lab.dataId("not-stored");
        publisher.register(Registrations.publisher(dataId, "one"));
        client.register(Registrations.subscriber(dataId));
        BoltFrame failed = client.socket().awaitPushFrame(ReceivedData.class);
        Result result = new Result();
        result.setSuccess(false);
        client.socket().send(failed.answer(Result.class.getName(), WireHessian.encode(result)));

        client.socket().awaitPush(ReceivedData.class);
    }

    @Test
    void aLateSubscriberOfTheSameConnectionDoesNotWaitForOthers() {
        String slow = Lab.dataId("slow");
        String other = Lab.dataId("other");
        publisher.register(Registrations.publisher(slow, "slow"));
        publisher.register(Registrations.publisher(other, "other"));
        client.register(Registrations.subscriber(slow));
        client.socket().awaitPushFrame(ReceivedData.class);

        client.register(Registrations.subscriber(other));

        client.socket().await("push of the other dataId", isPushOf(other));
    }

    private static Predicate<BoltFrame> isPushOf(String dataId) {
        return frame -> frame.isRequest()
                && frame.className().equals(ReceivedData.class.getName())
                && WireHessian.decode(frame, ReceivedData.class).getDataId().equals(dataId);
    }
}

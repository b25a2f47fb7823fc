package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkPublisher;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that operators block are told that all is well. All clients here come from one address. */
@ExtendWith(SharedLab.class)
class BlockIT {
    private final Lab lab;
    private final String dataId = Lab.dataId("blocked");

    BlockIT(Lab lab) {
        this.lab = lab;
    }

    @Test
    void whatBlockedClientsPublishIsShownToNobodyAndOtherServicesGoOn() {
        SdkClient provider = lab.client(Sdk.JAVA_6_5_6, "provider");
        String other = Lab.dataId("not-blocked");
        var subscriber = Registrations.subscriber(dataId);
        var otherSubscriber = Registrations.subscriber(other);
        try (WireClient consumer = new WireClient(lab.registry())) {
            consumer.register(subscriber);
            SdkPublisher publisher = provider.publish(dataId, "a");
            publisher.awaitSettled();
            long shown = consumer.awaitList(subscriber, "a").getVersion();

            settings("set", "blocked.publishers", "10.0.0.1,127.0.0.1", "--service", dataId);
            long hidden = consumer.awaitList(subscriber).getVersion();
            provider.publish(dataId, "b").awaitSettled();
            consumer.register(otherSubscriber);
            provider.publish(other, "c").awaitSettled();
            consumer.awaitList(otherSubscriber, "c");

            settings("unset", "blocked.publishers", "--service", dataId);
            assertThat(consumer.awaitList(subscriber, "a", "b").getVersion()).isGreaterThan(hidden);
            assertThat(hidden).isGreaterThan(shown);
            publisher.unpublish();
            consumer.awaitList(subscriber, "b");
        }
    }

    @Test
    void blockedSubscribersArePushedWhenItIsOver() {
        SdkClient provider = lab.client(Sdk.JAVA_6_5_6, "provider");
        String other = Lab.dataId("not-blocked");
        var subscriber = Registrations.subscriber(dataId);
        var otherSubscriber = Registrations.subscriber(other);
        provider.publish(dataId, "a").awaitSettled();
        provider.publish(other, "c").awaitSettled();
        settings("set", "blocked.subscribers", "127.0.0.1", "--service", dataId);
        try (WireClient consumer = new WireClient(lab.registry())) {
            consumer.register(subscriber);
            consumer.register(otherSubscriber);
            assertThat(consumer.awaitList(otherSubscriber, "c").getDataId()).isEqualTo(other);
            provider.publish(dataId, "b").awaitSettled();
            assertThat(consumer.socket().staysWithout(Duration.ofMillis(300), BoltFrame::isRequest))
                    .isTrue();

            settings("unset", "blocked.subscribers", "--service", dataId);
            consumer.awaitList(subscriber, "a", "b");
        }
    }

    private void settings(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "settings";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        assertThat(lab.admin().run(command)).anyMatch(line -> line.startsWith("done"));
    }
}

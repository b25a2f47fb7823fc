package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import io.slotregistry.cluster.Http;
import io.slotregistry.meta.Admin;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.StandaloneProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A client that registers more than it may is told that all is well, and the others do not see it. */
@TestInstance(Lifecycle.PER_CLASS)
class LimitsIT {
    private final StandaloneProcess registry = StandaloneProcess.start("--registry.loops=1", Admin.KEY_SETTING);

    @AfterAll
    void close() {
        registry.close();
    }

    @Test
    void whatIsBeyondALimitIsAnsweredButNotTaken() {
        Admin.of(registry).run("settings", "set", "limit.publishers-per-client", "2");
        String dataId = Lab.dataId("limited");
        var subscriber = Registrations.subscriber(dataId);
        try (WireClient consumer = new WireClient(registry);
                WireClient client = new WireClient(registry);
                SdkProcess process = Sdk.JAVA_6_5_6.start()) {
            consumer.register(subscriber);
            PublisherRegister first = Registrations.publisher(dataId, "first");
            PublisherRegister third = Registrations.publisher(dataId, "third");
            client.register(first);
            client.register(Registrations.publisher(dataId, "second"));
            client.register(third);
            consumer.awaitList(subscriber, "first", "second");
            client.register(Registrations.end(first));
            consumer.awaitList(subscriber, "second");
            client.register(Registrations.next(third, "third again"));
            consumer.awaitList(subscriber, "second", "third again");

            SdkClient sdk = process.open(registry.httpPort());
            for (int i = 0; i < 3; i++) {
                SdkPublisher publisher = sdk.publish(dataId, "sdk" + i);
                publisher.awaitSettled();
            }
            consumer.awaitList(subscriber, "second", "third again", "sdk0", "sdk1");
        }
        assertThat(Http.get(registry.ports().admin(), "/actuator/prometheus").body())
                .contains("registry_session_not_taken_total 2.0");
        assertThat(registry.output().stream().filter(line -> line.contains("event=registration-not-taken")))
                .hasSize(2);
    }
}

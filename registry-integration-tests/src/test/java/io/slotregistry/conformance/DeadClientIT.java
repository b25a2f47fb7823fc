package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkSubscriber;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Sdk.class)
@ExtendWith(SharedLab.class)
class DeadClientIT {
    private final Lab lab;
    private final Sdk sdk;

    DeadClientIT(Sdk sdk, Lab lab) {
        this.lab = lab;
        this.sdk = sdk;
    }

    @Test
    void whatAKilledProcessPublishedVanishes() {
        String dataId = Lab.dataId("killed");
        SdkClient provider = lab.client(sdk, "provider");
        SdkClient consumer = lab.client(sdk, "consumer");
        SdkSubscriber subscriber = consumer.subscribe(dataId);
        provider.publish(dataId, "survivor one").awaitSettled();
        consumer.publish(dataId, "survivor two").awaitSettled();
        try (SdkProcess doomed = sdk.start()) {
            SdkClient client = doomed.open(lab.registry().httpPort());
            client.subscribe(dataId).awaitList("survivor one", "survivor two");
            client.publish(dataId, "killed").awaitSettled();
            subscriber.awaitList("killed", "survivor one", "survivor two");

            doomed.kill();

            subscriber.awaitList("survivor one", "survivor two");
        }
        assertThat(subscriber.pushes())
                .as("the survivors stay visible")
                .filteredOn(push -> !push.zones().isEmpty())
                .last()
                .satisfies(push -> assertThat(push.zones().get("DEFAULT_ZONE"))
                        .isEqualTo(List.of("survivor one", "survivor two")));
    }
}

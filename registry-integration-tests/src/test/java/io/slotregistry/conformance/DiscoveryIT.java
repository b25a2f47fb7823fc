package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.ClientOptions;
import io.slotregistry.sdk.DiscoveryStub;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkSubscriber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How the SDKs use the address list, which is what the rules for the server's answers rest on. */
@ParameterizedClass(name = "{0}")
@EnumSource(Sdk.class)
@ExtendWith(SharedLab.class)
class DiscoveryIT {
    private final Lab lab;
    private final Sdk sdk;

    DiscoveryIT(Sdk sdk, Lab lab) {
        this.lab = lab;
        this.sdk = sdk;
    }

    @Test
    void aClientFindsTheServerByTheRegistrysOwnAnswer() {
        String dataId = Lab.dataId("found");
        SdkClient client = lab.process(sdk)
                .open(ClientOptions.at(lab.registry().httpPort()).appName("app|of{odd}characters"));

        client.publish(dataId, "found").awaitSettled();

        lab.client(sdk, "consumer").subscribe(dataId).awaitList("found");
    }

    @Test
    void aClientWithoutAddressesConnectsAsSoonAsThereAreSome() {
        try (DiscoveryStub discovery = new DiscoveryStub("")) {
            String dataId = Lab.dataId("later");
            SdkClient client = lab.process(sdk).open(discovery.port());
            SdkSubscriber subscriber = client.subscribe(dataId);
            client.publish(dataId, "later");
            discovery.awaitTold();
            assertThat(subscriber.pushes()).isEmpty();

            discovery.answerWith("127.0.0.1:" + lab.registry().boltPort());

            subscriber.awaitList("later");
        }
    }
}

package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.WatchedPath;
import io.slotregistry.sdk.WireHessian;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** No signature scheme exists: whatever attributes a client's own AuthManager adds, and none, must be accepted. */
@ParameterizedClass(name = "{0}")
@EnumSource(value = Sdk.class, mode = Mode.MATCH_ALL, names = "JAVA.*")
@ExtendWith(SharedLab.class)
class AttributesIT {
    private final Lab lab;
    private final Sdk sdk;

    AttributesIT(Sdk sdk, Lab lab) {
        this.lab = lab;
        this.sdk = sdk;
    }

    @Test
    void registrationsWithUnknownAttributesAreAccepted() {
        try (WatchedPath path = WatchedPath.to(lab.registry())) {
            SdkClient client = lab.process(sdk)
                    .open(path.options()
                            .attribute("!AccessKey", "key")
                            .attribute("!Signature", "not checked by anybody")
                            // Upstream's own mark for clients to ignore, which clients must not be able to set.
                            .attribute("!Blocked", "true"));
            String dataId = Lab.dataId("attributes");

            SdkPublisher publisher = client.publish(dataId, "marked").awaitSettled();
            client.subscribe(dataId).awaitList("marked");
            // After a refusal the SDK would send nothing any more.
            publisher.republish("marked again").awaitSettled();
            lab.client(sdk, "consumer").subscribe(dataId).awaitList("marked again");

            assertThat(path.proxy().seen(Direction.TO_SERVER, PublisherRegister.class))
                    .isNotEmpty()
                    .allSatisfy(frame -> assertThat(WireHessian.decode(frame, PublisherRegister.class)
                                    .getAttributes())
                            .containsAllEntriesOf(Map.of("!AccessKey", "key", "!Blocked", "true")));
        }
    }
}

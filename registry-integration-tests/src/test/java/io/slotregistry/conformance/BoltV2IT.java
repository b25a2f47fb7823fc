package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.ClientProxy;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.SdkSubscriber;
import io.slotregistry.sdk.WatchedPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Discovery can tell Java clients to speak the second version of Bolt, with checksums. */
@ParameterizedClass(name = "{0}")
@EnumSource(value = Sdk.class, mode = Mode.MATCH_ALL, names = "JAVA.*")
@ExtendWith(SharedLab.class)
class BoltV2IT {
    private final Lab lab;
    private final Sdk sdk;

    BoltV2IT(Sdk sdk, Lab lab) {
        this.lab = lab;
        this.sdk = sdk;
    }

    @Test
    void aClientThatSpeaksTheSecondVersionIsAnsweredAndPushedInIt() {
        try (WatchedPath path = WatchedPath.withUrlOptions(lab.registry(), "?_PROTOCOL=2&_VERSION=2")) {
            SdkClient client = lab.process(sdk).open(path.options());
            String dataId = Lab.dataId("second-version");
            SdkSubscriber subscriber = client.subscribe(dataId);
            SdkPublisher publisher = client.publish(dataId, "one").awaitSettled();
            subscriber.awaitList("one");
            publisher.unpublish().awaitSettled();
            subscriber.awaitList();

            // The proxy reads frames only with a right checksum.
            assertThat(path.proxy().seen())
                    .hasSizeGreaterThan(6)
                    .extracting(ClientProxy.Seen::frame)
                    .allSatisfy(frame -> {
                        assertThat(frame.protocol()).isEqualTo(2);
                        assertThat(frame.crc()).isTrue();
                    });
        }
    }
}

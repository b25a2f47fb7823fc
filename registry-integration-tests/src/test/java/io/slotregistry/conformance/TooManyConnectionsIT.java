package io.slotregistry.conformance;

import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkSubscriber;
import io.slotregistry.sdk.StandaloneProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A session that has as many connections as it takes. One SDK is enough: when connections were closed at once, this is
 * the one that never came back.
 */
class TooManyConnectionsIT {
    @Test
    void aClientThatIsTurnedAwayComesInWhenAnotherHasLeft() {
        try (StandaloneProcess registry = StandaloneProcess.start("--registry.session.clients.max-connections=1");
                SdkProcess second = Sdk.JAVA_6_3_0.start()) {
            String dataId = Lab.dataId("full");
            SdkSubscriber subscriber;
            try (SdkProcess first = Sdk.JAVA_6_3_0.start()) {
                first.open(registry.httpPort()).publish(dataId, "10.0.0.1").awaitSettled();
                subscriber = second.open(registry.httpPort()).subscribe(dataId);
                Awaitility.await()
                        .until(() ->
                                registry.output().stream().anyMatch(line -> line.contains("event=client-rejected")));
            }
            // A service's only publisher is shown for a while after it was lost.
            subscriber.awaitFirstPush();
        }
    }
}

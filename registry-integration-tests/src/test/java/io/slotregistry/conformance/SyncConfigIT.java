package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.SyncConfigResponse;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.Push;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkSubscriber;
import io.slotregistry.sdk.WatchedPath;
import io.slotregistry.sdk.WireHessian;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Sdk.class)
@ExtendWith(SharedLab.class)
class SyncConfigIT {
    private static final long INTERVAL_MILLIS = 200;
    private static final int ROUNDS = 4;

    private final Lab lab;
    private final SdkProcess process;

    SyncConfigIT(Sdk sdk, Lab lab) {
        this.lab = lab;
        this.process = lab.process(sdk);
    }

    @Test
    void synchronisingTheConfigurationChangesNothingForSubscribers() {
        try (WatchedPath path = WatchedPath.to(lab.registry())) {
            String dataId = Lab.dataId("synchronised");
            SdkClient client = process.open(path.options().syncMillis(INTERVAL_MILLIS));
            SdkSubscriber subscriber = client.subscribe(dataId);
            client.publish(dataId, "kept").awaitSettled();
            subscriber.awaitList("kept");
            List<Push> pushes = subscriber.pushes();
            int before = answers(path).size();

            path.proxy().awaitSeen(Direction.TO_CLIENT, SyncConfigResponse.class, before + ROUNDS);

            assertThat(answers(path)).allSatisfy(answer -> {
                assertThat(answer.isSuccess()).isTrue();
                // Any list hides data of other segments, and a right one costs a callback for nothing.
                assertThat(answer.getAvailableSegments()).isNullOrEmpty();
                // Intervals only grow until the client restarts.
                assertThat(answer.getRetryInterval()).isZero();
            });
            assertThat(subscriber.pushes()).containsOnlyElementsOf(pushes);
        }
    }

    private static List<SyncConfigResponse> answers(WatchedPath path) {
        return path.proxy().seen(Direction.TO_CLIENT, SyncConfigResponse.class).stream()
                .map(frame -> WireHessian.decode(frame, SyncConfigResponse.class))
                .toList();
    }
}

package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.ClientProxy;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkSubscriber;
import io.slotregistry.sdk.WatchedPath;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Java clients send heartbeats and give up a server that leaves three unanswered. The Node SDK has none. */
@ParameterizedClass(name = "{0}")
@EnumSource(value = Sdk.class, mode = Mode.MATCH_ALL, names = "JAVA.*")
@ExtendWith(SharedLab.class)
class HeartbeatIT {
    private static final int BEATS = 6;

    private final Lab lab;
    private final Sdk sdk;

    HeartbeatIT(Sdk sdk, Lab lab) {
        this.lab = lab;
        this.sdk = sdk;
    }

    @Test
    void anIdleClientStaysConnected() {
        try (WatchedPath path = WatchedPath.to(lab.registry())) {
            SdkClient client = lab.process(sdk).open(path.options());
            String dataId = Lab.dataId("idle");
            SdkSubscriber subscriber = client.subscribe(dataId).awaitSettled();

            path.proxy()
                    .await(
                            BEATS + " heartbeats answered",
                            frames -> acknowledgements(frames).size() >= BEATS);

            assertThat(path.proxy().connections()).isEqualTo(1);
            assertThat(path.proxy().seen())
                    .as("the server sends no heartbeats of its own")
                    .noneMatch(seen -> isHeartbeat(seen, Direction.TO_CLIENT)
                            && seen.frame().isRequest());
            lab.client(sdk, "provider").publish(dataId, "still there");
            subscriber.awaitList("still there");
        }
    }

    private static List<ClientProxy.Seen> acknowledgements(List<ClientProxy.Seen> frames) {
        return frames.stream()
                .filter(seen -> isHeartbeat(seen, Direction.TO_CLIENT))
                .filter(seen -> !seen.frame().isRequest() && seen.frame().extra() == 0)
                .toList();
    }

    private static boolean isHeartbeat(ClientProxy.Seen seen, Direction direction) {
        return seen.direction() == direction && seen.frame().command() == BoltFrame.HEARTBEAT;
    }
}

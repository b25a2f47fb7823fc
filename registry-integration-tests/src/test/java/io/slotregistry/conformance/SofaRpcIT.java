package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.SofaRpcProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The framework that most clients are part of: its provider is found, called and lost by means of this registry. */
@ExtendWith(SharedLab.class)
class SofaRpcIT {
    private final int httpPort;

    SofaRpcIT(Lab lab) {
        httpPort = lab.registry().httpPort();
    }

    @Test
    void aConsumerCallsTheProviderThatItFoundAndNoneAfterItLeft() {
        try (SofaRpcProcess provider = SofaRpcProcess.start(httpPort);
                SofaRpcProcess consumer = SofaRpcProcess.start(httpPort)) {
            assertThat(consumer.tell("refer")).as(consumer.report("refers")).isEqualTo("referred");
            assertThat(consumer.tell("call")).isEqualTo("failed SofaRouteException");

            assertThat(provider.tell("export")).as(provider.report("exports")).isEqualTo("exported");
            consumer.tellUntil("call", "answered hello world");

            assertThat(provider.tell("unexport")).isEqualTo("unexported");
            consumer.tellUntil("call", "failed SofaRouteException");
        }
    }
}

package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.runtime.ThreadEventLoop;
import io.slotregistry.sdk.ChildProcess;
import io.slotregistry.sdk.RegistryCommand;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The virtual machine does not end for an error that a library throws, as for direct memory: the process does. */
class OutOfMemoryIT {
    @Test
    void aLoopThatRunsOutOfMemoryEndsTheProcess() {
        try (ChildProcess child = RegistryCommand.startClass("out-of-memory", Program.class)) {
            assertThat(child.awaitExitCode(Duration.ofSeconds(30))).isEqualTo(3);
        }
    }

    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws InterruptedException {
            new ThreadEventLoop("loop").execute(() -> {
                throw new OutOfMemoryError("Cannot reserve direct buffer memory");
            });
            new CountDownLatch(1).await();
        }
    }
}

package io.slotregistry.cluster;

import io.slotregistry.sdk.StandaloneProcess;
import io.slotregistry.torture.ListSizes;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishCommandIT {
    private static final int ROUNDS = 4;

    /** Were it only disconnected, it would be held here for ten minutes, as the whole of its service. */
    @Test
    void whatItPublishedIsGoneWhenItHasEnded() {
        try (StandaloneProcess registry = StandaloneProcess.start("--registry.data.guard.hold-millis=600000")) {
            ListSizes sizes = new ListSizes(registry, List.of("short-lived"));
            for (int i = 0; i < ROUNDS; i++) {
                try (RoleProcess publish = RoleProcess.start(
                        "publish", "short-lived", "10.0.0.1:8080", "--port", "" + registry.httpPort())) {
                    publish.awaitOutput("publishing to short-lived");
                    sizes.awaitAll(1);
                    publish.stop();
                    sizes.awaitAll(0);
                }
            }
        }
    }
}

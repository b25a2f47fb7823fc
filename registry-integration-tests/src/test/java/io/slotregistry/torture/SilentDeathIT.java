package io.slotregistry.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.conformance.WireClient;
import io.slotregistry.sdk.ChildProcess;
import io.slotregistry.sdk.ClientOptions;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.StandaloneProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** A host dies without a word: no FIN, no RST, whether or not the server was just saying something to it. */
class SilentDeathIT {
    /** The kernel is told 12 seconds, which it rounds up to its next probe; and then the grace time. */
    private static final Duration BOUND = Duration.ofMillis(15_000 + 2_500);

    private static final String[] EVERYBODY = {"here 1", "here 2", "here 3", "remote"};
    private static final String[] HERE = {"here 1", "here 2", "here 3"};

    @Test
    void clientsOfAHostThatDiesAreMissedWithinTheirBound(TestReporter report) throws IOException {
        String missing = Namespace.missing();
        assumeTrue(missing.isEmpty(), missing);
        try (Namespace host = Namespace.open();
                StandaloneProcess registry = StandaloneProcess.start(
                        "--registry.bind=0.0.0.0", "--registry.advertise=" + host.hostAddress());
                Onlooker idle = new Onlooker(registry, "idle");
                Onlooker busy = new Onlooker(registry, "busy");
                Onlooker sdk = new Onlooker(registry, "sdk");
                ChildProcess idleClient = RemoteClient.start(host, registry.boltPort(), "idle", "nothing");
                ChildProcess busyClient = RemoteClient.start(host, registry.boltPort(), "busy", "news");
                SdkProcess sdkProcess = Sdk.JAVA_6_5_6.start(host.prefix());
                WireClient reporter = new WireClient(registry.boltPort())) {
            sdkProcess
                    .open(ClientOptions.at(registry.httpPort()).host(host.hostAddress()))
                    .publish("sdk", "remote");
            List<Onlooker> all = List.of(idle, busy, sdk);
            all.forEach(onlooker -> onlooker.await(EVERYBODY));
            PublisherRegister news = Registrations.publisher("news", "old");
            reporter.register(news);
            assertThat(idleClient.isAlive() && busyClient.isAlive() && sdkProcess.isAlive())
                    .isTrue();

            host.takeLinkDown();
            long died = System.nanoTime();
            reporter.register(Registrations.next(news, "new"));
            List<Duration> missed = new ArrayList<>();
            for (Onlooker onlooker : all) {
                onlooker.await(HERE);
                missed.add(Duration.ofNanos(System.nanoTime() - died));
            }

            report.publishEntry("host died to idle, busy and SDK client missed", missed.toString());
            assertThat(missed).allSatisfy(time -> assertThat(time).isLessThan(BOUND));
        }
    }

    /** Has three publishers of a service, so that a fourth one is not most of it, and subscribes to it. */
    private static final class Onlooker implements AutoCloseable {
        private final WireClient client;
        private final SubscriberRegister subscriber;

        Onlooker(StandaloneProcess registry, String service) {
            client = new WireClient(registry.boltPort());
            subscriber = Registrations.subscriber(service);
            for (String value : HERE) {
                client.register(Registrations.publisher(service, value));
            }
            client.register(subscriber);
        }

        void await(String... values) {
            client.awaitList(subscriber, values);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}

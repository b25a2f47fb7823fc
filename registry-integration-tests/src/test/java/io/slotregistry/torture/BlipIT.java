package io.slotregistry.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.RegisterResponse;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.sdk.BoltSocket;
import io.slotregistry.sdk.ClientProxy;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.StandaloneProcess;
import io.slotregistry.sdk.WatchedPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The connection of one provider with many registrations is reset: its SDK notices, connects again and registers one
 * by one, and no consumer sees it. {@code -Dblips=50} repeats it more often.
 */
class BlipIT {
    private static final int RESETS = Integer.getInteger("blips", 3);
    private static final int SERVICES = 200;
    private static final int MEASURED_RESETS = 12;

    @ParameterizedTest
    @EnumSource(
            value = Sdk.class,
            names = {"JAVA_5_4_2", "JAVA_6_5_6", "NODE_0_0_1"})
    void noConsumerSeesAReset(Sdk sdk) {
        Assumptions.assumeTrue(sdk.missing().isEmpty(), sdk.missing());
        try (StandaloneProcess registry = StandaloneProcess.start();
                BoltSocket steady = new BoltSocket(registry.boltPort());
                Provider provider = new Provider(sdk, registry)) {
            List<String> services = services(SERVICES);
            services.forEach(service -> steady.call(Registrations.publisher(service, "steady")));
            provider.publish(services);
            ListSizes sizes = new ListSizes(registry, services);
            sizes.awaitAll(2);
            sizes.watch();
            for (int i = 0; i < RESETS; i++) {
                provider.reset();
                // Or it would be closed for being idle.
                steady.call(Registrations.publisher("steady", "alive"));
                assertThat(sizes.smallest()).as("list after reset %d", i).isEqualTo(2);
            }
            // What is seen late is seen too.
            provider.republish(0, "afterwards");
            assertThat(sizes.smallest()).isEqualTo(2);
        }
    }

    /** Tells how long it takes an SDK to be back with all that it had, from which the grace time is made. */
    @ParameterizedTest
    @EnumSource(
            value = Sdk.class,
            names = {"JAVA_5_4_2", "JAVA_6_5_6", "NODE_0_0_1"})
    @EnabledIfSystemProperty(named = "long.tests", matches = "true", disabledReason = "takes minutes")
    void howLongAnSdkTakesToBeBack(Sdk sdk, TestReporter report) {
        Assumptions.assumeTrue(sdk.missing().isEmpty(), sdk.missing());
        try (StandaloneProcess registry = StandaloneProcess.start()) {
            for (int count : List.of(1, 50, 200, 1_000)) {
                try (Provider provider = new Provider(sdk, registry)) {
                    provider.publish(services(count));
                    List<Long> millis = IntStream.range(0, MEASURED_RESETS)
                            .mapToLong(i -> provider.reset())
                            .sorted()
                            .boxed()
                            .toList();
                    report.publishEntry(
                            sdk.toString(),
                            "with %d registrations is back after %d ms at best, %d as a rule, %d at worst"
                                    .formatted(
                                            count,
                                            millis.get(0),
                                            millis.get(MEASURED_RESETS / 2),
                                            millis.get(MEASURED_RESETS - 1)));
                }
            }
        }
    }

    private static List<String> services(int count) {
        return IntStream.range(0, count).mapToObj(i -> "blip-" + i).toList();
    }

    /** An SDK whose way to the registry can be cut. */
    private static final class Provider implements AutoCloseable {
        private static final int LEAST_PAUSE_MILLIS = 700;

        private final List<SdkPublisher> publishers = new ArrayList<>();
        private final Random random = new Random(1);
        private final WatchedPath path;
        private final ClientProxy proxy;
        private final SdkProcess process;
        private final SdkClient client;
        private int connection = 1;

        Provider(Sdk sdk, StandaloneProcess registry) {
            path = WatchedPath.to(registry);
            proxy = path.proxy();
            process = sdk.start();
            client = process.open(path.options());
        }

        void publish(List<String> services) {
            services.forEach(service -> publishers.add(client.publish(service, "blips")));
            publishers.forEach(SdkPublisher::awaitSettled);
        }

        void republish(int index, String data) {
            publishers.get(index).republish(data).awaitSettled();
        }

        /** When nothing is under way; returns when all is acknowledged again: after how many milliseconds. */
        long reset() {
            Pause.millis(random.nextInt(LEAST_PAUSE_MILLIS, 2 * LEAST_PAUSE_MILLIS));
            int next = ++connection;
            long start = System.nanoTime();
            proxy.cut();
            proxy.await(
                    "all registrations",
                    seen -> seen.stream()
                                    .filter(frame -> frame.connection() == next)
                                    .filter(frame -> frame.is(Direction.TO_CLIENT, RegisterResponse.class))
                                    .count()
                            >= publishers.size());
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        }

        @Override
        public void close() {
            process.close();
            path.close();
        }
    }
}

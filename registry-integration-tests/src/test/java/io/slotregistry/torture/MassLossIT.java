package io.slotregistry.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedData;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.BoltSocket;
import io.slotregistry.sdk.StandaloneProcess;
import io.slotregistry.sdk.WireHessian;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Most of a service loses its connections at once, as subscribers see it. */
class MassLossIT {
    private static final int CONNECTIONS = 50;
    private static final int SERVICES = 100;
    /** On each connection, of each service: 10,000 publishers in all. */
    private static final int PUBLISHERS = 2;

    private static final int AWAY_MILLIS = 3_000;
    /** Half of the default: longer than they are away, and than it takes them to register. */
    private static final Duration HOLD = Duration.ofSeconds(8);

    private static final Duration SLACK = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final StandaloneProcess registry =
            StandaloneProcess.start("--registry.data.guard.hold-millis=" + HOLD.toMillis());
    private final List<BoltSocket> sockets = new ArrayList<>();

    @AfterEach
    void close() {
        sockets.forEach(BoltSocket::close);
        registry.close();
    }

    @Test
    void noListShrinksWhenEverybodyIsBackSoon() {
        List<String> services =
                IntStream.range(0, SERVICES).mapToObj(i -> "mass-" + i).toList();
        List<List<PublisherRegister>> crowd = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            crowd.add(publishers(services, PUBLISHERS, "host " + i));
        }
        crowd.forEach(this::connect);
        Sizes sizes = new Sizes(services);
        sizes.awaitAll(CONNECTIONS * PUBLISHERS);
        sizes.watch();

        List.copyOf(sockets).forEach(BoltSocket::close);
        Pause.millis(AWAY_MILLIS);
        crowd.forEach(this::connect);
        // Also after everything that was held has been decided upon.
        Pause.millis(HOLD.toMillis());

        assertThat(sizes.smallest()).isEqualTo(CONNECTIONS * PUBLISHERS);
        connect(publishers(services, 1, "afterwards"));
        sizes.awaitAll(CONNECTIONS * PUBLISHERS + 1);
    }

    @Test
    void whatIsGoneForGoodIsShownInTheEnd() {
        List<String> services = List.of("gone");
        connect(publishers(services, 5, "first half"));
        connect(publishers(services, 5, "second half"));
        Sizes sizes = new Sizes(services);
        sizes.awaitAll(10);

        sockets.get(0).close();
        assertThat(sizes.timeTo(5)).as("half of a service").isLessThan(SLACK);
        Pause.millis(2 * AWAY_MILLIS);

        sockets.get(1).close();
        assertThat(sizes.timeTo(0)).as("all of it").isBetween(HOLD.minusSeconds(1), HOLD.plus(SLACK));
    }

    private static List<PublisherRegister> publishers(List<String> services, int each, String value) {
        return services.stream()
                .flatMap(service ->
                        IntStream.range(0, each).mapToObj(i -> Registrations.publisher(service, value + " " + i)))
                .toList();
    }

    /** All at once, unlike an SDK, and waits for the last answer. */
    private void connect(List<PublisherRegister> publishers) {
        BoltSocket socket = new BoltSocket(registry.boltPort());
        sockets.add(socket);
        int id = 0;
        for (PublisherRegister publisher : publishers) {
            id = socket.nextId();
            socket.send(BoltFrame.request(id, publisher.getClass().getName(), WireHessian.encode(publisher)));
        }
        socket.awaitAnswer(id);
    }

    /** How long the lists are that one subscriber is pushed. */
    private final class Sizes {
        private final Map<String, Integer> newest = new TreeMap<>();
        private final List<String> services;
        private int smallest;

        Sizes(List<String> services) {
            this.services = services;
            BoltSocket socket = new BoltSocket(registry.boltPort());
            services.forEach(service -> socket.call(Registrations.subscriber(service)));
            Thread thread = new Thread(() -> listen(socket));
            thread.setDaemon(true);
            thread.start();
        }

        private void listen(BoltSocket socket) {
            while (registry.trouble().isEmpty()) {
                socket.staysWithout(Duration.ofMinutes(1), frame -> {
                    if (frame.className().equals(ReceivedData.class.getName())) {
                        socket.acknowledge(frame);
                        add(WireHessian.decode(frame, ReceivedData.class));
                    }
                    return false;
                });
            }
        }

        private synchronized void add(ReceivedData push) {
            int size = push.getData().values().stream().mapToInt(List::size).sum();
            newest.put(push.getDataId(), size);
            smallest = Math.min(smallest, size);
        }

        synchronized void watch() {
            smallest = Integer.MAX_VALUE;
        }

        /** Since then, of all pushes, or of what was seen last where there was none. */
        synchronized int smallest() {
            return Math.min(
                    smallest,
                    newest.values().stream().mapToInt(size -> size).min().orElse(0));
        }

        void awaitAll(int size) {
            await(size + " each").atMost(PATIENCE).until(() -> areAll(size));
        }

        Duration timeTo(int size) {
            long start = System.nanoTime();
            awaitAll(size);
            return Duration.ofNanos(System.nanoTime() - start);
        }

        private synchronized boolean areAll(int size) {
            return newest.size() == services.size() && newest.values().stream().allMatch(each -> each == size);
        }
    }
}

package io.slotregistry.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.BoltSocket;
import io.slotregistry.sdk.StandaloneProcess;
import io.slotregistry.sdk.WireHessian;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private static final Duration SLACK = Duration.ofSeconds(6);

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
        ListSizes sizes = new ListSizes(registry, services);
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
        ListSizes sizes = new ListSizes(registry, services);
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
}

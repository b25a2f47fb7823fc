package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.DataBox;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.RegisterResponse;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import io.slotregistry.cluster.Http;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.BoltSocket;
import io.slotregistry.sdk.StandaloneProcess;
import io.slotregistry.sdk.WireHessian;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Messages made to take more memory than they are worth, at a server with little of it: a healthy pair is served. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class FrameLimits {
    private static final String PUBLISHER_REGISTER = PublisherRegister.class.getName();

    private final int limit;
    private final StandaloneProcess registry;
    private final WireClient publisher;
    private final WireClient consumer;
    private final SubscriberRegister subscriber = Registrations.subscriber("healthy");
    private PublisherRegister publication = Registrations.publisher("healthy", "0");
    private int version;

    FrameLimits(int limit) {
        this.limit = limit;
        registry = StandaloneProcess.startWith(
                List.of("-Xmx128m", "-XX:+ExitOnOutOfMemoryError"),
                "--registry.session.clients.max-frame-bytes=" + limit);
        publisher = new WireClient(registry);
        consumer = new WireClient(registry);
        publisher.register(publication);
        consumer.register(subscriber);
    }

    @AfterEach
    void theHealthyPairIsServed() {
        publication = Registrations.next(publication, "v" + ++version);
        publisher.register(publication);
        consumer.awaitList(subscriber, "v" + version);
        assertThat(registry.trouble()).isEmpty();
    }

    @AfterAll
    void close() {
        publisher.close();
        consumer.close();
        registry.close();
    }

    @Test
    void aMessageThatIsTooLongGetsNoAnswerAndItsConnectionLives() {
        double before = skipped();
        try (BoltSocket socket = new BoltSocket(registry.boltPort())) {
            socket.send(BoltFrame.request(1, PUBLISHER_REGISTER, new byte[limit + 1]));
            PublisherRegister next = Registrations.publisher(Lab.dataId("after"), "x");
            socket.send(BoltFrame.request(2, PUBLISHER_REGISTER, WireHessian.encode(next)));

            BoltFrame first = socket.await("answer", frame -> !frame.isRequest());
            assertThat(first.id()).isEqualTo(2);
        }
        assertThat(skipped()).isEqualTo(before + 1);
    }

    @Test
    void messagesThatLackTheirLastByteDoNotFillTheMemory() {
        byte[] unfinished =
                BoltFrame.request(1, PUBLISHER_REGISTER, new byte[limit]).encode();
        List<BoltSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 400 * 1024 * 1024 / limit; i++) {
                BoltSocket socket = new BoltSocket(registry.boltPort());
                sockets.add(socket);
                socket.sendBytes(Arrays.copyOf(unfinished, unfinished.length - 1));
            }
            try (WireClient newcomer = new WireClient(registry)) {
                newcomer.register(Registrations.publisher(Lab.dataId("long"), "x".repeat(limit / 2)));
            }
            theHealthyPairIsServed();
        } finally {
            sockets.forEach(BoltSocket::close);
        }
    }

    @Test
    void clientsThatDoNotReadDoNotFillTheMemory() {
        String dataId = Lab.dataId("unread");
        List<BoltSocket> sockets = new ArrayList<>();
        try (WireClient large = new WireClient(registry)) {
            large.register(Registrations.publisher(dataId, "x".repeat(900_000)));
            for (int i = 0; i < 300; i++) {
                BoltSocket socket = new BoltSocket(registry.boltPort());
                sockets.add(socket);
                socket.call(Registrations.subscriber(dataId));
            }
            theHealthyPairIsServed();
        } finally {
            sockets.forEach(BoltSocket::close);
        }
    }

    @Test
    void textsThatReferencesRepeatAreRefused() {
        PublisherRegister bomb = Registrations.publisher(Lab.dataId("references"));
        bomb.setDataList(new ArrayList<>(Collections.nCopies(9_999, new DataBox("x".repeat(40_000)))));
        try (BoltSocket socket = new BoltSocket(registry.boltPort())) {
            assertThat(socket.call(bomb, RegisterResponse.class).isRefused()).isTrue();
        }
    }

    @Test
    void objectsOfOneByteAreCounted() {
        byte[] start = WireHessian.encode(Registrations.publisher(Lab.dataId("objects"), "x"));
        byte[] values = new byte[limit - 1_000];
        Arrays.fill(values, (byte) 'N');
        values[0] = 'V';
        System.arraycopy(start, 0, values, values.length - start.length, start.length);
        List<BoltSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                sockets.add(new BoltSocket(registry.boltPort()).send(BoltFrame.request(1, PUBLISHER_REGISTER, values)));
            }
            sockets.forEach(BoltSocket::awaitClosedByServer);
        } finally {
            sockets.forEach(BoltSocket::close);
        }
    }

    @Test
    void clientsDoNotShareTheThreadsOfNodes() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(registry.threadNames())
                        .anyMatch(name -> name.startsWith("client-io"))
                        .anyMatch(name -> name.startsWith("node-io")));
    }

    private double skipped() {
        return Http.get(registry.ports().admin(), "/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("registry_session_skipped_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }
}

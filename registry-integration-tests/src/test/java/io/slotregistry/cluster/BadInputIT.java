package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.StandaloneProcess;
import io.slotregistry.sdk.WireHessian;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whoever talks nonsense to a port, whichever it is, is cut off and counted, and hurts nobody else. */
class BadInputIT {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final StandaloneProcess REGISTRY = StandaloneProcess.start();

    @AfterAll
    static void stop() {
        REGISTRY.close();
    }

    @Test
    void nonsenseAtAnyPortHurtsNobodyElse() {
        double clientViolations = metric("registry_session_violations_total");
        double nodeViolations = metric("registry_node_violations_total{role=\"data\"}");
        for (int port = REGISTRY.ports().first(); port < REGISTRY.ports().first() + 8; port++) {
            for (byte[] nonsense : nonsense()) {
                send(port, nonsense);
            }
        }

        await("clients' violations are counted")
                .atMost(LIMIT)
                .until(() -> metric("registry_session_violations_total") > clientViolations);
        await("nodes' violations are counted")
                .atMost(LIMIT)
                .until(() -> metric("registry_node_violations_total{role=\"data\"}") > nodeViolations);
        assertThat(REGISTRY.output())
                .as("one line for the host at each port")
                .filteredOn(line -> line.contains("event=protocol-violation"))
                .hasSize(5)
                .doesNotHaveDuplicates();
        assertThat(REGISTRY.output()).noneMatch(line -> line.contains("ERROR") || line.startsWith("\tat "));
        try (SdkProcess process = Sdk.JAVA_6_5_6.start()) {
            SdkClient client = process.open(REGISTRY.httpPort());
            client.publish("after-nonsense", "here").awaitSettled();
            client.subscribe("after-nonsense").awaitList("here");
        }
        assertThat(Http.get(REGISTRY.ports().metaHttp(), "/actuator/health/readiness")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void requestsThatNeverEndHoldUpNeitherClientsNorProbes() throws IOException {
        List<String> unfinished = List.of(
                "GET /api/servers/query HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx",
                "GET /api/v1/slots?replicas=true HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET /api/v1/nodes HTTP/1.1\r\nHost: a\r\nX-");
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int port : List.of(REGISTRY.httpPort(), REGISTRY.ports().admin())) {
                for (int i = 0; i < 64; i++) {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    sockets.add(socket);
                    socket.getOutputStream()
                            .write(unfinished.get(i % unfinished.size()).getBytes(StandardCharsets.ISO_8859_1));
                }
            }

            for (String target : List.of("/api/servers/query", "/actuator/health/liveness", "/health/check")) {
                assertThat(Http.get(REGISTRY.httpPort(), target).status())
                        .as(target)
                        .isEqualTo(200);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static List<byte[]> nonsense() {
        byte[] noise = new byte[8_192];
        new Random(42).nextBytes(noise);
        byte[] register = BoltFrame.request(
                        1,
                        PublisherRegister.class.getName(),
                        WireHessian.encode(Registrations.publisher("half", "a frame")))
                .encode();
        ByteArrayOutputStream endless = new ByteArrayOutputStream();
        endless.writeBytes(Arrays.copyOf(register, 16));
        endless.writeBytes(ByteBuffer.allocate(6)
                .putShort((short) 0)
                .putInt(Integer.MAX_VALUE)
                .array());
        return List.of(
                noise,
                new byte[256],
                "GET /nonsense HTTP/9.9\r\nHost\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1),
                "\r\n\r\n\u0000\u0001 nonsense".getBytes(StandardCharsets.ISO_8859_1),
                Arrays.copyOf(register, register.length / 2),
                register,
                endless.toByteArray());
    }

    /** Sends it, says that no more will come, and waits for the other side to end the connection or to answer. */
    private static void send(int port, byte[] bytes) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            socket.getInputStream().readNBytes(64 * 1024);
        } catch (java.net.SocketException reset) {
            // Also an end.
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " holds on to a connection", e);
        }
    }

    private static double metric(String name) {
        List<String> values = new ArrayList<>();
        for (String line : Http.get(REGISTRY.ports().admin(), "/actuator/prometheus")
                .body()
                .lines()
                .toList()) {
            if (line.startsWith(name + " ")) {
                values.add(line.substring(name.length() + 1));
            }
        }
        assertThat(values).as(name).hasSize(1);
        return Double.parseDouble(values.get(0));
    }
}

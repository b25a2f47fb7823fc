package io.slotregistry.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.ConfiguratorRegister;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.RegisterResponse;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import com.alipay.sofa.registry.core.model.SyncConfigResponse;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.BoltSocket;
import io.slotregistry.sdk.WireHessian;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames: both versions of Bolt, heartbeats, however they are cut, and those captured from real SDKs. */
@ExtendWith(SharedLab.class)
class WireFramesIT {
    private final BoltSocket socket;

    WireFramesIT(Lab lab) {
        socket = new BoltSocket(lab.registry().boltPort());
    }

    @AfterEach
    void close() {
        socket.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("capturedRequests")
    void aCapturedRequestIsAnswered(String title, byte[] bytes) throws IOException {
        BoltFrame request = requireNonNull(BoltFrame.read(new ByteArrayInputStream(bytes)));

        BoltFrame answer = socket.sendBytes(bytes).awaitAnswer(request.id());

        assertThat(answer.extra()).as("status").isZero();
        assertThat(answer.protocol()).isEqualTo(1);
        assertThat(answer.codec()).isEqualTo(BoltFrame.HESSIAN);
        if (request.message().equals("SyncConfigRequest")) {
            assertThat(WireHessian.decode(answer, SyncConfigResponse.class).isSuccess())
                    .isTrue();
        } else {
            RegisterResponse response = WireHessian.decode(answer, RegisterResponse.class);
            assertThat(response.isSuccess()).isTrue();
            assertThat(response.isRefused()).as(response.getMessage()).isFalse();
            assertThat(response.getVersion()).isEqualTo(version(request));
        }
    }

    static Stream<Arguments> capturedRequests() throws IOException {
        return captured("C->S")
                .filter(arguments -> !arguments.get()[0].toString().contains(" Result "));
    }

    @Test
    void theCapturedHeartbeatIsAnsweredByTheCapturedAcknowledgement() throws IOException {
        byte[] heartbeat =
                (byte[]) captured("heartbeat request").findFirst().orElseThrow().get()[1];
        byte[] expected =
                (byte[]) captured("heartbeat ack").findFirst().orElseThrow().get()[1];

        BoltFrame answer = socket.sendBytes(heartbeat).awaitAnswer(3);

        assertThat(HexFormat.of().formatHex(answer.encode()))
                .isEqualTo(HexFormat.of().formatHex(expected));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSecondVersionIsAnsweredAndPushedInKind(boolean crc) {
        SubscriberRegister subscriber = Registrations.subscriber(Lab.dataId("second-version"));
        BoltFrame request = request(subscriber).asV2(crc);

        BoltFrame answer = socket.send(request).awaitAnswer(request.id());
        BoltFrame push = socket.awaitPushFrame(ReceivedData.class);
        BoltFrame heartbeat = socket.send(BoltFrame.heartbeat(99).asV2(crc)).awaitAnswer(99);

        assertThat(Stream.of(answer, push, heartbeat))
                .extracting(BoltFrame::protocol)
                .containsOnly(2);
        // What the client did not ask for it may still understand: only the answer must be as the question.
        assertThat(answer.crc()).isEqualTo(crc);
        assertThat(heartbeat.command()).isEqualTo(BoltFrame.HEARTBEAT);
        assertThat(heartbeat.content()).isEmpty();
    }

    @Test
    void nothingIsPushedBeforeTheFirstFrameAndNoHeartbeatIsSent() {
        assertThat(socket.staysWithout(Duration.ofMillis(300), frame -> true)).isTrue();
    }

    @Test
    void aFrameMayArriveByteByByte() {
        BoltFrame request = request(Registrations.publisher(Lab.dataId("slowly"), "one"));
        for (byte each : request.encode()) {
            socket.sendBytes(new byte[] {each});
        }

        assertThat(WireHessian.decode(socket.awaitAnswer(request.id()), RegisterResponse.class)
                        .isSuccess())
                .isTrue();
    }

    @Test
    void manyFramesMayArriveAtOnce() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<BoltFrame> requests = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            BoltFrame request = request(Registrations.publisher(Lab.dataId("burst"), "one"));
            requests.add(request);
            all.write(request.encode());
            all.write(BoltFrame.heartbeat(100_000 + i).encode());
        }

        socket.sendBytes(all.toByteArray());

        for (BoltFrame request : requests) {
            assertThat(WireHessian.decode(socket.awaitAnswer(request.id()), RegisterResponse.class)
                            .isSuccess())
                    .isTrue();
        }
        socket.awaitAnswer(100_199);
    }

    private BoltFrame request(Object message) {
        return BoltFrame.request(socket.nextId(), message.getClass().getName(), WireHessian.encode(message));
    }

    private static long version(BoltFrame request) {
        return switch (request.message()) {
            case "PublisherRegister" ->
                WireHessian.decode(request, PublisherRegister.class).getVersion();
            case "SubscriberRegister" ->
                WireHessian.decode(request, SubscriberRegister.class).getVersion();
            case "ConfiguratorRegister" ->
                WireHessian.decode(request, ConfiguratorRegister.class).getVersion();
            default -> throw new AssertionError("captured " + request);
        };
    }

    /** Title and bytes of the frames whose title contains the text. */
    private static Stream<Arguments> captured(String text) throws IOException {
        List<Arguments> frames = new ArrayList<>();
        try (InputStream file = WireFramesIT.class.getResourceAsStream("/client-wire-golden-frames.txt")) {
            assertThat(file).isNotNull();
            String title = "";
            for (String line : new String(file.readAllBytes(), UTF_8).split("\n")) {
                if (line.startsWith("## ")) {
                    title = line.substring(3);
                } else if (!line.isBlank() && !line.startsWith("#") && title.contains(text)) {
                    frames.add(Arguments.of(title, HexFormat.of().parseHex(line.trim())));
                }
            }
        }
        assertThat(frames).as("captured frames with " + text).isNotEmpty();
        return frames.stream();
    }
}

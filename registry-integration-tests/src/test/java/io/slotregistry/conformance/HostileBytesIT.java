package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.MultiReceivedData;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.RegisterResponse;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.BoltSocket;
import io.slotregistry.sdk.RegistryUnderTest;
import io.slotregistry.sdk.StandaloneProcess;
import io.slotregistry.sdk.WireHessian;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes in on the client port, other clients go on, and the one that sent it is refused or cut off. */
@ExtendWith(SharedLab.class)
class HostileBytesIT {
    private static final String PUBLISHER_REGISTER = PublisherRegister.class.getName();

    private final RegistryUnderTest registry;
    private final BoltSocket socket;
    private final WireClient bystander;

    HostileBytesIT(Lab lab) {
        registry = lab.registry();
        socket = new BoltSocket(registry.boltPort());
        bystander = new WireClient(registry);
        bystander.register(Registrations.publisher(Lab.dataId("bystander"), "before"));
    }

    /** The server must have survived, for those who are connected and for those who come. */
    @AfterEach
    void othersAreServed() {
        socket.close();
        bystander.register(Registrations.publisher(Lab.dataId("bystander"), "after"));
        bystander.close();
        try (WireClient newcomer = new WireClient(registry)) {
            newcomer.register(Registrations.publisher(Lab.dataId("newcomer"), "after"));
        }
        assertThat(registry.trouble()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: registry\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
                "*1\r\n$4\r\nPING\r\n"
            })
    void otherProtocolsAreCutOff(String bytes) {
        socket.sendBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));

        socket.awaitClosedByServer();
    }

    /** SOFABolt adds the lengths to a negative number and takes the frame for complete. */
    @Test
    void lengthsThatOverflowDoNotEndRaft() {
        Assumptions.assumeTrue(registry instanceof StandaloneProcess, "the ports are not known");
        try (BoltSocket raft =
                new BoltSocket(((StandaloneProcess) registry).ports().raft())) {
            raft.sendBytes(HexFormat.of().parseHex("010100010100000001010000" + "03e8000100007fffffff78"));

            raft.awaitClosedByServer();
        }
    }

    @Test
    void noiseIsCutOff() {
        byte[] noise = new byte[4_096];
        new Random(42).nextBytes(noise);
        noise[0] = 0x5a;
        socket.sendBytes(noise);

        socket.awaitClosedByServer();
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 30, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void aFrameOfImpossibleLengthIsCutOffAtItsHeader(int length) {
        byte[] header = Arrays.copyOf(
                BoltFrame.request(1, PUBLISHER_REGISTER, new byte[0]).encode(), 22);
        ByteBuffer.wrap(header).putInt(18, length);
        socket.sendBytes(header);

        socket.awaitClosedByServer();
    }

    @Test
    void aWrongChecksumIsCutOff() {
        byte[] frame = BoltFrame.request(
                        1, PUBLISHER_REGISTER, WireHessian.encode(Registrations.publisher(Lab.dataId("checksum"), "x")))
                .asV2(true)
                .encode();
        frame[frame.length - 1] ^= 1;
        socket.sendBytes(frame);

        socket.awaitClosedByServer();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.alipay.sofa.registry.core.model.Unheard",
                "com.alipay.sofa.registry.common.model.client.pb.PublisherRegisterPb",
                "java.lang.Runtime",
                ""
            })
    void unknownMessagesAreRefused(String className) {
        assertRefused(BoltFrame.request(7, className, WireHessian.encode(new HashMap<>())));
    }

    @Test
    void messagesThatOnlyServersSendAreRefused() {
        assertRefused(
                BoltFrame.request(7, MultiReceivedData.class.getName(), WireHessian.encode(new MultiReceivedData())));
        try (BoltSocket another = new BoltSocket(registry.boltPort())) {
            assertRefused(
                    another,
                    BoltFrame.request(7, RegisterResponse.class.getName(), WireHessian.encode(new RegisterResponse())));
        }
    }

    @Test
    void protobufIsRefused() {
        BoltFrame request = BoltFrame.request(7, PUBLISHER_REGISTER, new byte[] {10, 1, 65});

        assertRefused(new BoltFrame(
                1, false, request.type(), request.command(), 7, 11, 1000, PUBLISHER_REGISTER, request.content()));
    }

    @Test
    void anotherMessageThanTheFrameSaysIsRefused() {
        assertRefused(BoltFrame.request(
                7, PUBLISHER_REGISTER, WireHessian.encode(Registrations.subscriber(Lab.dataId("other")))));
    }

    @Test
    void classesThatNoMessageHasAreRefused() {
        PublisherRegister register = Registrations.publisher(Lab.dataId("classes"), "x");
        Map<String, Object> smuggled = new HashMap<>();
        smuggled.put("file", new File("/"));
        @SuppressWarnings({"unchecked", "rawtypes"})
        Map<String, String> attributes = (Map) smuggled;
        register.setAttributes(attributes);

        assertRefused(BoltFrame.request(7, PUBLISHER_REGISTER, WireHessian.encode(register)));
    }

    @Test
    void deepNestingIsRefused() {
        byte[] lists = new byte[500_000];
        Arrays.fill(lists, (byte) 'V');

        assertRefused(BoltFrame.request(7, PUBLISHER_REGISTER, lists));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "4e", // null
                "53ffff", // a string that ends early
                "566c7fffffff", // a list that announces 2^31-1 entries
                "4fd77fff", // a class name of 262143 characters
                "4fc83530", // a class name that ends early
                "6f91", // an instance of a class that is not defined
                "4a05", // a reference to nothing
                "ffffffff" // no type at all
            })
    void brokenContentIsRefused(String hex) {
        assertRefused(BoltFrame.request(7, PUBLISHER_REGISTER, HexFormat.of().parseHex(hex)));
    }

    @Test
    void everyTruncationOfAMessageIsRefused() {
        byte[] whole = WireHessian.encode(Registrations.publisher(Lab.dataId("truncated"), "one", "two"));
        for (int length = 1; length < whole.length; length += 23) {
            try (BoltSocket each = new BoltSocket(registry.boltPort())) {
                assertRefused(each, BoltFrame.request(7, PUBLISHER_REGISTER, Arrays.copyOf(whole, length)));
            }
        }
    }

    @Test
    void flippedBitsNeverHurtOthers() {
        byte[] whole = BoltFrame.request(
                        7,
                        PUBLISHER_REGISTER,
                        WireHessian.encode(Registrations.publisher(Lab.dataId("flipped"), "one")))
                .encode();
        Random random = new Random(7);
        for (int i = 0; i < 100; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try (BoltSocket each = new BoltSocket(registry.boltPort())) {
                each.sendBytes(damaged);
            }
        }
    }

    @Test
    void oneWayRequestsAreHarmless() {
        BoltFrame request = BoltFrame.request(
                7, PUBLISHER_REGISTER, WireHessian.encode(Registrations.publisher(Lab.dataId("one-way"), "x")));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new BoltFrame(
                        1,
                        false,
                        BoltFrame.ONE_WAY,
                        1,
                        7,
                        BoltFrame.HESSIAN,
                        1000,
                        PUBLISHER_REGISTER,
                        request.content())
                .encode());
        bytes.writeBytes(BoltFrame.heartbeat(8).encode());

        BoltFrame first = socket.sendBytes(bytes.toByteArray()).await("answer", frame -> !frame.isRequest());

        assertThat(first.id())
                .as("nobody waits for the answer to a one-way request")
                .isEqualTo(8);
    }

    private void assertRefused(BoltFrame request) {
        assertRefused(socket, request);
    }

    /** By a status other than success without content, which every SDK can read. The connection may end then. */
    private static void assertRefused(BoltSocket by, BoltFrame request) {
        BoltFrame answer = by.send(request).awaitAnswer(request.id());
        assertThat(answer.extra()).as("status of " + answer).isNotZero();
        assertThat(answer.content()).isEmpty();
    }
}

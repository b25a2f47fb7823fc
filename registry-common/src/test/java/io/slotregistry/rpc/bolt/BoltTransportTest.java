package io.slotregistry.rpc.bolt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.ThreadEventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoltTransportTest {
    private static final ClusterKey KEY = new ClusterKey("a key for this test");
    private static final ProcessId SERVER = new ProcessId(new NodeId(Role.DATA, "server"), 1);
    private static final ProcessId CALLER = new ProcessId(new NodeId(Role.SESSION, "caller"), 7);

    private final BoltIo io = new BoltIo("io", 2);
    private final ThreadEventLoop loop = new ThreadEventLoop("test");
    private final BlockingQueue<ProcessId> disconnected = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> rejections = new LinkedBlockingQueue<>();
    private final BoltTransport server = new BoltTransport(io, SERVER, KEY, rejections::add);
    private final BoltTransport caller = new BoltTransport(io, CALLER, KEY, rejections::add);
    private Address address;

    @BeforeEach
    void listen() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            address = new Address("127.0.0.1", free.getLocalPort());
        }
        server.serve(new Transport.Server() {
            @Override
            public void handle(ProcessId sender, Request request, Consumer<Reply> reply) {
                reply.accept(Reply.newBuilder()
                        .setEpoch(request.getEpoch() + 1)
                        .setRefused(sender.toString())
                        .build());
            }

            @Override
            public void disconnected(ProcessId sender) {
                disconnected.add(sender);
            }
        });
        server.listen(address);
    }

    @AfterEach
    void stop() {
        server.close();
        caller.close();
        loop.close();
        io.close();
    }

    @Test
    void aCallIsAnsweredAndTheServerKnowsWhoAsks() throws Exception {
        Reply reply = call(caller, address).get(5, TimeUnit.SECONDS);
        assertThat(reply.getEpoch()).isEqualTo(42);
        assertThat(reply.getRefused()).isEqualTo(CALLER.toString());
    }

    @Test
    void whatGoesOverTheConnectionIsCountedOnBothSides() throws Exception {
        call(caller, address).get(5, TimeUnit.SECONDS);
        assertThat(caller.traffic().sentMessages()).as("two of the handshake").isEqualTo(3);
        assertThat(caller.traffic().receivedMessages()).isEqualTo(3);
        assertThat(server.traffic().receivedBytes())
                .isEqualTo(caller.traffic().sentBytes())
                .isGreaterThan(3 * 22);
        assertThat(caller.traffic().receivedBytes())
                .isEqualTo(server.traffic().sentBytes())
                .isGreaterThan(3 * 20);
    }

    @Test
    void callsMadeBeforeTheConnectionStandsAreAllSent() throws Exception {
        CompletableFuture<?>[] calls = new CompletableFuture<?>[100];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = call(caller, address);
        }
        CompletableFuture.allOf(calls).get(5, TimeUnit.SECONDS);
    }

    @Test
    void theServerHearsOfTheLastConnectionsEnd() throws Exception {
        call(caller, address).get(5, TimeUnit.SECONDS);
        caller.close();
        assertThat(disconnected.poll(5, TimeUnit.SECONDS)).isEqualTo(CALLER);
    }

    @Test
    void anotherKeyIsRejectedByBothSides() throws Exception {
        BoltTransport stranger = new BoltTransport(io, CALLER, new ClusterKey("some other secret"), rejections::add);
        assertThatThrownBy(() -> call(stranger, address).get(5, TimeUnit.SECONDS))
                .hasMessageContaining("wrong cluster key");
        assertThat(rejections.poll(5, TimeUnit.SECONDS)).contains("data/server").contains("cluster key");
    }

    @Test
    void aNodeThatIsNotThereFailsTheCall() {
        server.close();
        assertThatThrownBy(() -> call(caller, address).get(5, TimeUnit.SECONDS)).hasMessageContaining("cannot connect");
    }

    @Test
    void garbageAndHugeFramesCloseOnlyTheirOwnConnection() throws Exception {
        byte[] hugeFrame = new byte[22];
        hugeFrame[0] = 1;
        hugeFrame[1] = 1;
        hugeFrame[3] = 1;
        hugeFrame[18] = 0x7f;
        for (byte[] garbage : new byte[][] {"GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), hugeFrame}) {
            try (Socket socket = new Socket(address.host(), address.port())) {
                socket.setSoTimeout(5_000);
                socket.getOutputStream().write(garbage);
                InputStream answer = socket.getInputStream();
                assertThat(answer.read()).isEqualTo(-1);
            }
        }
        assertThat(server.violations()).isEqualTo(2);
        assertThat(call(caller, address).get(5, TimeUnit.SECONDS).getEpoch()).isEqualTo(42);
    }

    @Test
    void aRequestWithoutAHandshakeIsNotHeard() throws Exception {
        CompletableFuture<String> closed = new CompletableFuture<>();
        io.connect(
                address,
                new PortSettings(4096, 0, 10),
                new Traffic(),
                new StrangeListener(closed),
                (connection, failure) -> {});
        assertThat(closed.get(5, TimeUnit.SECONDS)).isNotEmpty();
        assertThat(server.violations()).isEqualTo(1);
    }

    @Test
    void aPortInUseSaysWhatToDo() {
        assertThatThrownBy(() -> new BoltTransport(io, CALLER, KEY, rejections::add).listen(address))
                .isInstanceOf(PortUnavailableException.class)
                .hasMessageContaining(address.toString())
                .hasMessageContaining("choose another port");
    }

    private CompletableFuture<Reply> call(BoltTransport from, Address to) {
        CompletableFuture<Reply> result = new CompletableFuture<>();
        Request request = Request.newBuilder().setEpoch(41).build();
        from.call(to, request, 2_000, loop, new Transport.Callback() {
            @Override
            public void replied(Reply reply) {
                result.complete(reply);
            }

            @Override
            public void failed(String reason) {
                result.completeExceptionally(new IOException(reason));
            }
        });
        return result;
    }

    /** Sends a request at once. */
    private record StrangeListener(CompletableFuture<String> whenClosed) implements FrameListener {
        @Override
        public void opened(BoltConnection connection) {
            byte[] request = Request.newBuilder().setEpoch(41).build().toByteArray();
            connection.call(Frame.PROTOBUF, PeerLink.REQUEST, request, 2_000, new BoltConnection.Callback() {
                @Override
                public void replied(Frame response) {}

                @Override
                public void failed(String reason) {}
            });
        }

        @Override
        public void request(BoltConnection connection, Frame request) {}

        @Override
        public void violated(BoltConnection connection, String how) {}

        @Override
        public void skipped(BoltConnection connection, String why) {}

        @Override
        public void closed(BoltConnection connection, String reason) {
            whenClosed.complete(reason);
        }
    }
}

package io.slotregistry.rpc.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotregistry.rpc.Address;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pushes to a client that reads when the test says so. */
class PushesTest {
    private static final byte[] LARGE = new byte[4 * 1024 * 1024];
    private static final byte[] MIDDLE = new byte[200 * 1024];
    private static final byte[] SMALL = new byte[100];
    private static final long TIMEOUT_MILLIS = 50;
    private static final int BEFORE_BODY = 22 + 4;

    private final BoltIo io = new BoltIo("io", 1);
    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private ServerSocket listening;
    private BoltConnection server;
    private Socket client;

    @BeforeEach
    void connect() throws Exception {
        listening = new ServerSocket();
        listening.setReceiveBufferSize(16 * 1024);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        CompletableFuture<BoltConnection> connected = new CompletableFuture<>();
        Address address = new Address("127.0.0.1", listening.getLocalPort());
        io.connect(
                address,
                new PortSettings(4096, 0, 60),
                new Traffic(),
                new Silent(),
                (connection, failure) -> connected.complete(connection));
        server = connected.get(5, TimeUnit.SECONDS);
        client = listening.accept();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        listening.close();
        io.close();
    }

    @Test
    void theTimeForTheAnswerDoesNotRunWhileBytesAreOnTheWay() throws Exception {
        push(LARGE);
        passMillis(20 * TIMEOUT_MILLIS);
        assertThat(outcomes).isEmpty();

        answer(read(LARGE.length));
        assertThat(next()).isEqualTo("replied");
    }

    @Test
    void anAnswerThatComesLateIsHeard() throws Exception {
        push(SMALL);
        int id = read(SMALL.length);
        assertThat(next()).startsWith("no answer within");

        answer(id);
        assertThat(next()).isEqualTo("replied");
    }

    @Test
    void whatIsOnTheWayHasALimitThatLeavesRoomForWhatIsSmall() throws Exception {
        assertThat(server.mayPush(LARGE.length)).as("alone, whatever its size").isTrue();
        push(MIDDLE);
        assertThat(server.mayPush(MIDDLE.length)).isFalse();
        assertThat(server.mayPush(SMALL.length)).isTrue();
        push(LARGE);
        assertThat(server.mayPush(SMALL.length)).isFalse();

        answer(read(MIDDLE.length));
        answer(read(LARGE.length));
        next();
        next();
        assertThat(server.mayPush(LARGE.length)).isTrue();
    }

    @Test
    void anAnswerShowsThatWhatWasSentBeforeHasBeenRead() throws Exception {
        push(MIDDLE);
        push(MIDDLE);
        read(MIDDLE.length);
        answer(read(MIDDLE.length));

        assertThat(next()).isEqualTo("replied");
        assertThat(server.mayPush(MIDDLE.length)).isTrue();
        assertThat(next()).as("of the first").startsWith("no answer within");
    }

    @Test
    void aConnectionThatEndsFailsWhatItHasNotAnswered() throws Exception {
        push(LARGE);
        client.close();

        assertThat(next()).isEqualTo("connection closed");
    }

    private void push(byte[] body) {
        server.push(Frame.HESSIAN, "Test", Frame.NO_CONTENT, body, TIMEOUT_MILLIS, new BoltConnection.Callback() {
            @Override
            public void replied(Frame response) {
                outcomes.add("replied");
            }

            @Override
            public void failed(String reason) {
                outcomes.add(reason);
            }
        });
    }

    private String next() throws InterruptedException {
        return String.valueOf(outcomes.poll(20, TimeUnit.SECONDS));
    }

    /** The number of the request. */
    private int read(int bodyLength) throws IOException {
        byte[] frame = new byte[BEFORE_BODY + bodyLength];
        new DataInputStream(client.getInputStream()).readFully(frame);
        return Unpooled.wrappedBuffer(frame).getInt(5);
    }

    private void answer(int id) throws IOException {
        Frame response =
                new Frame(Frame.Kind.RESPONSE, id, Frame.HESSIAN, 0, Frame.SUCCESS, "", Frame.NO_CONTENT, Dialect.V1);
        ByteBuf bytes = FrameEncoder.encode(new Outgoing(response));
        client.getOutputStream().write(bytes.array(), 0, bytes.readableBytes());
    }

    /** On the connection's own clock. */
    private void passMillis(long millis) throws InterruptedException {
        CountDownLatch passed = new CountDownLatch(1);
        server.schedule(millis, passed::countDown);
        assertThat(passed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private static final class Silent implements FrameListener {
        @Override
        public void opened(BoltConnection connection) {}

        @Override
        public void request(BoltConnection connection, Frame request) {}

        @Override
        public void violated(BoltConnection connection, String how) {}

        @Override
        public void skipped(BoltConnection connection, String why) {}

        @Override
        public void closed(BoltConnection connection, String reason) {}
    }
}

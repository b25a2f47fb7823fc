package io.slotregistry.rpc.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.rpc.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoltConnectionTest {
    private static final byte[] MEGABYTE = new byte[1024 * 1024];

    private static final Address ADDRESS = new Address("127.0.0.1", freePort());

    private final BoltIo io = new BoltIo("io", 1);

    @AfterEach
    void stop() {
        io.close();
    }

    @Test
    void whatWaitsForAPeerThatDoesNotReadHasALimit() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BlockingQueue<String> failures = new LinkedBlockingQueue<>();
            BoltConnection connection = connect(new Address("127.0.0.1", deaf.getLocalPort()));
            for (int i = 0; i < 64; i++) {
                connection.call(Frame.PROTOBUF, "Test", MEGABYTE, 60_000, new BoltConnection.Callback() {
                    @Override
                    public void replied(Frame response) {
                        failures.add("replied");
                    }

                    @Override
                    public void failed(String reason) {
                        failures.add(reason);
                    }
                });
            }
            assertThat(failures.poll(5, TimeUnit.SECONDS)).isEqualTo("the peer does not read");
        }
    }

    /** With a limit of one, every request stops the reading and every answer, from another thread, resumes it. */
    @Test
    void aPeerThatDoesNotWaitForAnswersIsReadToTheEnd() throws Exception {
        int requests = 20_000;
        CountDownLatch answered = new CountDownLatch(requests);
        ExecutorService answering = Executors.newFixedThreadPool(2);
        PortSettings settings = new PortSettings(
                4096, 0, 10, new PortSettings.Strangers(true, 1, 4096, 30_000, 1024 * 1024, 1024 * 1024));
        Listener answers = new Listener() {
            @Override
            public void request(BoltConnection connection, Frame request) {
                answering.execute(() -> {
                    if (request.requestId() % 3 == 0) {
                        connection.leaveUnanswered(request);
                        answered.countDown();
                    } else {
                        connection.respond(request, "Test", Frame.NO_CONTENT);
                    }
                });
            }
        };
        try (BoltIo.Port port = io.listen(ADDRESS, settings, new Traffic(), () -> answers)) {
            BoltConnection client = connect(ADDRESS);
            for (int i = 0; i < requests; i++) {
                client.call(Frame.PROTOBUF, "Test", Frame.NO_CONTENT, 600_000, new BoltConnection.Callback() {
                    @Override
                    public void replied(Frame response) {
                        answered.countDown();
                    }

                    @Override
                    public void failed(String reason) {
                        // The third that gets no answer, when the connection ends.
                    }
                });
            }
            assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            answering.shutdownNow();
        }
    }

    private BoltConnection connect(Address to) throws Exception {
        CompletableFuture<BoltConnection> connected = new CompletableFuture<>();
        io.connect(to, new PortSettings(4096, 0, 10), new Traffic(), new Listener(), (connection, failure) -> {
            if (connection != null) {
                connected.complete(connection);
            } else {
                connected.completeExceptionally(new IllegalStateException(failure));
            }
        });
        return connected.get(5, TimeUnit.SECONDS);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    private static class Listener implements FrameListener {
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

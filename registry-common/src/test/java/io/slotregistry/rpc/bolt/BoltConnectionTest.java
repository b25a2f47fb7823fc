package io.slotregistry.rpc.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.rpc.Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoltConnectionTest {
    private static final byte[] MEGABYTE = new byte[1024 * 1024];

    private final BoltIo io = new BoltIo(1);

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

    private static final class Listener implements FrameListener {
        @Override
        public void opened(BoltConnection connection) {}

        @Override
        public void request(BoltConnection connection, Frame request) {}

        @Override
        public void violated(BoltConnection connection, String how) {}

        @Override
        public void closed(BoltConnection connection, String reason) {}
    }
}

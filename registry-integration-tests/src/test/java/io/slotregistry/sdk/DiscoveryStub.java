package io.slotregistry.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Answers discovery in the registry's place, so that clients connect where the test wants them to. */
public final class DiscoveryStub implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpServer server;
    private String addresses;
    private int told;

    public DiscoveryStub(String addresses) {
        this.addresses = addresses;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/api/servers/query", this::answer);
        server.start();
    }

    /** Sends clients to this port of the loopback interface. */
    public static DiscoveryStub to(int port) {
        return new DiscoveryStub("127.0.0.1:" + port);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public synchronized void answerWith(String newAddresses) {
        addresses = newAddresses;
        told = 0;
    }

    /** Waits until the present addresses were given to somebody. */
    public synchronized void awaitTold() {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (told == 0) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                throw new AssertionError("not asked in " + LIMIT);
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String given = addresses();
        try (exchange) {
            byte[] body = given.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
        told(given);
    }

    private synchronized String addresses() {
        return addresses;
    }

    private synchronized void told(String given) {
        if (given.equals(addresses)) {
            told++;
            notifyAll();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

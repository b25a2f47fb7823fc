package io.slotregistry.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Answers discovery in the registry's place, so that clients connect where the test wants them to. */
public final class DiscoveryStub implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_QUESTIONS = 10_000;

    private final HttpServer server;
    private final List<String> questions = new ArrayList<>();
    private String addresses;

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
    }

    /** The paths, with parameters, that clients asked for. */
    public synchronized List<String> questions() {
        return List.copyOf(questions);
    }

    /** Waits until clients asked this many more times than now. */
    public synchronized void awaitQuestions(int more) {
        int expected = questions.size() + more;
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (questions.size() < expected) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                throw new AssertionError("not asked again in " + LIMIT + ": " + questions);
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
        try (exchange) {
            byte[] body = addressesFor(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized byte[] addressesFor(String question) {
        // A client with an empty list may ask without a pause.
        if (questions.size() < MAX_QUESTIONS) {
            questions.add(question);
        }
        notifyAll();
        return addresses.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

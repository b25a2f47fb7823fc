package io.slotregistry.sdk;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and the client port: records the frames of both directions, cuts connections, loses frames.
 */
public final class ClientProxy implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int FRAMES_TOLD = 40;
    private static final int HELD_MILLIS = 1_000;

    /** Which way a frame went. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    /** @param connection counts from 1 in the order of connecting */
    public record Seen(int connection, Direction direction, BoltFrame frame) {
        public boolean is(Direction expected, Class<?> message) {
            return direction == expected && frame.className().equals(message.getName());
        }
    }

    /** Hears of everything that passes, on the threads that pass it on. */
    public interface Observer {
        /** Before it reaches whom it is for. */
        void seen(Seen frame);

        /** @param by the direction in which nothing more came: of the server, when the client ended the connection */
        void ended(int connection, Direction by);
    }

    private final ServerSocket listener;
    private final @Nullable Observer observer;
    private int target;
    private final Set<Socket> open = new HashSet<>();
    private final List<Seen> seen = new ArrayList<>();
    private Predicate<Seen> lost = frame -> false;
    private int connections;
    private boolean isolated;

    public ClientProxy(int target) {
        this(target, null);
    }

    /** @param observer of the frames, which are then not recorded */
    public ClientProxy(int target, @Nullable Observer observer) {
        this.target = target;
        this.observer = observer;
        try {
            listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** Where new connections lead from now on. */
    public synchronized void leadTo(int newTarget) {
        target = newTarget;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Ends all present connections on both sides. New ones are served. */
    public synchronized void cut() {
        open.forEach(ClientProxy::closeQuietly);
        open.clear();
        notifyAll();
    }

    /**
     * Ends all present connections; until {@link #restore}, new ones lead nowhere. A Java SDK whose request is
     * under way when a connection ends may pause for up to ten seconds before it connects again.
     */
    public synchronized void isolate() {
        isolated = true;
        cut();
    }

    public synchronized void restore() {
        isolated = false;
        cut();
    }

    /** Frames that fulfil the condition disappear; they are recorded all the same. */
    public synchronized void lose(Predicate<Seen> condition) {
        lost = condition;
    }

    public synchronized int connections() {
        return connections;
    }

    public synchronized List<Seen> seen() {
        return List.copyOf(seen);
    }

    public List<BoltFrame> seen(Direction direction, Class<?> message) {
        return seen().stream()
                .filter(frame -> frame.is(direction, message))
                .map(Seen::frame)
                .toList();
    }

    public void awaitSeen(Direction direction, Class<?> message, int count) {
        await(
                count + " " + message.getSimpleName() + " " + direction,
                frames -> frames.stream()
                                .filter(frame -> frame.is(direction, message))
                                .count()
                        >= count);
    }

    /** Waits for a state of the recorded frames. */
    public synchronized void await(String what, Predicate<List<Seen>> condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.test(seen)) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                List<Seen> last = seen.subList(Math.max(0, seen.size() - FRAMES_TOLD), seen.size());
                throw new AssertionError("no " + what + " in " + LIMIT + ", but lastly " + last);
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted before " + what, e);
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(listener);
        cut();
    }

    private void accept() {
        while (true) {
            Socket client;
            try {
                client = listener.accept();
            } catch (IOException e) {
                return;
            }
            connect(client);
        }
    }

    private synchronized void connect(Socket client) {
        if (isolated) {
            open.add(client);
            return;
        }
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            open.add(client);
            open.add(server);
            int connection = ++connections;
            daemon(() -> copy(connection, Direction.TO_SERVER, client, server));
            daemon(() -> copy(connection, Direction.TO_CLIENT, server, client));
        } catch (IOException e) {
            // It cannot be refused any more, and closed at once it does harm: an SDK whose connection ends while it
            // is being made may never try that address again.
            open.add(client);
            CompletableFuture.delayedExecutor(HELD_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> forget(client, client));
        }
    }

    private void copy(int connection, Direction direction, Socket from, Socket to) {
        try {
            InputStream input = new BufferedInputStream(from.getInputStream());
            OutputStream output = to.getOutputStream();
            for (BoltFrame frame = BoltFrame.read(input); frame != null; frame = BoltFrame.read(input)) {
                if (passes(new Seen(connection, direction, frame))) {
                    output.write(frame.encode());
                    output.flush();
                }
            }
        } catch (IOException e) {
            // One end is gone: so is the other.
        }
        if (observer != null) {
            observer.ended(connection, direction);
        }
        forget(from, to);
    }

    private void forget(Socket from, Socket to) {
        closeQuietly(from);
        closeQuietly(to);
        synchronized (this) {
            open.remove(from);
            open.remove(to);
        }
    }

    private boolean passes(Seen frame) {
        if (observer != null) {
            observer.seen(frame);
            return true;
        }
        return passesRecorded(frame);
    }

    private synchronized boolean passesRecorded(Seen frame) {
        seen.add(frame);
        notifyAll();
        return !lost.test(frame);
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is of no use any more, whatever state it is in.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "client-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}

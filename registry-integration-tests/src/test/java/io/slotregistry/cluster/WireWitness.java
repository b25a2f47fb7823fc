package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.DataBox;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.Result;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.WireHessian;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes without an SDK, so that no push and no version escapes it, and goes on at the next session when its
 * connection ends. Publishers publish {@code name@generation}: a list may gain names and a name may gain generations,
 * but never lose any.
 */
final class WireWitness implements AutoCloseable {
    private final List<Integer> ports;
    private final Map<String, SubscriberRegister> subscribers = new LinkedHashMap<>();
    private final List<Seen> seen = new ArrayList<>();
    private final Thread thread = new Thread(this::watch, "witness");
    private @Nullable Socket socket;
    private boolean closed;
    private int connections;

    /** @param connection counts from 1; after the first it is another session's, or another process of that one */
    record Seen(int connection, String dataId, long version, Map<String, Integer> generations) {}

    /** @param ports of sessions for clients, the first one first */
    WireWitness(List<Integer> ports, List<String> dataIds) {
        this.ports = ports;
        dataIds.forEach(dataId -> subscribers.put(dataId, Registrations.subscriber(dataId)));
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until the newest list of each dataId shows this generation of this publisher. */
    void await(String publisher, int generation, Duration limit) {
        await(
                "generation " + generation + " of " + publisher,
                limit,
                newest -> newest.generations().getOrDefault(publisher, -1) >= generation);
    }

    /** Waits until it has heard of each dataId on its newest connection. */
    void awaitAll(int names, Duration limit) {
        await(
                names + " names",
                limit,
                newest -> newest.connection() == connections()
                        && newest.generations().size() == names);
    }

    synchronized int connections() {
        return connections;
    }

    synchronized int pushes() {
        return seen.size();
    }

    /** Every push since the beginning: its version is newer or the list is the same, and nothing has gone. */
    synchronized void assertNothingWasEverMissing() {
        for (String dataId : subscribers.keySet()) {
            Seen before = new Seen(0, dataId, Long.MIN_VALUE, Map.of());
            for (Seen now : seen) {
                if (now.dataId().equals(dataId)) {
                    assertNothingIsMissing(before, now);
                    before = now;
                }
            }
        }
    }

    private static void assertNothingIsMissing(Seen before, Seen now) {
        String what = now + " after " + before;
        if (now.version() == before.version()) {
            assertThat(now.generations()).as(what).isEqualTo(before.generations());
        }
        assertThat(now.version()).as(what).isGreaterThanOrEqualTo(before.version());
        before.generations()
                .forEach((name, generation) -> assertThat(now.generations().getOrDefault(name, -1))
                        .as("%s in %s", name, what)
                        .isGreaterThanOrEqualTo(generation));
    }

    private synchronized void await(String what, Duration limit, java.util.function.Predicate<Seen> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Map<String, Seen> newest =
                    seen.stream().collect(Collectors.toMap(Seen::dataId, push -> push, (older, newer) -> newer));
            List<String> open = subscribers.keySet().stream()
                    .filter(dataId -> !newest.containsKey(dataId) || !condition.test(newest.get(dataId)))
                    .toList();
            if (open.isEmpty()) {
                return;
            }
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                throw new AssertionError("no " + what + " within " + limit + " in "
                        + open.stream()
                                .map(dataId -> dataId + ": " + newest.get(dataId))
                                .toList());
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    private void watch() {
        for (int attempt = 0; !isClosed(); attempt++) {
            try (Socket next = new Socket(InetAddress.getLoopbackAddress(), ports.get(attempt % ports.size()))) {
                next.setTcpNoDelay(true);
                if (connected(next)) {
                    converse(next.getInputStream(), next.getOutputStream());
                }
            } catch (IOException e) {
                // The next one, then.
            }
        }
    }

    private void converse(InputStream stream, OutputStream output) throws IOException {
        InputStream input = new BufferedInputStream(stream);
        int id = 0;
        for (SubscriberRegister subscriber : subscribers.values()) {
            output.write(BoltFrame.request(++id, subscriber.getClass().getName(), WireHessian.encode(subscriber))
                    .encode());
        }
        for (BoltFrame frame = BoltFrame.read(input); frame != null; frame = BoltFrame.read(input)) {
            if (frame.isRequest() && frame.className().equals(ReceivedData.class.getName())) {
                record(WireHessian.decode(frame, ReceivedData.class));
                Result done = new Result();
                done.setSuccess(true);
                output.write(frame.answer(Result.class.getName(), WireHessian.encode(done))
                        .encode());
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized boolean connected(Socket next) {
        socket = next;
        connections++;
        return !closed;
    }

    private synchronized void record(ReceivedData push) {
        Map<String, Integer> generations = new TreeMap<>();
        push.getData().values().stream()
                .flatMap(List::stream)
                .map(DataBox::getData)
                .forEach(value -> generations.put(
                        value.substring(0, value.indexOf('@')),
                        Integer.valueOf(value.substring(value.indexOf('@') + 1))));
        seen.add(new Seen(connections, push.getDataId(), push.getVersion(), generations));
        notifyAll();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (socket != null) {
                try {
                    socket.close();
                } catch (IOException e) {
                    // It ends with this JVM.
                }
            }
        }
    }
}

package io.slotregistry.torture;

import static org.awaitility.Awaitility.await;

import com.alipay.sofa.registry.core.model.ReceivedData;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.sdk.BoltSocket;
import io.slotregistry.sdk.StandaloneProcess;
import io.slotregistry.sdk.WireHessian;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How long the lists are that one subscriber of several services is pushed. */
public final class ListSizes {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final StandaloneProcess registry;
    private final List<String> services;
    private final Map<String, Integer> newest = new TreeMap<>();
    private int smallest;
    private int pushes;

    public ListSizes(StandaloneProcess registry, List<String> services) {
        this.registry = registry;
        this.services = services;
        BoltSocket socket = new BoltSocket(registry.boltPort());
        services.forEach(service -> socket.call(Registrations.subscriber(service)));
        Thread thread = new Thread(() -> listen(socket));
        thread.setDaemon(true);
        thread.start();
    }

    private void listen(BoltSocket socket) {
        while (registry.trouble().isEmpty()) {
            socket.staysWithout(Duration.ofMinutes(1), frame -> {
                if (frame.className().equals(ReceivedData.class.getName())) {
                    socket.acknowledge(frame);
                    add(WireHessian.decode(frame, ReceivedData.class));
                }
                // Frames for which this is false are kept, and looked at again.
                return true;
            });
        }
    }

    private synchronized void add(ReceivedData push) {
        int size = push.getData().values().stream().mapToInt(List::size).sum();
        newest.put(push.getDataId(), size);
        smallest = Math.min(smallest, size);
        pushes++;
    }

    synchronized void watch() {
        smallest = Integer.MAX_VALUE;
        pushes = 0;
    }

    /** Since then, of all pushes, or of what was seen last where there was none. */
    synchronized int smallest() {
        return Math.min(
                smallest, newest.values().stream().mapToInt(size -> size).min().orElse(0));
    }

    /** Since then. */
    synchronized int pushes() {
        return pushes;
    }

    public void awaitAll(int size) {
        await(size + " each").atMost(PATIENCE).until(() -> areAll(size));
    }

    Duration timeTo(int size) {
        long start = System.nanoTime();
        awaitAll(size);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private synchronized boolean areAll(int size) {
        return newest.size() == services.size() && newest.values().stream().allMatch(each -> each == size);
    }
}

package io.slotregistry.session;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import io.slotregistry.proto.ClientLosses;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.runtime.Published;
import io.slotregistry.session.client.ClientConnection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * From how many addresses clients publish, and how many of these lost a connection together, so that data servers see
 * when a network is at fault. Connections without a publisher do not count. Belongs to the main loop.
 */
final class PublishingClients {
    private static final long TOGETHER_MILLIS = 1_000;
    /** Longer than from one renew to the next. */
    private static final long TOLD_MILLIS = 2_000;

    private final EventLoop mainLoop;
    private final NodeClock clock;
    private final Map<Long, ClientConnection> connections;
    private final Map<Long, String> publishing = new HashMap<>();
    private final Deque<Loss> recent = new ArrayDeque<>();
    private final Multiset<String> recentlyLost = HashMultiset.create();
    /** Of what is open and of what was lost recently. */
    private final Multiset<String> known = HashMultiset.create();

    private final Published<Worst> worst = new Published<>(new Worst(0, 0, 0));

    /** @param connections of all clients */
    PublishingClients(EventLoop mainLoop, NodeClock clock, Map<Long, ClientConnection> connections) {
        this.mainLoop = mainLoop;
        this.clock = clock;
        this.connections = connections;
    }

    /** The client has published for the first time, or seems to; callable from any loop. */
    void publishes(ClientConnection connection) {
        mainLoop.execute(() -> {
            if (connections.containsKey(connection.id()) && !publishing.containsKey(connection.id())) {
                String host = host(connection.remoteAddress());
                publishing.put(connection.id(), host);
                known.add(host);
                look();
            }
        });
    }

    void closed(ClientConnection connection) {
        String host = publishing.remove(connection.id());
        if (host == null) {
            return;
        }
        known.remove(host);
        if (!connection.isClosedByServer()) {
            recent.add(new Loss(host, clock.monotonicMillis()));
            recentlyLost.add(host);
            known.add(host);
        }
        look();
    }

    /** Of the worst second lately; callable from any loop. */
    ClientLosses losses() {
        Worst now = worst.get();
        boolean old = clock.monotonicMillis() - now.millis > TOLD_MILLIS;
        return ClientLosses.newBuilder()
                .setPublishing(now.publishing)
                .setLost(old ? 0 : now.lost)
                .build();
    }

    private void look() {
        long now = clock.monotonicMillis();
        while (!recent.isEmpty() && now - recent.getFirst().millis > TOGETHER_MILLIS) {
            String host = recent.removeFirst().host;
            recentlyLost.remove(host);
            known.remove(host);
        }
        int lost = recentlyLost.elementSet().size();
        Worst before = worst.get();
        if (lost >= before.lost || now - before.millis > TOLD_MILLIS) {
            worst.set(new Worst(known.elementSet().size(), lost, now));
        }
    }

    private static String host(String address) {
        return address.substring(0, Math.max(0, address.lastIndexOf(':')));
    }

    private record Loss(String host, long millis) {}

    private record Worst(int publishing, int lost, long millis) {}
}

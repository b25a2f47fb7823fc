package io.slotregistry.session;

import io.slotregistry.cluster.NodeContext;
import io.slotregistry.runtime.Published;
import io.slotregistry.session.client.ClientConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets clients go to other sessions one by one, in no order, when meta says that those have fewer. A client may come
 * back, because it chooses by chance or knows no other session: those that do are counted, and when letting go did not
 * help for a while, the next while is twice as long. Belongs to the main loop.
 */
final class LettingGo {
    private static final Logger LOG = LoggerFactory.getLogger(LettingGo.class);

    /** In this time no more come back than there are. */
    private static final long WINDOW_MILLIS = 60_000;

    private static final long LONGEST_WINDOW_MILLIS = 3_600_000;

    private final NodeContext context;
    private final RandomGenerator random;
    private final Map<Long, ClientConnection> connections;
    private final Consumer<ClientConnection> farewell;
    private final Published<Long> total = new Published<>(0L);
    private long windowStartMillis;
    private long windowMillis;
    private int sizeAtStart;
    private int goneInWindow;
    private int onTheirWay;

    /**
     * @param connections of all clients
     * @param farewell prepares for the end of a connection that is closed next
     */
    LettingGo(
            NodeContext context,
            RandomGenerator random,
            Map<Long, ClientConnection> connections,
            Consumer<ClientConnection> farewell) {
        this.context = context;
        this.random = random;
        this.connections = connections;
        this.farewell = farewell;
    }

    /** How many have been let go; readable from anywhere. */
    long total() {
        return total.get();
    }

    /**
     * Spreads them over the time. What was asked before is done first.
     *
     * @param onDemand an operator asked for it and watches what comes of it
     */
    void letGo(int count, long millis, boolean onDemand) {
        if (onTheirWay > 0) {
            return;
        }
        beginWindow(context.clock().monotonicMillis());
        int size = connections.size();
        int cameBack = goneInWindow - Math.max(0, sizeAtStart - size);
        int allowed = Math.min(count, onDemand ? size : size - cameBack);
        if (allowed <= 0) {
            return;
        }
        LOG.info("event=clients-let-go count={} of={}", allowed, connections.size());
        goneInWindow += allowed;
        onTheirWay = allowed;
        List<ClientConnection> candidates = new ArrayList<>(connections.values());
        for (int i = 0; i < allowed; i++) {
            ClientConnection chosen = candidates.remove(random.nextInt(candidates.size()));
            context.mainLoop().schedule(random.nextLong(millis), () -> {
                onTheirWay--;
                total.set(total.get() + 1);
                farewell.accept(chosen);
                chosen.close("another session has fewer clients");
            });
        }
    }

    private void beginWindow(long now) {
        if (windowMillis > 0 && now - windowStartMillis <= windowMillis) {
            return;
        }
        boolean inVain = goneInWindow > 0 && connections.size() >= sizeAtStart;
        windowMillis = inVain ? Math.min(2 * windowMillis, LONGEST_WINDOW_MILLIS) : WINDOW_MILLIS;
        windowStartMillis = now;
        sizeAtStart = connections.size();
        goneInWindow = 0;
    }
}

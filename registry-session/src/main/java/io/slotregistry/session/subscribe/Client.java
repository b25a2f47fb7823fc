package io.slotregistry.session.subscribe;

import io.slotregistry.session.client.ClientConnection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One client connection as one loop pushes to it: a burst at once, then at a steady rate, and nothing while the client
 * reads more slowly than it is written to. Waiting receivers are pushed what is current when their turn comes.
 */
final class Client {
    private static final long DRAIN_MILLIS = 5;

    private final ClientConnection connection;
    private final PushContext context;
    private final Set<Receiver> waiting = new LinkedHashSet<>();
    private double credit;
    private long creditMillis;
    private boolean draining;

    Client(ClientConnection connection, PushContext context) {
        this.connection = connection;
        this.context = context;
        this.credit = context.settings().burstPerConnection();
        this.creditMillis = context.nowMillis();
    }

    ClientConnection connection() {
        return connection;
    }

    /** True when the receiver may push now; otherwise its {@link Receiver#push} is called again later. */
    boolean mayPush(Receiver receiver) {
        refill();
        if (credit >= 1 && connection.isWritable()) {
            credit--;
            return true;
        }
        waiting.add(receiver);
        scheduleDrain();
        return false;
    }

    void close() {
        waiting.clear();
    }

    private void refill() {
        long now = context.nowMillis();
        credit = Math.min(
                context.settings().burstPerConnection(),
                credit + (now - creditMillis) * context.settings().ratePerConnection() / 1000.0);
        creditMillis = now;
    }

    private void scheduleDrain() {
        if (!draining) {
            draining = true;
            context.loop().schedule(DRAIN_MILLIS, this::drain);
        }
    }

    private void drain() {
        draining = false;
        refill();
        int turns = connection.isWritable() ? (int) Math.min(credit, waiting.size()) : 0;
        for (; turns > 0; turns--) {
            Receiver receiver = waiting.iterator().next();
            waiting.remove(receiver);
            receiver.push();
        }
        if (!waiting.isEmpty()) {
            scheduleDrain();
        }
    }
}

package io.slotregistry.session.subscribe;

import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.runtime.Limit;
import io.slotregistry.session.client.ClientConnection;
import java.util.Comparator;
import java.util.TreeSet;

/**
 * One client connection as one loop pushes to it: a burst at once, then at a steady rate, and nothing while too much is
 * on the way to it. Those that wait share the line by bytes, so what is small does not wait for all that is large.
 */
public final class Client {
    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long LONGEST_PAUSE_MILLIS = 80;

    private final ClientConnection connection;
    private final PushContext context;
    private final TreeSet<Turn> waiting =
            new TreeSet<>(Comparator.comparingLong((Turn turn) -> turn.end).thenComparingLong(turn -> turn.number));
    private final ByteBudget share;
    private double credit;
    private long creditMillis;
    /** Where the turn began that was granted last, in bytes. */
    private long reached;

    private long turns;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private boolean draining;

    Client(ClientConnection connection, PushContext context) {
        this.connection = connection;
        this.context = context;
        this.share = context.holdings().of(connection);
        this.credit = context.settings().burstPerConnection();
        this.creditMillis = context.nowMillis();
    }

    /** The place of one service or configurator among those that push to the client. */
    public static final class Turn {
        private final Runnable push;
        private long start;
        private long end;
        private long number;
        private boolean waits;
        private boolean asks;

        private Turn(Runnable push) {
            this.push = push;
        }
    }

    public ClientConnection connection() {
        return connection;
    }

    /** Of what its session holds. */
    public ByteBudget share() {
        return share;
    }

    /** @param push called when it may be its turn; asks {@link #mayPush} again, or has nothing to push any more */
    public Turn turn(Runnable push) {
        return new Turn(push);
    }

    /** True when the push may be sent now; otherwise the turn is called later, for what is current then. */
    public boolean mayPush(Turn turn, long bytes) {
        turn.asks = true;
        if (!turn.waits) {
            turn.start = Math.max(reached, turn.end);
            turn.end = turn.start + bytes;
            turn.number = ++turns;
            turn.waits = true;
            waiting.add(turn);
        }
        refill();
        if (waiting.first() == turn && credit >= 1 && connection.mayPush(bytes)) {
            leave(turn);
            credit--;
            reached = turn.start;
            pauseMillis = FIRST_PAUSE_MILLIS;
            return true;
        }
        if (credit < 1) {
            context.limits().reached(Limit.PUSH_BURST);
        }
        scheduleDrain();
        return false;
    }

    /** There is nothing to push any more. */
    public void leave(Turn turn) {
        if (turn.waits) {
            waiting.remove(turn);
            turn.waits = false;
        }
    }

    /** Something has been acknowledged or given up, so there may be room for others. */
    public void resume() {
        while (!waiting.isEmpty()) {
            Turn next = waiting.first();
            next.asks = false;
            next.push.run();
            if (next.waits && next.asks) {
                return;
            }
            leave(next);
        }
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
            context.loop().schedule(pauseMillis, this::drain);
            pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        }
    }

    private void drain() {
        draining = false;
        resume();
        if (!waiting.isEmpty()) {
            scheduleDrain();
        }
    }
}

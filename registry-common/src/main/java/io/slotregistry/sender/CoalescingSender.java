package io.slotregistry.sender;

import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is dirty at its source to one peer. At most one message is in flight; what becomes dirty meanwhile goes
 * into the next one, so that idle means immediate, busy means bigger messages, and memory is bounded by the state
 * instead of by the number of events. Belongs to one loop.
 */
public final class CoalescingSender {
    private final StreamStats.Stream stats;
    private final EventLoop loop;
    private final RandomGenerator random;
    private final Transport transport;
    private final SenderSettings settings;
    private final Source source;

    private State state = State.IDLE;
    private int failures;
    private long sends;
    private EventLoop.@Nullable Timer retry;

    /** @param stats told when the peer does not answer for long, and when it does again */
    public CoalescingSender(
            StreamStats.Stream stats,
            EventLoop loop,
            RandomGenerator random,
            Transport transport,
            SenderSettings settings,
            Source source) {
        this.stats = stats;
        this.loop = loop;
        this.random = random;
        this.transport = transport;
        this.settings = settings;
        this.source = source;
    }

    /**
     * Something is dirty. The message is taken when the tasks that stand in the loop's queue now have run, so that they
     * share it.
     */
    public void wake() {
        if (state == State.IDLE) {
            state = State.TAKING;
            loop.execute(this::send);
        }
    }

    /** Like {@link #wake}, without waiting for the end of a pause: there is reason to believe that it works now. */
    public void retryNow() {
        if (state == State.PAUSED && retry != null) {
            retry.cancel();
            state = State.IDLE;
        }
        wake();
    }

    /** Nothing is sent any more and the source hears nothing any more. */
    public void stop() {
        if (retry != null) {
            retry.cancel();
        }
        state = State.STOPPED;
        stats.end();
    }

    /** Whether the peer has not answered for {@link SenderSettings#attemptsUntilUnsynced} attempts. */
    public boolean isUnsynced() {
        return failures >= settings.attemptsUntilUnsynced();
    }

    /** Attempts since the peer answered last. */
    public int failedAttempts() {
        return failures;
    }

    private void send() {
        if (state != State.TAKING) {
            return;
        }
        Address target = source.target();
        Request request = target == null ? null : source.take();
        if (target == null || request == null) {
            state = State.IDLE;
            return;
        }
        state = State.IN_FLIGHT;
        long send = ++sends;
        transport.call(target, request, settings.timeoutMillis(), loop, new Transport.Callback() {
            @Override
            public void replied(Reply reply) {
                if (state == State.IN_FLIGHT && send == sends) {
                    if (reply.getRefused().isEmpty()) {
                        succeed(reply);
                    } else {
                        fail(reply.getRefused());
                    }
                }
            }

            @Override
            public void failed(String reason) {
                if (state == State.IN_FLIGHT && send == sends) {
                    fail(reason);
                }
            }
        });
    }

    private void succeed(Reply reply) {
        if (isUnsynced()) {
            stats.recovered(failures);
        }
        failures = 0;
        state = State.IDLE;
        source.delivered(reply);
        wake();
    }

    private void fail(String reason) {
        failures++;
        if (failures == settings.attemptsUntilUnsynced()) {
            stats.gaveUp(failures, reason);
        }
        long pause = settings.firstBackoffMillis() << Math.min(failures - 1, 20);
        pause = Math.min(pause, settings.maxBackoffMillis());
        state = State.PAUSED;
        retry = loop.schedule(pause / 2 + random.nextLong(pause / 2 + 1), () -> {
            if (state == State.PAUSED) {
                state = State.IDLE;
                wake();
            }
        });
        source.failed(reason, isUnsynced());
    }

    private enum State {
        IDLE,
        TAKING,
        IN_FLIGHT,
        PAUSED,
        STOPPED
    }

    /** Knows what is dirty. */
    public interface Source {
        /** Where to send the next message, or null while that is not known. */
        @Nullable
        Address target();

        /** The current state of what is dirty as one message of bounded size, or null when nothing is. */
        @Nullable
        Request take();

        /** What was taken has arrived; what the peer said. */
        void delivered(Reply reply);

        /** What was taken may not have arrived, so it is dirty again. It is tried again by itself after a pause. */
        void failed(String reason, boolean unsynced);
    }
}

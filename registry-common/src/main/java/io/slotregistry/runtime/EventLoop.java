package io.slotregistry.runtime;

import java.util.concurrent.Executor;

/**
 * Runs tasks one after the other, in the order of {@link #execute}. State that belongs to a loop is touched by its
 * tasks only, so it needs no locks.
 */
public interface EventLoop extends Executor {
    /** Callable from anywhere. Ignored after the loop was stopped. */
    @Override
    void execute(Runnable task);

    /** Runs the task on this loop after the delay, unless cancelled before. */
    Timer schedule(long delayMillis, Runnable task);

    /** A scheduled task. */
    interface Timer {
        /** To be called on the loop; afterwards the task does not run. */
        void cancel();
    }
}

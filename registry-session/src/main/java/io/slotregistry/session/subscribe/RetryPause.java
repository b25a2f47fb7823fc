package io.slotregistry.session.subscribe;

import io.slotregistry.runtime.EventLoop;
import org.jspecify.annotations.Nullable;

/** The pause after a push that failed; each further failure in a row doubles it. Belongs to the loop of its context. */
public final class RetryPause {
    private final PushContext context;
    private final Runnable retry;
    private int failures;
    private EventLoop.@Nullable Timer timer;

    /** @param retry called when a pause is over */
    public RetryPause(PushContext context, Runnable retry) {
        this.context = context;
        this.retry = retry;
    }

    public boolean isOn() {
        return timer != null;
    }

    /** Begins a pause. */
    public void failed() {
        PushSettings settings = context.settings();
        long millis = Math.min(settings.maxRetryMillis(), settings.firstRetryMillis() << Math.min(failures, 16));
        failures++;
        timer = context.loop().schedule(millis, () -> {
            timer = null;
            retry.run();
        });
    }

    /** Ends a pause, too: the client has acknowledged late. */
    public void succeeded() {
        failures = 0;
        cancel();
    }

    /** There will be no retry. */
    public void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}

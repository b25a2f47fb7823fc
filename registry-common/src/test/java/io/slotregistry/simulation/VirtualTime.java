package io.slotregistry.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * The only scheduler of a simulation: events ordered by time and, at the same time, by the order of scheduling. A hash
 * over everything that ran tells whether two runs were the same.
 */
public final class VirtualTime {
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::micros).thenComparingLong(Event::order));
    private final SplittableRandom random;
    private long nowMicros;
    private long scheduled;
    private long executed;
    private long trace;

    public VirtualTime(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The seed's random source; every use is part of the trace. */
    public SplittableRandom random() {
        return random;
    }

    public long nowMillis() {
        return nowMicros / 1_000;
    }

    public long nowMicros() {
        return nowMicros;
    }

    public long executedEvents() {
        return executed;
    }

    /** Equal for two runs that did the same things at the same times. */
    public long traceHash() {
        return trace;
    }

    /** Mixes something observable into {@link #traceHash}. */
    public void record(long observation) {
        trace = (trace ^ observation) * 0x9E3779B97F4A7C15L + Long.rotateLeft(trace, 17);
    }

    public void afterMillis(long delayMillis, Runnable task) {
        afterMicros(delayMillis * 1_000, task);
    }

    public void afterMicros(long delayMicros, Runnable task) {
        if (delayMicros < 0) {
            throw new IllegalArgumentException("the past is over: " + delayMicros);
        }
        events.add(new Event(nowMicros + delayMicros, scheduled++, task));
    }

    /** Runs what is due in the next {@code millis} milliseconds. */
    public void runFor(long millis) {
        long end = nowMicros + millis * 1_000;
        while (!events.isEmpty() && events.peek().micros() <= end) {
            step();
        }
        nowMicros = end;
    }

    /** Runs until the condition holds; false when it does not within {@code limitMillis}. */
    public boolean runUntil(BooleanSupplier condition, long limitMillis) {
        long end = nowMicros + limitMillis * 1_000;
        while (!condition.getAsBoolean()) {
            if (events.isEmpty() || events.peek().micros() > end) {
                nowMicros = end;
                return condition.getAsBoolean();
            }
            step();
        }
        return true;
    }

    private void step() {
        Event event = events.remove();
        nowMicros = event.micros();
        executed++;
        record(event.micros() * 31 + event.order());
        event.task().run();
    }

    private record Event(long micros, long order, Runnable task) {}
}

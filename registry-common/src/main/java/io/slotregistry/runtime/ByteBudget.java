package io.slotregistry.runtime;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes something may occupy in this process, such as what clients make it hold. What a share takes counts in
 * the whole as well, and is taken from both or from neither. Callable from anywhere.
 */
public final class ByteBudget {
    private final @Nullable ByteBudget whole;
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final LongAdder refusals = new LongAdder();

    public ByteBudget(long limit) {
        this(null, limit);
    }

    private ByteBudget(@Nullable ByteBudget whole, long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative: " + limit);
        }
        this.whole = whole;
        this.limit = limit;
    }

    /** A part of this budget, for example that of one connection. Several parts together may exceed the whole. */
    public ByteBudget share(long shareLimit) {
        return new ByteBudget(this, shareLimit);
    }

    /** A share of so many percent. */
    public ByteBudget sharePercent(int percent) {
        return share(percentOf(limit, percent));
    }

    /** False, and nothing is taken, when so many bytes are not left here or in the whole. */
    public boolean take(long bytes) {
        checkNotNegative(bytes);
        if (used.addAndGet(bytes) > limit || (whole != null && !whole.take(bytes))) {
            used.addAndGet(-bytes);
            refusals.increment();
            return false;
        }
        return true;
    }

    /** Whether so many bytes are left here; the whole may have fewer. */
    public boolean hasRoomFor(long bytes) {
        return used.get() <= limit - bytes;
    }

    /** Null when so many bytes can be taken, else this or the whole that has not enough left. */
    public @Nullable ByteBudget lacking(long bytes) {
        for (ByteBudget each = this; each != null; each = each.whole) {
            if (!each.hasRoomFor(bytes)) {
                return each;
            }
        }
        return null;
    }

    /** Counts what is there already, also beyond the limit. */
    public void add(long bytes) {
        checkNotNegative(bytes);
        change(bytes);
    }

    /** What was taken or added is no longer held. */
    public void giveBack(long bytes) {
        checkNotNegative(bytes);
        change(-bytes);
    }

    private void change(long bytes) {
        for (ByteBudget each = this; each != null; each = each.whole) {
            each.used.addAndGet(bytes);
        }
    }

    public long used() {
        return used.get();
    }

    public long limit() {
        return limit;
    }

    /** How often {@link #take} was false, here or in a share of this because of this. */
    public long refusals() {
        return refusals.sum();
    }

    /** Whether more than so many percent of the limit are used. */
    public boolean isFullerThan(int percent) {
        return used.get() > percentOf(limit, percent);
    }

    private static long percentOf(long bytes, int percent) {
        return bytes / 100 * percent + bytes % 100 * percent / 100;
    }

    private static void checkNotNegative(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative number of bytes: " + bytes);
        }
    }
}

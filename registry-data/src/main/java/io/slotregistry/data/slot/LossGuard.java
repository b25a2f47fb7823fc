package io.slotregistry.data.slot;

import io.slotregistry.runtime.EventLoop;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when losses are shown: at once, or, when a service loses most of its publishers together, after a bounded
 * time in which they may come back. Followers hold as the leader does, so that a new one goes on. Belongs to the loop
 * of the slot.
 */
final class LossGuard {
    private static final Logger LOG = LoggerFactory.getLogger(LossGuard.class);

    private final SlotContext context;
    private final Consumer<MirrorEntry> leave;
    private final Runnable released;
    private final Map<String, Hold> holds = new LinkedHashMap<>();

    /**
     * @param leave takes what is not shown any longer
     * @param released called when a hold has ended by itself
     */
    LossGuard(SlotContext context, Consumer<MirrorEntry> leave, Runnable released) {
        this.context = context;
        this.leave = leave;
        this.released = released;
    }

    /** Nobody has these publishers of the service any more, and none of them was unpublished. */
    void lost(Datum datum, List<MirrorEntry> entries) {
        List<MirrorEntry> shown = new ArrayList<>();
        for (MirrorEntry entry : entries) {
            if (datum.shows(entry)) {
                shown.add(entry);
            } else {
                leave.accept(entry);
            }
        }
        if (shown.isEmpty()) {
            return;
        }
        Hold hold = holds.get(datum.dataInfoId());
        if (hold == null) {
            hold = holdIfMost(datum);
        }
        if (hold == null) {
            show(datum, shown);
        } else {
            hold.entries.addAll(shown);
        }
    }

    /** Shows what is held of the service. False when nothing was. */
    boolean release(String dataInfoId, String reason) {
        Hold hold = holds.remove(dataInfoId);
        if (hold == null) {
            return false;
        }
        hold.timer.cancel();
        long gone = hold.entries.stream().filter(hold.datum::shows).count();
        LOG.info(
                "event=losses-released dataInfoId={} reason={} gone={} returned={}",
                dataInfoId,
                reason,
                gone,
                hold.entries.size() - gone);
        context.timeline().record(Kind.LOSSES_RELEASED, dataInfoId, reason, gone, null);
        show(hold.datum, hold.entries);
        return true;
    }

    /** Services of which something is held. */
    int services() {
        return holds.size();
    }

    int heldOf(String dataInfoId) {
        Hold hold = holds.get(dataInfoId);
        return hold == null
                ? 0
                : (int) hold.entries.stream().filter(hold.datum::shows).count();
    }

    private void show(Datum datum, List<MirrorEntry> entries) {
        int gone = (int) entries.stream().filter(datum::shows).count();
        datum.losses().add(gone, ruleFor(datum).windowMillis(), context.clock().monotonicMillis());
        entries.forEach(leave);
    }

    private GuardSettings ruleFor(Datum datum) {
        return context.guard().apply(datum.dataInfoId());
    }

    private @Nullable Hold holdIfMost(Datum datum) {
        GuardSettings rule = ruleFor(datum);
        int before = datum.losses().within(rule.windowMillis(), context.clock().monotonicMillis());
        int lost = datum.fading() + before;
        int all = datum.size() + before;
        if (!rule.holds(lost, all)) {
            return null;
        }
        String dataInfoId = datum.dataInfoId();
        LOG.warn(
                "event=losses-held dataInfoId={} lost={} of={} holdMillis={}",
                dataInfoId,
                lost,
                all,
                rule.holdMillis());
        context.timeline().record(Kind.LOSSES_HELD, dataInfoId, lost + " of " + all, rule.holdMillis(), null);
        EventLoop.Timer timer = context.loop().schedule(rule.holdMillis(), () -> {
            release(dataInfoId, "time");
            released.run();
        });
        Hold hold = new Hold(datum, new ArrayList<>(), timer);
        holds.put(dataInfoId, hold);
        return hold;
    }

    private record Hold(Datum datum, List<MirrorEntry> entries, EventLoop.Timer timer) {}

    /** How many losses of one service were shown lately. */
    static final class RecentLosses {
        private long sinceMillis = Long.MIN_VALUE / 2;
        private int count;

        private void add(int more, long windowMillis, long nowMillis) {
            sinceMillis = within(windowMillis, nowMillis) == 0 ? nowMillis : sinceMillis;
            count += more;
        }

        /** Those that a window holds which began with the first one. */
        private int within(long windowMillis, long nowMillis) {
            if (nowMillis - sinceMillis > windowMillis) {
                count = 0;
            }
            return count;
        }
    }
}

package io.slotregistry.data.slot;

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
 * Decides when losses are shown: at once, or, when a service lost most of its publishers together or a network is at
 * fault, a bounded time after the loss. Followers hold as the leader does, so that a new one goes on. Belongs to the
 * loop of the slot.
 */
final class LossGuard {
    private static final Logger LOG = LoggerFactory.getLogger(LossGuard.class);

    private final SlotContext context;
    private final Consumer<MirrorEntry> leave;
    private final Runnable released;
    /** Of each service, what was held at different times. */
    private final Map<String, List<Losses>> holds = new LinkedHashMap<>();

    /**
     * @param leave takes what is not shown any longer
     * @param released called when a hold has ended by itself
     */
    LossGuard(SlotContext context, Consumer<MirrorEntry> leave, Runnable released) {
        this.context = context;
        this.leave = leave;
        this.released = released;
    }

    /** These were lost together; what matters is how many that were, not who is still away later. */
    void lost(Datum datum, List<MirrorEntry> entries) {
        GuardSettings rule = ruleFor(datum);
        long now = now();
        Losses losses = datum.losses;
        if (losses == null || now - losses.sinceMillis() > rule.windowMillis()) {
            losses = new Losses(now);
            datum.losses = losses;
        }
        entries.forEach(losses::add);
        if (!losses.areHeld() && rule.holds(losses.count(), datum.size() + losses.shown())) {
            hold(datum, losses, now + rule.holdMillis());
        }
    }

    private static void hold(Datum datum, Losses losses, long untilMillis) {
        losses.holdUntil(untilMillis);
        datum.heldLosses = losses;
    }

    /** Nobody has these publishers of the service any more, and none of them was unpublished. */
    void gone(Datum datum, List<MirrorEntry> entries) {
        for (MirrorEntry entry : entries) {
            Losses hold = datum.shows(entry) ? holdOf(datum, entry) : null;
            if (hold == null) {
                show(datum, entry);
            } else {
                begin(datum, hold);
                hold.held().add(entry);
            }
        }
    }

    /** Null when it is not held. What is lost while others are held is held with them. */
    private @Nullable Losses holdOf(Datum datum, MirrorEntry entry) {
        Losses own = entry.losses;
        if (own == null) {
            lost(datum, List.of(entry));
            own = entry.losses;
        }
        GuardSettings rule = ruleFor(datum);
        if (own != null && !own.areHeld() && rule.isOn()) {
            if (context.faults().explain(entry.session, own.sinceMillis())) {
                hold(datum, own, own.sinceMillis() + rule.holdMillis());
            }
        }
        Losses hold = own != null && own.areHeld() ? own : datum.heldLosses;
        return hold != null && hold.areHeldAt(now()) ? hold : null;
    }

    /** From here on something is held, which so far was only to be. */
    private void begin(Datum datum, Losses losses) {
        if (!losses.held().isEmpty()) {
            return;
        }
        String dataInfoId = datum.dataInfoId();
        long millis = losses.heldUntilMillis() - now();
        LOG.warn(
                "event=losses-held dataInfoId={} lost={} of={} holdMillis={}",
                dataInfoId,
                losses.count(),
                datum.size() + losses.shown(),
                millis);
        String share = losses.count() + " of " + (datum.size() + losses.shown());
        context.timeline().record(Kind.LOSSES_HELD, dataInfoId, share, millis, null);
        holds.computeIfAbsent(dataInfoId, id -> new ArrayList<>()).add(losses);
        losses.startTimer(context.loop().schedule(millis, () -> {
            end(datum, losses, "time");
            released.run();
        }));
    }

    /** Shows what is held of the service. False when nothing was. */
    boolean release(Datum datum, String reason) {
        List<Losses> held = holds.get(datum.dataInfoId());
        if (held == null) {
            return false;
        }
        List.copyOf(held).forEach(losses -> end(datum, losses, reason));
        return true;
    }

    private void end(Datum datum, Losses losses, String reason) {
        String dataInfoId = datum.dataInfoId();
        List<Losses> held = holds.get(dataInfoId);
        if (held != null && held.remove(losses) && held.isEmpty()) {
            holds.remove(dataInfoId);
        }
        List<MirrorEntry> entries = losses.end(now());
        long gone = entries.stream().filter(datum::shows).count();
        LOG.info(
                "event=losses-released dataInfoId={} reason={} gone={} returned={}",
                dataInfoId,
                reason,
                gone,
                entries.size() - gone);
        context.timeline().record(Kind.LOSSES_RELEASED, dataInfoId, reason, gone, null);
        entries.forEach(entry -> show(datum, entry));
    }

    /** Services of which something is held. */
    int services() {
        return holds.size();
    }

    int heldOf(Datum datum) {
        return (int) holds.getOrDefault(datum.dataInfoId(), List.of()).stream()
                .flatMap(losses -> losses.held().stream())
                .filter(datum::shows)
                .count();
    }

    private void show(Datum datum, MirrorEntry entry) {
        if (entry.losses != null && datum.shows(entry)) {
            entry.losses.countShown();
        }
        leave.accept(entry);
    }

    private GuardSettings ruleFor(Datum datum) {
        return context.guard().apply(datum.dataInfoId());
    }

    private long now() {
        return context.clock().monotonicMillis();
    }
}

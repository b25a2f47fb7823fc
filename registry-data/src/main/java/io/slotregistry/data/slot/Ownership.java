package io.slotregistry.data.slot;

import io.slotregistry.model.ProcessId;
import io.slotregistry.model.PublisherId;
import io.slotregistry.model.RegistrationId;
import io.slotregistry.proto.Claim;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which client address owns each registration of a slot, and shows its entries only. The first one keeps it;
 * another takes over when the owner's has held it nowhere for a while. What the leader decided stands in the mirrors,
 * so that a new replica decides alike. Belongs to the loop of the slot.
 */
final class Ownership {
    /** How many registrations are remembered whose last entry is gone. */
    private static final int MAX_LEFT = 1_024;

    private static final int MAX_CLAIMS_IN_REPLY = 256;

    /** What the leader let wait comes last, then what has been there longest; the rest makes it the same everywhere. */
    private final Comparator<MirrorEntry> best = Comparator.comparing((MirrorEntry entry) -> entry.waiting)
            .thenComparing(this::claimedMillis)
            .thenComparing(entry -> entry.id.host());

    private final SlotContext context;
    private final Shown shown;
    private final BooleanSupplier complete;
    /** Entries of other addresses than the owner's. */
    private final Map<RegistrationId, Rivals> rivals = new LinkedHashMap<>();
    /** Who owned what has no entry any more; the eldest first. */
    private final Map<RegistrationId, Left> left = new LinkedHashMap<>();
    /** What sessions lost before this replica heard of it; the eldest first. */
    private final Map<PublisherId, Earlier> earlier = new LinkedHashMap<>();
    /** Entries of owners that their mirrors still say are waiting. */
    private final Set<MirrorEntry> admitted = new LinkedHashSet<>();

    private boolean hasNews;

    /** @param complete every session's mirror was here once, so that the order in which claims arrive counts */
    Ownership(SlotContext context, Shown shown, BooleanSupplier complete) {
        this.complete = complete;
        this.context = context;
        this.shown = shown;
    }

    /** The data of the slot, which have the owners' entries. */
    interface Shown {
        /** The newest entry, whatever its state, or null. */
        @Nullable
        MirrorEntry newest(RegistrationId id);

        void show(MirrorEntry entry);

        void hide(MirrorEntry entry);

        /** Something has changed that time alone has caused. */
        void decided();
    }

    /** A mirror has it: it is shown if its client's address owns the registration or may. */
    void added(MirrorEntry entry) {
        RegistrationId id = entry.id.registration();
        MirrorEntry newest = shown.newest(id);
        Left former = newest == null || !isHeld(newest) ? left(id) : null;
        boolean owns;
        if (former != null) {
            owns = former.isOf(entry);
        } else if (newest != null && isHeld(newest)) {
            owns = isSameAddress(newest, entry);
        } else {
            // On a new replica the owner's mirror may still be on its way.
            owns = !entry.waiting;
        }
        if (owns) {
            show(id, entry);
        } else {
            if (former == null && newest == null) {
                leave(id, null);
            }
            context.timeline()
                    .record(Kind.WAITING, entry.dataInfoId, entry.registerId, entry.version, entry.clientAddress);
            Rivals waiting = rivals.computeIfAbsent(id, key -> new Rivals());
            waiting.entries.add(entry);
            hasNews = true;
            if (wasBefore(entry, newest)) {
                takeOver(id, waiting, entry);
            }
        }
        settle(id);
    }

    /** True when it was not shown anyway. */
    boolean stopsWaiting(MirrorEntry entry) {
        RegistrationId id = entry.id.registration();
        Rivals waiting = rivals.get(id);
        if (waiting == null || !waiting.entries.remove(entry)) {
            return false;
        }
        if (waiting.entries.isEmpty()) {
            waiting.cancel();
            rivals.remove(id);
        }
        return true;
    }

    /** Its mirror does not have it any more: the owner's time begins to run if no other mirror has one. */
    void gone(MirrorEntry entry) {
        admitted.remove(entry);
        RegistrationId id = entry.id.registration();
        MirrorEntry newest = shown.newest(id);
        if (newest == null || !isHeld(newest)) {
            leave(id, entry.id.host());
        }
        settle(id);
    }

    /**
     * A session held it that has lost it, and no mirror here had it: a client that moves from session to session while
     * no data server is there was still first.
     */
    void heldBefore(PublisherId id, long claimedMillis, long lostMillis) {
        earlier.remove(id);
        earlier.put(id, new Earlier(claimedMillis, lostMillis + context.takeoverMillis()));
        if (earlier.size() > MAX_LEFT) {
            earlier.remove(earlier.keySet().iterator().next());
        }
        RegistrationId registration = id.registration();
        Rivals waiting = rivals.get(registration);
        if (waiting != null) {
            MirrorEntry newest = shown.newest(registration);
            waiting.entries.stream()
                    .filter(entry -> entry.id.equals(id) && entry.early && isBefore(entry, newest))
                    .findFirst()
                    .ifPresent(entry -> takeOver(registration, waiting, entry));
        }
    }

    /** Since when its client has had it, as far as is known, without having been away for the takeover time. */
    private long claimedMillis(MirrorEntry entry) {
        Earlier before = earlier.get(entry.id);
        return before == null || entry.claimed >= before.untilMillis
                ? entry.claimed
                : Math.min(entry.claimed, before.claimedMillis);
    }

    /** Whether what is shown of the registration, if anything, is of the same address. */
    boolean isShownAddress(MirrorEntry entry) {
        MirrorEntry newest = shown.newest(entry.id.registration());
        return newest == null || isSameAddress(newest, entry);
    }

    /** Somebody has begun to wait since {@link #claims} was asked last. */
    boolean hasNews() {
        return hasNews;
    }

    /** What the leader has decided otherwise than this session's mirror says. */
    List<Claim> claims(ProcessId session) {
        hasNews = false;
        Stream<MirrorEntry> mayShow = admitted.stream();
        Stream<MirrorEntry> mustWait = rivals.values().stream()
                .flatMap(waiting -> waiting.entries.stream())
                .filter(entry -> !entry.waiting);
        return Stream.concat(mayShow, mustWait)
                .filter(entry -> entry.session.equals(session))
                .limit(MAX_CLAIMS_IN_REPLY)
                .map(Ownership::decided)
                .toList();
    }

    private static Claim decided(MirrorEntry entry) {
        return Claim.newBuilder()
                .setDataInfoId(entry.dataInfoId)
                .setRegisterId(entry.registerId)
                .setHost(entry.id.host())
                .setWaiting(!entry.waiting)
                .build();
    }

    private void show(RegistrationId id, MirrorEntry entry) {
        MirrorEntry newest = shown.newest(id);
        if (newest != null && !isSameAddress(newest, entry)) {
            takeAway(newest);
        }
        left.remove(id);
        if (entry.waiting) {
            admitted.add(entry);
        }
        shown.show(entry);
    }

    private List<MirrorEntry> takeAway(@Nullable MirrorEntry newest) {
        List<MirrorEntry> taken = new ArrayList<>();
        for (MirrorEntry entry = newest; entry != null; entry = entry.older) {
            taken.add(entry);
        }
        taken.forEach(shown::hide);
        admitted.removeAll(taken);
        return taken;
    }

    /** Gives the registration to another address if it may have it now, or looks again when it may. */
    private void settle(RegistrationId id) {
        Rivals waiting = rivals.get(id);
        if (waiting == null) {
            return;
        }
        MirrorEntry first = waiting.entries.stream().min(best).orElseThrow();
        MirrorEntry newest = shown.newest(id);
        Left former = left(id);
        if (newest != null && isHeld(newest)) {
            if (!first.waiting && isOverruled(newest)) {
                takeOver(id, waiting, first);
            }
        } else if (former == null || former.isOf(first)) {
            takeOver(id, waiting, first);
        } else {
            waiting.lookAgain(
                    context.loop(), former.untilMillis - context.clock().monotonicMillis(), () -> {
                        settle(id);
                        shown.decided();
                    });
        }
    }

    private void takeOver(RegistrationId id, Rivals waiting, MirrorEntry best) {
        List<MirrorEntry> before = takeAway(shown.newest(id));
        before.removeIf(entry -> entry.departed);
        List<MirrorEntry> taken = waiting.entries.stream()
                .filter(entry -> isSameAddress(entry, best))
                .toList();
        waiting.entries.removeAll(taken);
        waiting.entries.addAll(before);
        if (waiting.entries.isEmpty()) {
            waiting.cancel();
            rivals.remove(id);
        }
        taken.forEach(entry -> show(id, entry));
    }

    private void leave(RegistrationId id, @Nullable String host) {
        long now = context.clock().monotonicMillis();
        left.remove(id);
        left.put(id, new Left(host, now + context.takeoverMillis()));
        for (Iterator<Left> eldest = left.values().iterator(); eldest.hasNext(); ) {
            if (eldest.next().untilMillis > now && left.size() <= MAX_LEFT) {
                break;
            }
            eldest.remove();
        }
    }

    /** Null when anybody may have the registration. */
    private @Nullable Left left(RegistrationId id) {
        Left former = left.get(id);
        return former == null || former.untilMillis <= context.clock().monotonicMillis() ? null : former;
    }

    /** Some mirror has it; not only what is still shown. */
    private static boolean isHeld(MirrorEntry newest) {
        for (MirrorEntry entry = newest; entry != null; entry = entry.older) {
            if (!entry.departed) {
                return true;
            }
        }
        return false;
    }

    /** A leader has given it to another address. */
    private static boolean isOverruled(MirrorEntry newest) {
        for (MirrorEntry entry = newest; entry != null; entry = entry.older) {
            if (!entry.departed && !entry.waiting) {
                return false;
            }
        }
        return true;
    }

    /** It comes later only because its mirror did. */
    private boolean wasBefore(MirrorEntry entry, @Nullable MirrorEntry newest) {
        return entry.early && !complete.getAsBoolean() && isBefore(entry, newest);
    }

    private boolean isBefore(MirrorEntry entry, @Nullable MirrorEntry newest) {
        for (MirrorEntry owned = newest; owned != null; owned = owned.older) {
            if (!owned.departed && best.compare(entry, owned) > 0) {
                return false;
            }
        }
        return newest != null;
    }

    private static boolean isSameAddress(MirrorEntry one, MirrorEntry other) {
        return one.id.host().equals(other.id.host());
    }

    /** @param host null when the owner is not known, as a new replica has not heard it */
    private record Left(@Nullable String host, long untilMillis) {
        private boolean isOf(MirrorEntry entry) {
            return host == null ? !entry.waiting : host.equals(entry.id.host());
        }
    }

    /** @param untilMillis when others may have had it, had its client not come back */
    private record Earlier(long claimedMillis, long untilMillis) {}

    private static final class Rivals {
        private final Set<MirrorEntry> entries = new LinkedHashSet<>();
        private EventLoop.@Nullable Timer timer;

        private void lookAgain(EventLoop loop, long millis, Runnable task) {
            if (timer == null) {
                timer = loop.schedule(millis, () -> {
                    timer = null;
                    task.run();
                });
            }
        }

        private void cancel() {
            if (timer != null) {
                timer.cancel();
            }
        }
    }
}

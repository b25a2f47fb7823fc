package io.slotregistry.data.slot;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.DigestValue;
import io.slotregistry.slot.SlotDigest;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one session watches in one slot that this server leads, and how far it has been told. Soft state: the session
 * repeats it whenever the digests in its renew differ. Belongs to the loop of the slot.
 */
final class Watcher {
    private final ProcessId session;
    private final Map<String, Watched> watches = new HashMap<>();
    private final Set<Datum> dirty = new LinkedHashSet<>();
    private final Set<Datum> inFlight = new LinkedHashSet<>();
    private final SlotDigest digest;
    private final LongSupplier nextChangeSeq;
    private long changeSeq;
    /** Up to which it is known whether the session was told. */
    private long concludedSeq;

    private long concludedSeqAtLastRenew;
    private boolean tellsSeq;
    private long wantedTicket;
    private long askedTicket;
    private long askedSeq;
    private long answeredTicket;

    /** @param nextChangeSeq greater each time */
    Watcher(ProcessId session, DigestKey key, LongSupplier nextChangeSeq) {
        this.session = session;
        this.nextChangeSeq = nextChangeSeq;
        this.digest = new SlotDigest(key);
    }

    ProcessId session() {
        return session;
    }

    int watchCount() {
        return watches.size();
    }

    /** The session watches the datum and holds this. */
    void watch(Datum datum, long heldVersion, DigestValue heldDigest) {
        unwatch(datum.dataInfoId());
        watches.put(datum.dataInfoId(), new Watched(datum, heldVersion, heldDigest));
        digest.add(datum.dataInfoId(), heldVersion);
        datum.watchers().add(this);
    }

    /** The datum that is not watched any more, or null when it was not. */
    @Nullable
    Datum unwatch(String dataInfoId) {
        Watched watched = watches.remove(dataInfoId);
        if (watched == null) {
            return null;
        }
        digest.remove(dataInfoId, watched.toldVersion);
        dirty.remove(watched.datum);
        inFlight.remove(watched.datum);
        watched.datum.watchers().remove(this);
        return watched.datum;
    }

    Iterable<Watched> watches() {
        return watches.values();
    }

    void clear() {
        watches.values().forEach(watched -> watched.datum.watchers().remove(this));
        watches.clear();
        dirty.clear();
        inFlight.clear();
    }

    boolean hasMore() {
        return !dirty.isEmpty() || wantedTicket > askedTicket || tellsSeq;
    }

    /** The session is to confirm its mirror. True when it has not been asked with this ticket before. */
    boolean ask(long ticket) {
        boolean news = ticket > wantedTicket;
        wantedTicket = Math.max(wantedTicket, ticket);
        return news;
    }

    /** The session's mirror was exact when it sent this. */
    void confirmed(Renew renew) {
        if (renew.getChangeSeq() >= askedSeq) {
            answeredTicket = askedTicket;
        }
    }

    /** The last ticket that the session has confirmed its mirror for. */
    long answeredTicket() {
        return answeredTicket;
    }

    /** The datum's version may be one that the session has not been told. True when it is. */
    boolean markDirty(Datum datum) {
        Watched watched = watches.get(datum.dataInfoId());
        return watched != null && !isUpToDate(watched) && dirty.add(datum);
    }

    /** What answers a watch directly; null when the session holds it already. */
    @Nullable
    Content answer(Datum datum) {
        Watched watched = watches.get(datum.dataInfoId());
        return watched == null || isUpToDate(watched) ? null : tell(watched);
    }

    /** Takes dirty data until about {@code maxBytes} are full; null when there is nothing to say. */
    SlotChanges.@Nullable Builder take(long maxBytes) {
        if (!hasMore()) {
            return null;
        }
        changeSeq = nextChangeSeq.getAsLong();
        tellsSeq = false;
        SlotChanges.Builder changes = SlotChanges.newBuilder().setChangeSeq(changeSeq);
        if (wantedTicket > askedTicket) {
            changes.setWantConfirmation(true);
            askedTicket = wantedTicket;
            askedSeq = changeSeq;
        }
        long bytes = 0;
        for (Iterator<Datum> next = dirty.iterator(); next.hasNext() && bytes < maxBytes; ) {
            Datum datum = next.next();
            next.remove();
            Watched watched = watches.get(datum.dataInfoId());
            if (watched != null && !isUpToDate(watched)) {
                Content content = tell(watched);
                bytes += content.getSerializedSize();
                changes.addContents(content);
                inFlight.add(datum);
            }
        }
        return changes;
    }

    void delivered() {
        inFlight.clear();
        concludedSeq = changeSeq;
    }

    /** Nobody knows what arrived, so the next content is whole; if there is none any more, the session hears so. */
    void failed() {
        concludedSeq = changeSeq;
        tellsSeq = true;
        askedTicket = answeredTicket;
        for (Datum datum : inFlight) {
            Watched watched = watches.get(datum.dataInfoId());
            if (watched != null) {
                told(watched, 0);
                dirty.add(datum);
            }
        }
        inFlight.clear();
    }

    /** What a renew says of the session's watches. */
    enum Agreement {
        EQUAL,
        /** It may have been sent before the last changes were applied. */
        UNKNOWN,
        DIFFERENT
    }

    /**
     * Whether the session holds what is known here. A renew may have been sent before the last changes were applied;
     * the one after it, if the answer to those changes was here before that, was not.
     */
    Agreement compare(Renew renew) {
        boolean mustKnow = concludedSeqAtLastRenew == changeSeq;
        concludedSeqAtLastRenew = concludedSeq;
        if (!dirty.isEmpty() || !inFlight.isEmpty()) {
            return Agreement.UNKNOWN;
        }
        if (renew.getChangeSeq() < changeSeq) {
            return mustKnow ? Agreement.DIFFERENT : Agreement.UNKNOWN;
        }
        boolean equal = renew.getWatchCount() == digest.count()
                && renew.getWatchDigest() == digest.value().low();
        return equal ? Agreement.EQUAL : Agreement.DIFFERENT;
    }

    /** A session that knows more than this leader presumes keeps what it has. */
    private static boolean isUpToDate(Watched watched) {
        if (watched.toldVersion == watched.datum.version()) {
            watched.heldDigest = null;
        }
        return watched.toldVersion >= watched.datum.version();
    }

    private Content tell(Watched watched) {
        boolean holdsSame = watched.heldDigest != null && watched.heldDigest.equals(watched.datum.digest());
        Content content = holdsSame
                ? watched.datum.sameContentSince(watched.toldVersion)
                : watched.datum.contentSince(watched.heldDigest != null ? 0 : watched.toldVersion);
        told(watched, watched.datum.version());
        return content;
    }

    private void told(Watched watched, long version) {
        digest.remove(watched.datum.dataInfoId(), watched.toldVersion);
        watched.toldVersion = version;
        watched.heldDigest = null;
        digest.add(watched.datum.dataInfoId(), version);
    }

    /** One watched datum. */
    static final class Watched {
        private final Datum datum;
        private long toldVersion;
        /** What the session brought, until this leader has told it something itself. */
        private @Nullable DigestValue heldDigest;

        private Watched(Datum datum, long toldVersion, DigestValue heldDigest) {
            this.datum = datum;
            this.toldVersion = toldVersion;
            this.heldDigest = heldDigest;
        }

        Datum datum() {
            return datum;
        }

        long toldVersion() {
            return toldVersion;
        }

        @Nullable
        DigestValue heldDigest() {
            return heldDigest;
        }
    }
}

package io.slotregistry.session.subscribe;

import io.slotregistry.proto.Content;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.ServiceQuery;
import io.slotregistry.proto.ServiceRow;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.Watch;
import io.slotregistry.runtime.Limit;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.SlotDigest;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The services of one slot that this session watches at the slot's leader. What the leader has taken is summed up in a
 * digest that the renew repeats, so that a lost watch or a lost change is noticed. Belongs to the loop of the slot.
 */
public final class SlotWatches {
    /**
     * How long a service is watched that nobody subscribes to any more. Its last subscriber may be reconnecting. If
     * only this session knows the version which that client has, and the leader fails, the next one must hear of it:
     * the client would take anything less for old.
     */
    private static final long KEEP_MILLIS = 60_000;

    private final int slotId;
    private final DigestKey key;
    private final PushContext context;
    private final Runnable wake;
    private final Map<String, Interest> interests = new LinkedHashMap<>();
    /** Without subscribers, with the time until which they are watched; the oldest first. */
    private final Map<String, Long> unused = new LinkedHashMap<>();

    private final Set<String> dirty = new LinkedHashSet<>();
    private final Set<String> inFlight = new LinkedHashSet<>();
    private final Map<String, Long> taken = new LinkedHashMap<>();
    private SlotDigest takenDigest;
    private long changeSeq;
    private boolean dropScheduled;

    /** @param wake called when there is something to tell the leader */
    SlotWatches(int slotId, DigestKey key, PushContext context, Runnable wake) {
        this.slotId = slotId;
        this.key = key;
        this.context = context;
        this.wake = wake;
        this.takenDigest = new SlotDigest(key);
    }

    public int slotId() {
        return slotId;
    }

    void subscribe(Client client, Subscribe subscribe) {
        Interest interest = interests.get(subscribe.dataInfoId());
        if (interest == null) {
            interest = new Interest(subscribe.dataInfoId(), key, context, client.connection());
            interests.put(subscribe.dataInfoId(), interest);
            markDirty(subscribe.dataInfoId());
        }
        unused.remove(subscribe.dataInfoId());
        interest.subscribe(client, subscribe);
    }

    void unsubscribe(ClientConnection connection, String dataInfoId, String registerId) {
        Interest interest = interests.get(dataInfoId);
        if (interest != null) {
            interest.unsubscribe(connection.id(), registerId);
            keepIfUnused(interest);
        }
    }

    void forget(ClientConnection connection, String dataInfoId) {
        Interest interest = interests.get(dataInfoId);
        if (interest != null) {
            interest.forget(connection.id());
            keepIfUnused(interest);
        }
    }

    /** To everybody who has not got what is current. */
    void push() {
        interests.values().forEach(interest -> interest.receivers().forEach(Receiver::push));
    }

    @Nullable
    Interest interest(String dataInfoId) {
        return interests.get(dataInfoId);
    }

    void services(ServiceQuery query, Inspection.Builder answer) {
        interests.values().stream()
                .filter(interest -> !interest.isUnused()
                        && interest.dataInfoId().startsWith(query.getPrefix())
                        && interest.dataInfoId().compareTo(query.getAfter()) > 0)
                .sorted(Comparator.comparing(Interest::dataInfoId))
                .limit(query.getLimit())
                .forEach(interest -> answer.addServices(ServiceRow.newBuilder()
                        .setDataInfoId(interest.dataInfoId())
                        .setVersion(interest.datum().version())
                        .setPublishers(interest.datum().size())));
    }

    /** Another leader, or one that lost count: it is told everything. */
    public void startOver() {
        taken.clear();
        takenDigest = new SlotDigest(key);
        changeSeq = 0;
        inFlight.clear();
        dirty.clear();
        dirty.addAll(interests.keySet());
        interests.values().forEach(Interest::startOver);
        if (!dirty.isEmpty()) {
            wake.run();
        }
    }

    public boolean hasMore() {
        return !dirty.isEmpty();
    }

    /** Number of services that are remembered for the leader, beside those that are watched. */
    int backlog() {
        return dirty.size() + inFlight.size();
    }

    /** Adds dirty watches up to about {@code maxBytes}; the bytes added. */
    public long take(SlotSync.Builder row, long maxBytes) {
        long bytes = 0;
        for (Iterator<String> all = dirty.iterator(); all.hasNext() && bytes < maxBytes; ) {
            String dataInfoId = all.next();
            all.remove();
            inFlight.add(dataInfoId);
            untake(dataInfoId);
            Interest interest = interests.get(dataInfoId);
            if (interest == null) {
                row.addUnwatches(dataInfoId);
            } else {
                HeldDatum held = interest.datum();
                row.addWatches(Watch.newBuilder()
                        .setDataInfoId(dataInfoId)
                        .setVersion(held.version())
                        .setDigestHigh(held.digest().high())
                        .setDigestLow(held.digest().low()));
            }
            bytes += dataInfoId.length() + 32L;
        }
        if (!dirty.isEmpty()) {
            context.limits().reached(Limit.MESSAGE_BYTES);
        }
        return bytes;
    }

    /** Completes a renew row that goes to the leader. */
    public void renew(Renew.Builder renew) {
        renew.setChangeSeq(changeSeq)
                .setWatchCount(takenDigest.count())
                .setWatchDigest(takenDigest.value().low());
    }

    /** The leader has taken what was in flight and answers with these contents. */
    public void delivered(Iterable<Content> contents) {
        for (String dataInfoId : inFlight) {
            Interest interest = interests.get(dataInfoId);
            if (interest != null && !dirty.contains(dataInfoId)) {
                take(dataInfoId, interest.datum().version());
            }
        }
        inFlight.clear();
        contents.forEach(this::apply);
    }

    public void failed() {
        dirty.addAll(inFlight);
        inFlight.clear();
    }

    /** Changes that the leader tells by itself. */
    public void changed(SlotChanges changes) {
        changes.getContentsList().forEach(this::apply);
        changeSeq = Math.max(changeSeq, changes.getChangeSeq());
    }

    private void apply(Content content) {
        Interest interest = interests.get(content.getDataInfoId());
        if (interest == null) {
            return;
        }
        HeldDatum.Outcome outcome = interest.apply(content);
        boolean misfit = outcome == HeldDatum.Outcome.MISFIT;
        if (taken.containsKey(content.getDataInfoId())) {
            // The leader takes a misfit for held: it is asked about this service again, not about all of the slot.
            take(
                    content.getDataInfoId(),
                    misfit ? content.getVersion() : interest.datum().version());
        }
        if (misfit || (outcome != HeldDatum.Outcome.IGNORED && interest.hasMissed())) {
            interest.askForWhole(() -> askAbout(interest));
        }
    }

    private void askAbout(Interest interest) {
        if (interests.get(interest.dataInfoId()) == interest) {
            markDirty(interest.dataInfoId());
        }
    }

    private void take(String dataInfoId, long version) {
        untake(dataInfoId);
        taken.put(dataInfoId, version);
        takenDigest.add(dataInfoId, version);
    }

    private void untake(String dataInfoId) {
        Long version = taken.remove(dataInfoId);
        if (version != null) {
            takenDigest.remove(dataInfoId, version);
        }
    }

    /** A leader that is not told of every end of a watch finds more watches than the next renew speaks of. */
    private void markDirty(String dataInfoId) {
        dirty.add(dataInfoId);
        if (dirty.size() > context.limits().of(Limit.WATCHES_OWED) + interests.size()) {
            context.limits().reached(Limit.WATCHES_OWED);
            startOver();
        }
        wake.run();
    }

    private void keepIfUnused(Interest interest) {
        if (!interest.isUnused()) {
            return;
        }
        if (interest.revision() == 0) {
            drop(interest.dataInfoId());
            return;
        }
        unused.putIfAbsent(interest.dataInfoId(), context.nowMillis() + KEEP_MILLIS);
        if (unused.size() > context.limits().of(Limit.WATCHES_KEPT)) {
            context.limits().reached(Limit.WATCHES_KEPT);
            drop(unused.keySet().iterator().next());
        }
        if (!dropScheduled) {
            scheduleDrop(KEEP_MILLIS);
        }
    }

    private void scheduleDrop(long millis) {
        dropScheduled = true;
        context.loop().schedule(millis, this::dropUnused);
    }

    private void dropUnused() {
        dropScheduled = false;
        while (!unused.isEmpty() && !dropScheduled) {
            Map.Entry<String, Long> oldest = unused.entrySet().iterator().next();
            long leftMillis = oldest.getValue() - context.nowMillis();
            if (leftMillis <= 0) {
                drop(oldest.getKey());
            } else {
                scheduleDrop(leftMillis);
            }
        }
    }

    private void drop(String dataInfoId) {
        unused.remove(dataInfoId);
        Interest dropped = interests.remove(dataInfoId);
        if (dropped != null) {
            dropped.drop();
        }
        markDirty(dataInfoId);
    }
}

package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.slotregistry.cluster.BlockedClients;
import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.ReplicaRow;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.proto.SlotReply;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SnapshotReason;
import io.slotregistry.proto.Watch;
import io.slotregistry.slot.DigestValue;
import io.slotregistry.slot.VersionClock;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slot on this data server. As a leader it serves, that is gives versions and tells watchers, only when every live
 * session has confirmed its mirror twice under the present leadership. While clients of a session that ended unheard
 * may be on their way back, nobody is told anything but what somebody holds already. Belongs to the loop of the slot.
 */
public final class SlotReplica {
    private static final Logger LOG = LoggerFactory.getLogger(SlotReplica.class);

    private final int slotId;
    private final SlotContext context;
    private final VersionClock versions;
    private final Mirrors mirrors;
    private final Watchers watchers;
    private final Departures departures = new Departures();
    private final Merge merge;
    private final Runnable holdingChanged;

    private ImmutableSet<ProcessId> alive = ImmutableSet.of();
    private ImmutableSet<ProcessId> gone = ImmutableSet.of();
    /** Where a client that has left another session may be. */
    private ImmutableSet<ProcessId> asked = ImmutableSet.of();

    private @Nullable RollCall sinceOwned;
    private @Nullable Hearing sinceLed;
    private boolean holding;
    private boolean serving;
    private boolean settled;
    private boolean trustsEmpty;
    private long leaderEpoch;

    /**
     * @param changesFor told which session has something to hear
     * @param holdingChanged called when {@link #isHolding} has changed
     */
    public SlotReplica(int slotId, SlotContext context, Consumer<ProcessId> changesFor, Runnable holdingChanged) {
        this.slotId = slotId;
        this.context = context;
        this.versions = context.versions();
        this.holdingChanged = holdingChanged;
        this.watchers = new Watchers(context.key(), changesFor);
        this.merge = new Merge(context, departures, () -> serving || isSynced(), this::commit);
        this.mirrors = new Mirrors(context, merge);
    }

    public int slotId() {
        return slotId;
    }

    public boolean isLeader() {
        return sinceLed != null;
    }

    public long leaderEpoch() {
        return leaderEpoch;
    }

    /** Leads and tells watchers. */
    public boolean isServing() {
        return serving;
    }

    /** Losses are held back here; another server that led the slot would show them unless it holds them as well. */
    public boolean isHolding() {
        return holding;
    }

    /** Every session that lived when this replica was made has confirmed its mirror, or its clients could move. */
    public boolean isSynced() {
        return sinceOwned != null && sinceOwned.isOver();
    }

    /**
     * The part of this server at that epoch.
     *
     * @param newLeaderEpoch the slot's leader epoch
     * @param sessions all session processes that meta counts as alive
     * @param goneSessions those whose clients may be on their way to another one
     * @param cutOffSessions those of them that are still connected: meta may be wrong, and clients coming to them
     */
    public void own(
            boolean leads,
            long newLeaderEpoch,
            long viewEpoch,
            ImmutableSet<ProcessId> sessions,
            ImmutableSet<ProcessId> goneSessions,
            ImmutableSet<ProcessId> cutOffSessions) {
        if (isLeader() && (!leads || newLeaderEpoch != leaderEpoch)) {
            stepDown();
        }
        leaderEpoch = newLeaderEpoch;
        if (sinceOwned == null) {
            sinceOwned = new RollCall(viewEpoch, sessions, goneSessions);
        } else {
            sinceOwned.view(sessions, goneSessions);
        }
        if (!leads) {
            sinceLed = null;
        } else if (sinceLed == null) {
            sinceLed = new Hearing(new RollCall(viewEpoch, sessions, goneSessions), watchers, departures);
        } else {
            sinceLed.view(sessions, goneSessions);
        }
        alive = sessions;
        gone = goneSessions;
        asked = ImmutableSet.copyOf(Sets.union(sessions, cutOffSessions));
        merge.holdDepartures(leads, asked);
        releaseDepartures();
        commit();
        checkCompleteness();
    }

    /** Whose publications are shown to nobody from here on. */
    public void block(BlockedClients clients) {
        merge.block(clients);
        commit();
    }

    /** What the session says of this slot; the answer is null when there is nothing to say. */
    public SlotReply.@Nullable Builder sync(ProcessId session, long epoch, SlotSync row) {
        SlotReply.Builder reply = SlotReply.newBuilder().setSlot(slotId);
        boolean speaks = mirror(session, epoch, row, reply);
        commit();
        boolean watches = row.getWatchesCount() > 0 || row.getUnwatchesCount() > 0;
        if (watches) {
            // Before it may begin to serve: the versions that the session holds are kept then.
            speaks |= watch(session, row, reply);
        }
        checkCompleteness();
        if (!watches && isLeader() && row.hasRenew()) {
            speaks |= compareWatches(session, row, reply);
        }
        if (serving && (row.hasRenew() || merge.ownership().hasNews())) {
            reply.addAllClaims(merge.ownership().claims(session));
        }
        return speaks || reply.getClaimsCount() > 0 ? reply : null;
    }

    /** What the session has not been told yet, up to about {@code maxBytes}; null when there is nothing. */
    public @Nullable SlotChanges take(ProcessId session, long maxBytes) {
        Watcher watcher = watchers.get(session);
        SlotChanges.Builder changes = watcher == null || !isLeader() ? null : watcher.take(maxBytes);
        if (changes == null) {
            return null;
        }
        for (Content content : changes.getContentsList()) {
            context.timeline().record(Kind.TOLD, content.getDataInfoId(), session, content.getVersion(), null);
        }
        return changes.setSlot(slotId).setLeaderEpoch(leaderEpoch).build();
    }

    public boolean hasChangesFor(ProcessId session) {
        Watcher watcher = watchers.get(session);
        return isLeader() && watcher != null && watcher.hasMore();
    }

    public void delivered(ProcessId session) {
        watchers.ifThere(session, Watcher::delivered);
    }

    public void failed(ProcessId session) {
        watchers.ifThere(session, Watcher::failed);
    }

    /** The session process is gone for good. */
    public void forget(ProcessId session, Cause cause) {
        Mirror mirror = mirrors.remove(session);
        if (mirror != null) {
            mirror.clear(cause);
        }
        watchers.forget(session);
        releaseDepartures();
        commit();
        merge.data().removeIf(Datum::isUnused);
        checkCompleteness();
    }

    /** Called at regular intervals. */
    public void sweep() {
        departures.sweep();
        releaseDepartures();
        commit();
        if (sinceLed != null && !serving) {
            sinceLed.sweep(slotId, alive, mirrors::isHeld);
            checkCompleteness();
        }
    }

    /** Mirrors that differ from their sessions. */
    public int differingMirrors() {
        return mirrors.differing();
    }

    /** Shows what is held back of a service's losses. False when nothing is. */
    public boolean releaseLosses(String dataInfoId, String reason) {
        boolean held = merge.release(dataInfoId, reason);
        commit();
        return held;
    }

    /** Enough time has passed for every client to have come back: who is not here does not exist. */
    public void trustEmpty() {
        trustsEmpty = true;
        settleAll();
    }

    /** Adds what operators ask. */
    public void inspect(Inspect question, Inspection.Builder answer) {
        if (question.hasReplicas()) {
            answer.addReplicas(ReplicaRow.newBuilder()
                    .setSlot(slotId)
                    .setLeader(isLeader())
                    .setLeaderEpoch(leaderEpoch)
                    .setServing(serving)
                    .setSynced(isSynced())
                    .setPublications(mirrors.size())
                    .setServices(merge.data().size())
                    .setHeldServices(merge.guard().services()));
        } else {
            DatumRows.add(merge, isLeader(), question, answer);
        }
    }

    private boolean mirror(ProcessId session, long epoch, SlotSync row, SlotReply.Builder reply) {
        Mirrors.Heard heard = mirrors.apply(session, row);
        if (heard.confirmed()) {
            confirmed(session, epoch, row.getRenew());
        }
        if (heard.wanted() == SnapshotReason.NOT_WANTED) {
            return false;
        }
        LOG.debug("event=want-snapshot slot={} session={} reason={}", slotId, session, heard.wanted());
        reply.setWantSnapshot(heard.wanted());
        return true;
    }

    private boolean watch(ProcessId session, SlotSync row, SlotReply.Builder reply) {
        if (!isLeader()) {
            reply.setNotLeader(true);
            return true;
        }
        Watcher watcher = watchers.of(session);
        for (String dataInfoId : row.getUnwatchesList()) {
            Datum datum = watcher.unwatch(dataInfoId);
            if (datum != null) {
                merge.dropIfUnused(datum);
            }
        }
        for (Watch watch : row.getWatchesList()) {
            Datum datum = merge.datumOf(watch.getDataInfoId());
            DigestValue held = new DigestValue(watch.getDigestHigh(), watch.getDigestLow());
            watcher.watch(datum, watch.getVersion(), held);
            if (serving) {
                datum.heldElsewhere(watch.getVersion(), held, versions);
                if (datum.settle(versions, settled, trustsEmpty)) {
                    watchers.tell(datum, watcher);
                }
                Content content = watcher.answer(datum);
                if (content != null) {
                    context.timeline().record(Kind.TOLD, datum.dataInfoId(), session, content.getVersion(), null);
                    reply.addContents(content);
                }
            }
        }
        return reply.getContentsCount() > 0;
    }

    private boolean compareWatches(ProcessId session, SlotSync row, SlotReply.Builder reply) {
        if (!watchers.mustRepeat(session, row.getRenew(), context.clock().monotonicMillis())) {
            return false;
        }
        reply.setWantWatches(true);
        return true;
    }

    private void commit() {
        for (Datum datum : merge.takeTouched()) {
            if (!serving) {
                datum.discardChanges();
            } else if (datum.commit(versions, settled)) {
                context.timeline().record(Kind.CHANGED, datum.dataInfoId(), datum.size(), datum.version(), null);
                watchers.tell(datum, null);
            }
            merge.dropIfUnused(datum);
        }
        if (!departures.isEmpty()) {
            watchers.ask(asked, departures.lastTicket());
        }
        if (holding != merge.guard().services() > 0) {
            holding = !holding;
            holdingChanged.run();
        }
    }

    /** To be called whenever somebody may have answered, or does not need to any more. */
    private void releaseDepartures() {
        if (!departures.isEmpty()) {
            departures.takeConfirmed(alive, gone, watchers::answeredTicket).forEach(merge::gone);
        }
    }

    private void stepDown() {
        sinceLed = null;
        serving = false;
        settled = false;
        watchers.clear();
        merge.data().forEach(Datum::forgetVersion);
        merge.data().removeIf(Datum::isUnused);
        LOG.debug("event=leadership-ended slot={} leaderEpoch={}", slotId, leaderEpoch);
    }

    private void confirmed(ProcessId session, long epoch, Renew renew) {
        if (sinceOwned != null) {
            sinceOwned.confirmed(session, epoch);
        }
        if (sinceLed == null || !sinceLed.confirmed(session, epoch)) {
            return;
        }
        Watcher watcher = watchers.get(session);
        if (watcher != null) {
            watcher.confirmed(renew);
            releaseDepartures();
        }
    }

    private void checkCompleteness() {
        if (sinceLed == null) {
            return;
        }
        boolean begins = !serving && sinceLed.isDone(alive);
        if (begins) {
            serve();
        }
        boolean settles = serving && !settled && sinceLed.isOver();
        if (settles) {
            settled = true;
            if (sinceLed.missedSomebody()) {
                merge.data().forEach(Datum::outdo);
            }
        }
        if (begins || settles) {
            settleAll();
        }
    }

    /** From here on it gives versions: on top of all that sessions hold. */
    private void serve() {
        serving = true;
        LOG.debug("event=serving slot={} leaderEpoch={}", slotId, leaderEpoch);
        for (Watcher watcher : watchers.all()) {
            for (Watcher.Watched watched : watcher.watches()) {
                DigestValue held = watched.heldDigest();
                if (held != null) {
                    watched.datum().heldElsewhere(watched.toldVersion(), held, versions);
                }
            }
        }
    }

    private void settleAll() {
        if (!serving) {
            return;
        }
        for (Datum datum : merge.data()) {
            if (!datum.watchers().isEmpty() && datum.settle(versions, settled, trustsEmpty)) {
                watchers.tell(datum, null);
            }
        }
    }
}

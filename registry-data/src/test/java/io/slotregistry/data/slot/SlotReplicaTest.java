package io.slotregistry.data.slot;

import static io.slotregistry.data.slot.FakeSession.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Batch;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Entry;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.proto.SlotReply;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SnapshotReason;
import io.slotregistry.proto.Watch;
import io.slotregistry.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlotReplicaTest {
    private static final ImmutableSet<ProcessId> NOBODY = ImmutableSet.of();
    private static final GuardSettings NO_GUARD = new GuardSettings(false, 50, 0, 0);

    private final FakeSession provider = new FakeSession("provider");
    private final FakeSession consumer = new FakeSession("consumer");
    private final List<ProcessId> woken = new ArrayList<>();
    private final SlotReplica slot = replica(0);

    @Test
    void aLeaderServesWhenEveryLiveSessionHasConfirmedItsMirror() {
        lead(slot, 1, 1);
        provider.put("a", 1, "x");
        slot.sync(provider.process, 1, provider.all());
        assertThat(slot.isServing()).isFalse();
        slot.sync(consumer.process, 1, consumer.all());
        assertThat(slot.isServing()).isFalse();
        answer(slot, 1, provider);
        assertThat(slot.isServing()).isFalse();
        answer(slot, 1, consumer);
        assertThat(slot.isServing()).isTrue();
    }

    @Test
    void aClientThatMovesWhileANewLeaderListensIsNotMissed() {
        lead(slot, 1, 1);
        slot.sync(consumer.process, 1, consumer.all());
        provider.put("a", 1, "x");
        consumer.put("a", 1, "x");
        provider.remove("a", Cause.CONNECTION_LOST);
        slot.sync(provider.process, 1, provider.all());
        assertThat(slot.isServing()).isFalse();
        answer(slot, 1, provider);
        slot.sync(consumer.process, 1, consumer.all());
        assertThat(slot.isServing()).isFalse();
        answer(slot, 1, consumer);
        assertThat(slot.isServing()).isTrue();
        assertThat(watch(slot, 1, 0).getContents(0).getPutsList())
                .extracting(Entry::getRegisterId)
                .containsExactly("a");
    }

    @Test
    void whatWasConfirmedUnderAnEarlierViewDoesNotCount() {
        slot.own(false, 1, 1, sessions(), NOBODY, NOBODY);
        slot.sync(provider.process, 1, provider.all());
        slot.sync(consumer.process, 1, consumer.all());
        assertThat(slot.isSynced()).isTrue();
        lead(slot, 2, 2);
        assertThat(slot.isServing()).isFalse();
        slot.sync(
                provider.process,
                2,
                SlotSync.newBuilder().setRenew(provider.renew()).build());
        slot.sync(
                consumer.process,
                2,
                SlotSync.newBuilder().setRenew(consumer.renew()).build());
        answer(slot, 2, provider);
        answer(slot, 2, consumer);
        assertThat(slot.isServing()).isTrue();
    }

    @Test
    void aGapAndAWrongDigestAreAnsweredWithTheWishForASnapshot() {
        serve(slot, 1);
        provider.put("lost", 1, "x");
        SlotSync gap = SlotSync.newBuilder().setBatch(provider.put("a", 1, "x")).build();
        assertThat(reply(slot.sync(provider.process, 1, gap)).getWantSnapshot()).isEqualTo(SnapshotReason.GAP);
        SlotSync wrong = SlotSync.newBuilder()
                .setRenew(consumer.renew().toBuilder().setCount(5))
                .build();
        assertThat(reply(slot.sync(consumer.process, 1, wrong)).getWantSnapshot())
                .isEqualTo(SnapshotReason.MISMATCH);
    }

    @Test
    void watchersAreToldWhatChanged() {
        serve(slot, 1);
        SlotReply answer = watch(slot, 1, 0);
        assertThat(answer.getContents(0).getPutsList()).isEmpty();
        woken.clear();
        slot.sync(
                provider.process,
                1,
                SlotSync.newBuilder().setBatch(provider.put("a", 1, "x")).build());
        assertThat(woken).containsExactly(consumer.process);
        Content told = take(slot);
        assertThat(told.getPutsList()).extracting(Entry::getRegisterId).containsExactly("a");
        assertThat(told.getVersion()).isGreaterThan(answer.getContents(0).getVersion());
    }

    @Test
    void afterALostMessageTheWholeIsTold() {
        provider.put("a", 1, "x");
        serve(slot, 1);
        watch(slot, 1, 0);
        slot.sync(
                provider.process,
                1,
                SlotSync.newBuilder().setBatch(provider.put("b", 1, "y")).build());
        assertThat(take(slot).getBaseVersion()).isPositive();
        slot.failed(consumer.process);
        Content again = take(slot);
        assertThat(again.getBaseVersion()).isZero();
        assertThat(again.getPutsCount()).isEqualTo(2);
    }

    @Test
    void versionsGrowWhenTheLeaderChangesEvenToOneWhoseClockIsBehind() {
        provider.put("a", 1, "x");
        serve(slot, 1);
        long held = watch(slot, 1, 0).getContents(0).getVersion();

        SlotReplica next = replica(-3_600_000);
        provider.put("b", 1, "y");
        serve(next, 2);
        assertThat(watch(next, 2, held).getContents(0).getVersion()).isGreaterThan(held);
    }

    @Test
    void aFollowerTakesNoWatchesAndTellsNobody() {
        slot.own(false, 1, 1, sessions(), NOBODY, NOBODY);
        assertThat(watch(slot, 1, 0).getNotLeader()).isTrue();
        provider.put("a", 1, "x");
        slot.sync(provider.process, 1, provider.all());
        assertThat(woken).isEmpty();
        assertThat(slot.hasChangesFor(consumer.process)).isFalse();
    }

    @Test
    void whileClientsMayBeOnTheirWayBackNobodyIsShownLess() {
        provider.put("a", 1, "x");
        serve(slot, 1);
        long held = watch(slot, 1, 0).getContents(0).getVersion();

        SlotReplica next = replica(0);
        FakeSession dead = new FakeSession("dead");
        next.own(
                true, 2, 2, ImmutableSet.of(consumer.process), ImmutableSet.of(dead.process, provider.process), NOBODY);
        next.sync(consumer.process, 2, consumer.all());
        answer(next, 2, consumer);
        assertThat(next.isServing()).isTrue();
        assertThat(next.isSynced()).isFalse();
        next.sync(consumer.process, 2, watching(held));
        assertThat(next.hasChangesFor(consumer.process)).isFalse();

        next.own(true, 2, 3, ImmutableSet.of(consumer.process), NOBODY, NOBODY);
        assertThat(next.isSynced()).isTrue();
        Content told = take(next);
        assertThat(told.getPutsList()).isEmpty();
        assertThat(told.getVersion()).isGreaterThan(held);
    }

    @Test
    void clientsOfALostSessionTakeWhatALeaderTellsThatServesOnlyWhenTheirTimeIsOver() {
        consumer.put("a", 1, "x");
        serve(slot, 1);
        Content held = watch(slot, 1, 0).getContents(0);

        SlotReplica next = replica(0);
        ImmutableSet<ProcessId> alive = ImmutableSet.of(consumer.process);
        next.own(true, 2, 2, alive, ImmutableSet.of(provider.process), NOBODY);
        next.own(true, 2, 3, alive, NOBODY, NOBODY);
        next.sync(consumer.process, 3, consumer.all());
        assertThat(next.isServing()).isFalse();
        next.sync(consumer.process, 3, watching(held));
        answer(next, 3, consumer);
        assertThat(next.isServing()).isTrue();
        assertThat(take(next).getVersion()).isGreaterThan(held.getVersion());
    }

    @Test
    void whatWasUnpublishedStaysHiddenWhenAnotherSessionTellsItLate() {
        serve(slot, 1);
        FakeSession other = new FakeSession("other");
        slot.sync(other.process, 1, other.all());
        watch(slot, 1, 0);
        provider.put("a", 1, "x");
        slot.sync(provider.process, 1, provider.all());
        take(slot);
        slot.sync(
                provider.process,
                1,
                SlotSync.newBuilder()
                        .setBatch(provider.remove("a", Cause.UNPUBLISHED))
                        .build());
        slot.sync(
                other.process,
                1,
                SlotSync.newBuilder().setBatch(other.put("a", 1, "x")).build());
        assertThat(take(slot).getRemovalsList()).containsExactly("a");
    }

    @Test
    void aForgottenSessionTakesItsPublicationsWithItWhenTheOthersHaveSaidThatTheyDoNotHaveThem() {
        provider.put("a", 1, "x");
        serve(slot, 1);
        watch(slot, 1, 0);
        slot.own(true, 1, 2, ImmutableSet.of(consumer.process), NOBODY, NOBODY);
        slot.forget(provider.process, Cause.LEASE_EXPIRED);
        answer(slot, 2, consumer);
        assertThat(take(slot).getRemovalsList()).containsExactly("a");
    }

    @Test
    void whoseLastRegistrationThisLeaderNeverHeardIsNotMissedWhileItMoves() {
        provider.put("a", 1, "x");
        serve(slot, 1);
        watch(slot, 1, 0);
        slot.sync(provider.process, 1, lossOfTheSecond("a"));
        SlotChanges question = Objects.requireNonNull(slot.take(consumer.process, 1_000));
        assertThat(question.getContentsList()).isEmpty();
        slot.sync(
                consumer.process,
                1,
                SlotSync.newBuilder().setBatch(consumer.put("a", 2, "y")).build());
        Content told = take(slot);
        assertThat(told.getRemovalsList()).isEmpty();
        assertThat(told.getPuts(0).getPayload().toStringUtf8()).isEqualTo("y");
    }

    @Test
    void whoseLastRegistrationThisLeaderNeverHeardIsGoneWhenNobodyHasIt() {
        provider.put("a", 1, "x");
        serve(slot, 1);
        watch(slot, 1, 0);
        slot.sync(provider.process, 1, lossOfTheSecond("a"));
        answer(slot, 1, provider);
        answer(slot, 1, consumer);
        assertThat(take(slot).getRemovalsList()).containsExactly("a");
    }

    @Test
    void whatAnotherSessionHoldsFromBeforeIsShownOnlyByTheLeaderThatShowedIt() {
        consumer.put("a", 1, "x");
        serve(slot, 1);
        watch(slot, 1, 0);
        slot.sync(provider.process, 1, lossOfTheSecond("a"));
        assertThat(slot.hasChangesFor(consumer.process)).isFalse();
        slot.own(false, 2, 2, sessions(), NOBODY, NOBODY);
        serve(slot, 3);
        assertThat(watch(slot, 3, 0).getContents(0).getPutsList()).isEmpty();
    }

    @Test
    void aNewLeaderKeepsTheVersionThatOneSessionHoldsWhenAnotherHoldsNone() {
        provider.put("a", 1, "x");
        serve(slot, 1);
        Content held = watch(slot, 1, 0).getContents(0);
        SlotReplica next = replica(0);
        lead(next, 2, 2);
        next.sync(provider.process, 2, provider.all());
        next.sync(consumer.process, 2, consumer.all());
        answer(next, 2, consumer, watching(0));
        answer(next, 2, provider, watching(held));
        assertThat(next.isServing()).isTrue();
        assertThat(take(next).getVersion()).isEqualTo(held.getVersion());
        assertThat(next.hasChangesFor(provider.process)).isFalse();
    }

    /** The provider's client registered again and went away, all in one message. */
    private SlotSync lossOfTheSecond(String registerId) {
        long heardSeq = provider.renew().getSeq();
        provider.put(registerId, 2, "y");
        Batch loss = provider.remove(registerId, Cause.CONNECTION_LOST).toBuilder()
                .setFromSeq(heardSeq)
                .build();
        return SlotSync.newBuilder().setBatch(loss).build();
    }

    private SlotReplica replica(long clockOffsetMillis) {
        SlotContext context = FakeSession.context(new VirtualTime(1), clockOffsetMillis, NO_GUARD);
        SlotReplica replica = new SlotReplica(0, context, woken::add, () -> {});
        replica.trustEmpty();
        return replica;
    }

    private ImmutableSet<ProcessId> sessions() {
        return ImmutableSet.of(provider.process, consumer.process);
    }

    private void lead(SlotReplica replica, long leaderEpoch, long viewEpoch) {
        replica.own(true, leaderEpoch, viewEpoch, sessions(), NOBODY, NOBODY);
    }

    private void serve(SlotReplica replica, long epoch) {
        lead(replica, epoch, epoch);
        replica.sync(provider.process, epoch, provider.all());
        replica.sync(consumer.process, epoch, consumer.all());
        answer(replica, epoch, provider);
        answer(replica, epoch, consumer);
    }

    /** The session is asked to confirm its mirror, and does. */
    private static void answer(SlotReplica replica, long epoch, FakeSession session) {
        answer(replica, epoch, session, SlotSync.getDefaultInstance());
    }

    /** @param more what it says beside that */
    private static void answer(SlotReplica replica, long epoch, FakeSession session, SlotSync more) {
        SlotChanges question = Objects.requireNonNull(replica.take(session.process, 1_000), "not asked");
        assertThat(question.getWantConfirmation()).isTrue();
        Renew answer = session.renew().toBuilder()
                .setChangeSeq(question.getChangeSeq())
                .build();
        replica.sync(session.process, epoch, more.toBuilder().setRenew(answer).build());
    }

    private SlotReply watch(SlotReplica replica, long epoch, long heldVersion) {
        return reply(replica.sync(consumer.process, epoch, watching(heldVersion)));
    }

    private static SlotSync watching(long heldVersion) {
        return SlotSync.newBuilder()
                .addWatches(Watch.newBuilder()
                        .setDataInfoId(SERVICE)
                        .setVersion(heldVersion)
                        .setDigestLow(heldVersion))
                .build();
    }

    /** By a session that holds this. */
    private static SlotSync watching(Content held) {
        return SlotSync.newBuilder()
                .addWatches(Watch.newBuilder()
                        .setDataInfoId(SERVICE)
                        .setVersion(held.getVersion())
                        .setDigestHigh(held.getDigestHigh())
                        .setDigestLow(held.getDigestLow()))
                .build();
    }

    private Content take(SlotReplica replica) {
        SlotChanges changes = Objects.requireNonNull(replica.take(consumer.process, 1_000), "nothing to tell");
        return changes.getContents(0);
    }

    private static SlotReply reply(SlotReply.@Nullable Builder builder) {
        return Objects.requireNonNull(builder, "no answer").build();
    }
}

package io.slotregistry.data.slot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.proto.Batch;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.ClientLosses;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.PublisherRow;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.simulation.VirtualTime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossGuardTest {
    private static final long HOLD_MILLIS = 15_000;
    private static final GuardSettings GUARD = new GuardSettings(true, 50, HOLD_MILLIS, 5_000);

    private final VirtualTime time = new VirtualTime(1);
    private final FakeSession session = new FakeSession("session");
    private final SlotContext context = FakeSession.context(time, 0, GUARD);
    private final SlotReplica slot = new SlotReplica(0, context, woken -> {}, () -> {});

    private long changeSeq;

    @Test
    void halfOfAServiceIsShownToBeGone() {
        publish("a", "b", "c", "d");
        lose("a", "b");
        assertThat(shown()).containsExactlyInAnyOrder("c", "d");
    }

    @Test
    void moreThanHalfIsHeldForABoundedTime() {
        publish("a", "b", "c", "d");
        lose("a", "b", "c");
        assertThat(shown()).containsExactlyInAnyOrder("a", "b", "c", "d");
        time.runFor(HOLD_MILLIS - 1);
        assertThat(shown()).containsExactlyInAnyOrder("a", "b", "c", "d");
        time.runFor(1);
        assertThat(shown()).containsExactly("d");
        assertThat(heldServices()).isZero();
    }

    @Test
    void twoThatLoseOneAreNotHeldAndTwoThatLoseBothAre() {
        publish("a", "b");
        lose("a");
        assertThat(shown()).containsExactly("b");
        time.runFor(GUARD.windowMillis() + 1);
        publish("a");
        lose("a", "b");
        assertThat(shown()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void connectionsThatCloseOneAfterTheOtherAreCountedBeforeAnyIsShown() {
        publish("a", "b", "c", "d");
        List.of("a", "b", "c").forEach(registerId -> take(session.lose(registerId)));
        lose("a");
        lose("b");
        lose("c");
        assertThat(shown()).containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @Test
    void whatWasShownShortlyBeforeCounts() {
        publish("a", "b", "c", "d");
        lose("a", "b");
        time.runFor(GUARD.windowMillis());
        lose("c");
        assertThat(shown()).containsExactlyInAnyOrder("c", "d");
    }

    @Test
    void whatWasShownLongBeforeDoesNot() {
        publish("a", "b", "c", "d");
        lose("a", "b");
        time.runFor(GUARD.windowMillis() + 1);
        lose("c");
        assertThat(shown()).containsExactly("d");
    }

    @Test
    void anUnpublishIsNeverHeld() {
        publish("a", "b", "c", "d");
        lose("a", "b", "c");
        take(session.remove("d", Cause.UNPUBLISHED));
        assertThat(shown()).containsExactlyInAnyOrder("a", "b", "c");

        take(session.put("a", 1, "x"));
        take(session.remove("a", Cause.UNPUBLISHED));
        assertThat(shown()).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void whoComesBackStaysAndTheOthersGoWhenTheTimeIsOver() {
        publish("a", "b", "c");
        lose("a", "b", "c");
        time.runFor(3_000);
        take(session.put("b", 2, "x"));
        time.runFor(HOLD_MILLIS - 3_000);
        assertThat(shown()).containsExactly("b");
    }

    @Test
    void whatCountsIsHowManyWereLostTogetherNotWhoIsStillAway() {
        publish("a", "b", "c", "d");
        List.of("a", "b", "c").forEach(registerId -> take(session.lose(registerId)));
        time.runFor(1_000);
        List.of("a", "b").forEach(registerId -> take(session.takeBack(registerId)));
        lose("c");
        assertThat(shown()).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(heldServices()).isEqualTo(1);
    }

    @Test
    void whoIsBackBeforeTheLossCouldBeToldCountsAsLost() {
        publish("a", "b", "c", "d");
        List.of("a", "b").forEach(registerId -> take(session.takeBack(registerId)));
        take(session.lose("c"));
        lose("c");
        assertThat(shown()).containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @Test
    void oneThatIsLostAgainAndAgainIsOne() {
        publish("a", "b", "c", "d");
        for (int i = 0; i < 4; i++) {
            take(session.lose("a"));
            take(session.takeBack("a"));
        }
        lose("a");
        assertThat(shown()).containsExactlyInAnyOrder("b", "c", "d");
    }

    @Test
    void whatIsLostWhileOthersAreHeldGoesWithThem() {
        publish("a", "b", "c", "d", "e", "f", "g");
        lose("a", "b", "c", "d");
        time.runFor(HOLD_MILLIS - 1);
        lose("e");
        assertThat(shown()).hasSize(7);
        time.runFor(1);
        assertThat(shown()).containsExactlyInAnyOrder("f", "g");
    }

    @Test
    void aSecondMassLossHasItsOwnTime() {
        publish("a", "b", "c");
        lose("a", "b", "c");
        take(session.put("a", 2, "x"));
        take(session.put("b", 2, "x"));
        time.runFor(10_000);
        lose("a", "b");
        time.runFor(HOLD_MILLIS - 10_000);
        assertThat(shown()).containsExactlyInAnyOrder("a", "b");
        time.runFor(9_999);
        assertThat(shown()).containsExactlyInAnyOrder("a", "b");
        time.runFor(1);
        assertThat(shown()).isEmpty();
    }

    @Test
    void aHoldBeginsWithTheLossNotWithTheEndOfTheGraceTime() {
        publish("a");
        take(session.lose("a"));
        time.runFor(5_000);
        lose("a");
        time.runFor(HOLD_MILLIS - 5_001);
        assertThat(shown()).containsExactly("a");
        time.runFor(1);
        assertThat(shown()).isEmpty();
    }

    @Test
    void aFewOfAServiceAreHeldWhenTheNetworkIsAtFault() {
        publish("a", "b", "c", "d");
        take(session.lose("a"));
        time.runFor(900);
        context.faults()
                .told(
                        session.process,
                        ClientLosses.newBuilder().setPublishing(30).setLost(10).build());
        lose("a");
        assertThat(shown()).containsExactlyInAnyOrder("a", "b", "c", "d");
        time.runFor(HOLD_MILLIS - 900);
        assertThat(shown()).containsExactlyInAnyOrder("b", "c", "d");
    }

    @Test
    void aRestartedInstanceTakesThePlaceOfTheOneThatIsHeld() {
        for (String registerId : List.of("a", "b")) {
            take(session.put(registerId, 1, "10.0.0.1:8080", "10.0.0.1:5001"));
        }
        publish();
        lose("a", "b");
        take(session.put("c", 1, "10.0.0.1:8080", "10.0.0.2:5001"));
        take(session.put("d", 1, "10.0.0.1:8081", "10.0.0.1:5002"));
        assertThat(shown()).containsExactlyInAnyOrder("a", "b", "c", "d");
        take(session.put("e", 1, "10.0.0.1:8080", "10.0.0.1:5002"));
        assertThat(shown()).as("one for one").hasSize(4).contains("c", "d", "e");
        take(session.put("a", 1, "10.0.0.1:8080", "10.0.0.1:5003"));
        take(session.put("b", 1, "10.0.0.1:8080", "10.0.0.1:5003"));
        assertThat(shown()).as("their own client is back").containsExactlyInAnyOrder("a", "b", "c", "d", "e");
    }

    @Test
    void aRestartedInstanceNeedNotWaitForTheGraceTime() {
        take(session.put("a", 1, "10.0.0.1:8080", "10.0.0.1:5001"));
        publish();
        take(session.lose("a"));
        take(session.put("b", 1, "10.0.0.1:8080", "10.0.0.1:5002"));
        assertThat(shown()).containsExactly("b");
        lose("a");
        assertThat(shown()).containsExactly("b");
        assertThat(heldServices()).isZero();
    }

    @Test
    void anOperatorCanEndIt() {
        publish("a", "b");
        lose("a", "b");
        assertThat(heldServices()).isEqualTo(1);
        assertThat(slot.releaseLosses(FakeSession.SERVICE, "operator")).isTrue();
        assertThat(shown()).isEmpty();
        assertThat(slot.releaseLosses(FakeSession.SERVICE, "operator")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNewLeaderGoesOnHolding(boolean ledBefore) {
        slot.own(ledBefore, 1, 1, ImmutableSet.of(session.process), ImmutableSet.of(), ImmutableSet.of());
        publish("a", "b");
        lose("a", "b");
        slot.own(!ledBefore, 2, 2, ImmutableSet.of(session.process), ImmutableSet.of(), ImmutableSet.of());
        assertThat(shown()).containsExactlyInAnyOrder("a", "b");
        time.runFor(HOLD_MILLIS);
        assertThat(shown()).isEmpty();
    }

    @Test
    void whatIsHeldDoesNotComeBackInPlaceOfWhatCameAfterIt() {
        publish("a");
        lose("a");
        take(session.put("a", 1, "x"));
        Batch neverArrived = session.put("a", 2, "y");
        take(session.remove("a", Cause.CONNECTION_LOST).toBuilder()
                .setFromSeq(neverArrived.getFromSeq())
                .build());
        assertThat(shown()).isEmpty();
    }

    @Test
    void aServiceOfManyThousandsIsWeighedInOnePass() {
        String[] all = IntStream.range(0, 20_000).mapToObj(i -> "p" + i).toArray(String[]::new);
        publish(all);
        lose(all);
        assertThat(shown()).hasSize(all.length);
        time.runFor(HOLD_MILLIS);
        assertThat(shown()).isEmpty();
    }

    private void publish(String... registerIds) {
        if (!slot.isLeader()) {
            slot.own(true, 1, 1, ImmutableSet.of(session.process), ImmutableSet.of(), ImmutableSet.of());
        }
        for (String registerId : registerIds) {
            session.put(registerId, 1, "x");
        }
        tell();
    }

    /** In one message, as a session tells what happened to one connection. */
    private void lose(String... registerIds) {
        for (String registerId : registerIds) {
            session.remove(registerId, Cause.CONNECTION_LOST);
        }
        tell();
    }

    private void tell() {
        slot.sync(
                session.process,
                2,
                SlotSync.newBuilder().setSnapshot(session.snapshot()).build());
        answer();
    }

    private void take(Batch batch) {
        slot.sync(session.process, 2, SlotSync.newBuilder().setBatch(batch).build());
    }

    /** The session is asked whether anybody is back, and says what it has. */
    private void answer() {
        do {
            SlotChanges question = slot.take(session.process, 1_000_000);
            changeSeq = question == null ? changeSeq : question.getChangeSeq();
            Renew answer = session.renew().toBuilder().setChangeSeq(changeSeq).build();
            slot.sync(session.process, 2, SlotSync.newBuilder().setRenew(answer).build());
        } while (slot.hasChangesFor(session.process));
    }

    private int heldServices() {
        Inspection.Builder answer = Inspection.newBuilder();
        slot.inspect(Inspect.newBuilder().setReplicas(true).build(), answer);
        return answer.getReplicas(0).getHeldServices();
    }

    private List<String> shown() {
        Inspection.Builder answer = Inspection.newBuilder();
        slot.inspect(Inspect.newBuilder().setService(FakeSession.SERVICE).build(), answer);
        return answer.getPublishersList().stream()
                .map(PublisherRow::getRegisterId)
                .toList();
    }
}

package io.slotregistry.data.slot;

import static io.slotregistry.data.slot.FakeSession.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.slotregistry.cluster.BlockedClients;
import io.slotregistry.cluster.ClientAddresses;
import io.slotregistry.proto.Batch;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Entry;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.PublisherRow;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.TimelineQuery;
import io.slotregistry.proto.Watch;
import io.slotregistry.simulation.VirtualTime;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlockedPublishersTest {
    private static final GuardSettings GUARD = new GuardSettings(true, 50, 15_000, 5_000);
    private static final String BAD = "10.0.0.9:5000";
    private static final String GOOD = "10.0.0.1:5000";

    private final VirtualTime time = new VirtualTime(1);
    private final FakeSession session = new FakeSession("session");
    private final FakeSession other = new FakeSession("other");
    private final SlotContext context = FakeSession.context(time, 0, GUARD);
    private final SlotReplica slot = new SlotReplica(0, context, woken -> {}, () -> {});

    @BeforeEach
    void lead() {
        slot.own(true, 1, 1, ImmutableSet.of(session.process, other.process), ImmutableSet.of(), ImmutableSet.of());
        slot.sync(session.process, 1, session.all());
        slot.sync(other.process, 1, other.all());
        confirm();
        assertThat(slot.isServing()).isTrue();
    }

    @Test
    void theyVanishAtOnceAndComeBackAtANewVersion() {
        take(session, session.put("a", 1, "x", BAD));
        take(session, session.put("b", 1, "y", GOOD));
        watch();
        block("10.0.0.9");
        Content gone = told();
        assertThat(gone.getRemovalsList()).containsExactly("a");
        assertThat(slot.hasChangesFor(other.process)).isFalse();
        block("");
        Content back = told();
        assertThat(back.getPutsList()).extracting(Entry::getRegisterId).containsExactly("a");
        assertThat(back.getVersion()).isGreaterThan(gone.getVersion());
    }

    @Test
    void whatIsPublishedWhileBlockedIsShownWhenItIsNotAnyLonger() {
        block("10.0.0.9");
        take(session, session.put("a", 1, "x", BAD));
        take(session, session.put("a", 2, "y", BAD));
        assertThat(shown()).isEmpty();
        block("10.0.0.8");
        assertThat(shown()).containsExactly("a");
    }

    @Test
    void oneServiceMayBeExcepted() {
        take(session, session.put("a", 1, "x", BAD));
        ClientAddresses bad = ClientAddresses.parse("10.0.0.9");
        slot.block(new BlockedClients(ImmutableMap.of("", bad, "stock", bad, SERVICE, ClientAddresses.NONE)));
        assertThat(shown()).containsExactly("a");
        slot.block(new BlockedClients(ImmutableMap.of("", ClientAddresses.NONE, SERVICE, bad)));
        assertThat(shown()).isEmpty();
    }

    /** Not even with a newer registration of the same id: that belongs to the client that has it. */
    @Test
    void aBlockedClientHidesNothingOfAClientAtAnotherAddress() {
        take(session, session.put("a", 1, "x", GOOD));
        take(other, other.put("a", 2, "y", BAD));
        block("10.0.0.9");
        assertThat(shown()).containsExactly("a");
        take(session, session.put("a", 3, "z", GOOD));
        assertThat(shown()).containsExactly("a");
        block("10.0.0.1,10.0.0.9");
        assertThat(shown()).isEmpty();
    }

    @Test
    void whatIsUnpublishedOrLostMeanwhileDoesNotComeBack() {
        take(session, session.put("a", 1, "x", BAD));
        take(session, session.put("b", 1, "x", BAD));
        block("10.0.0.9");
        take(session, session.remove("a", Cause.UNPUBLISHED));
        take(session, session.remove("b", Cause.CONNECTION_LOST));
        confirm();
        block("");
        assertThat(shown()).isEmpty();
    }

    @Test
    void theyDoNotCountAsLosses() {
        publish(BAD, "a", "b", "c", "d");
        publish(GOOD, "e", "f");
        block("10.0.0.9");
        take(session, session.remove("e", Cause.CONNECTION_LOST));
        confirm();
        assertThat(shown()).containsExactly("f");
    }

    @Test
    void thoseThatWereFadingDoNotCountAsLossesEither() {
        publish(BAD, "a", "b");
        publish(GOOD, "c", "d", "e");
        take(session, session.lose("a"));
        take(session, session.lose("b"));
        block("10.0.0.9");
        take(session, session.remove("c", Cause.CONNECTION_LOST));
        confirm();
        assertThat(shown()).containsExactlyInAnyOrder("d", "e");
    }

    @Test
    void thoseThatFadedWhileTheyWereBlockedCountAsSoonAsTheyAreShown() {
        publish(BAD, "a", "b");
        publish(GOOD, "c", "d", "e");
        block("10.0.0.9");
        take(session, session.lose("a"));
        take(session, session.lose("b"));
        block("");
        take(session, session.remove("c", Cause.CONNECTION_LOST));
        confirm();
        assertThat(shown()).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
    }

    @Test
    void whatIsHeldBackIsHiddenAsWell() {
        publish(BAD, "a");
        publish(GOOD, "b");
        take(session, session.remove("a", Cause.CONNECTION_LOST));
        take(session, session.remove("b", Cause.CONNECTION_LOST));
        confirm();
        assertThat(shown()).containsExactlyInAnyOrder("a", "b");
        block("10.0.0.9");
        assertThat(shown()).containsExactly("b");
        time.runFor(GUARD.holdMillis());
        assertThat(rows()).isEmpty();
    }

    @Test
    void operatorsSeeThemAndWhy() {
        publish(BAD, "a");
        block("10.0.0.9");
        publish(BAD, "b");
        assertThat(rows()).extracting(PublisherRow::getTrouble).containsExactly("blocked", "blocked");
        block("");
        assertThat(rows()).extracting(PublisherRow::getTrouble).containsExactly("", "");
        Inspection.Builder answer = Inspection.newBuilder();
        context.timeline()
                .inspect(
                        TimelineQuery.newBuilder()
                                .setDataInfoId(SERVICE)
                                .setLimit(100)
                                .build(),
                        answer);
        assertThat(answer.getEventsList())
                .filteredOn(event -> event.getKind().endsWith("blocked"))
                .allMatch(event -> event.getDetail().equals(BAD))
                .extracting(event -> event.getKind() + " " + event.getSubject())
                .containsExactly("blocked a", "blocked b", "unblocked a", "unblocked b");
    }

    private void block(String addresses) {
        slot.block(new BlockedClients(ImmutableMap.of("", ClientAddresses.parse(addresses))));
    }

    private void publish(String client, String... registerIds) {
        for (String registerId : registerIds) {
            take(session, session.put(registerId, 1, "x", client));
        }
    }

    private void take(FakeSession from, Batch batch) {
        slot.sync(from.process, 1, SlotSync.newBuilder().setBatch(batch).build());
    }

    private void watch() {
        Watch watch = Watch.newBuilder().setDataInfoId(SERVICE).build();
        slot.sync(other.process, 1, SlotSync.newBuilder().addWatches(watch).build());
    }

    private Content told() {
        SlotChanges changes = Objects.requireNonNull(slot.take(other.process, 1_000_000));
        slot.delivered(other.process);
        return changes.getContents(0);
    }

    /** All sessions are asked what they hold, and say it. */
    private void confirm() {
        for (FakeSession asked : List.of(session, other)) {
            SlotChanges question = Objects.requireNonNull(slot.take(asked.process, 1_000_000));
            slot.sync(
                    asked.process,
                    1,
                    SlotSync.newBuilder()
                            .setRenew(asked.renew().toBuilder().setChangeSeq(question.getChangeSeq()))
                            .build());
        }
    }

    private List<String> shown() {
        return rows().stream()
                .filter(row -> !row.getTrouble().equals("blocked"))
                .map(PublisherRow::getRegisterId)
                .toList();
    }

    private List<PublisherRow> rows() {
        Inspection.Builder answer = Inspection.newBuilder();
        slot.inspect(Inspect.newBuilder().setService(SERVICE).build(), answer);
        assertThat(answer.getServicesList())
                .allMatch(service -> service.getPublishers()
                        == answer.getPublishersList().stream()
                                .filter(row -> !row.getTrouble().equals("blocked"))
                                .count());
        return answer.getPublishersList();
    }
}

package io.slotregistry.session.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.slotregistry.model.PublisherId;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.Removal;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SnapshotReason;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.slot.DigestKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotStreamTest {
    private static final String SERVICE = "orders#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";

    private final SlotPublications publications =
            new SlotPublications(3, new DigestKey(new byte[DigestKey.LENGTH_BYTES]), new OwnedPublications());
    private int wakes;
    private final ByteBudget share = new ByteBudget(1_000_000);
    private final SlotStream stream = new SlotStream(publications, () -> wakes++);

    @Test
    void aSnapshotComesFirstAndProvesItself() {
        put("a", 1);
        SlotSync row = take();
        assertThat(row.getSnapshot().getLast()).isTrue();
        assertThat(row.getSnapshot().getPublicationsList())
                .extracting(p -> p.getRegisterId())
                .containsExactly("a");
        assertThat(row.getRenew().getCount()).isEqualTo(1);
        assertThat(row.getRenew().getSeq()).isEqualTo(row.getSnapshot().getSeq());
    }

    @Test
    void thenBatchesTellWhatChanged() {
        stream();
        put("a", 1);
        publications.removeOwned(id("a"), 1, 0);
        put("b", 1);
        SlotSync row = take();
        assertThat(row.hasSnapshot()).isFalse();
        assertThat(puts(row)).containsExactly("b");
        assertThat(row.getBatch().getRemovals(0).getCause()).isEqualTo(Cause.CONNECTION_LOST);
        assertThat(row.getBatch().getFromSeq()).isZero();
        assertThat(row.getBatch().getToSeq()).isEqualTo(publications.seq());
    }

    @Test
    void aBatchStartsWhereTheLastDeliveredOneEnded() {
        stream();
        put("a", 1);
        SlotSync first = take();
        put("b", 1);
        stream.delivered();
        SlotSync second = take();
        assertThat(puts(second)).containsExactly("b");
        assertThat(second.getBatch().getFromSeq()).isEqualTo(first.getBatch().getToSeq());
    }

    @Test
    void whatMayBeLostIsToldAgainAsItIsNow() {
        stream();
        put("a", 1);
        put("c", 1);
        take();
        put("a", 2);
        put("b", 1);
        stream.failed(false);
        SlotSync again = take();
        assertThat(again.getBatch().getFromSeq()).isZero();
        assertThat(again.getBatch().getPutsList())
                .extracting(p -> p.getRegisterId() + p.getVersion())
                .containsExactlyInAnyOrder("a2", "b1", "c1");
    }

    @Test
    void aPartOfWhatIsDirtyDoesNotMoveOn() {
        stream();
        put("a", 1);
        put("b", 1);
        SlotSync part = take(1);
        assertThat(puts(part)).containsExactly("a");
        assertThat(part.getBatch().getToSeq()).isEqualTo(part.getBatch().getFromSeq());
        assertThat(part.hasRenew()).isFalse();
        stream.delivered();
        SlotSync rest = take(1);
        assertThat(puts(rest)).containsExactly("b");
        assertThat(rest.getBatch().getToSeq()).isEqualTo(publications.seq());
    }

    @Test
    void aLargeSnapshotComesInChunksOfOneState() {
        put("a", 1);
        put("b", 1);
        SlotSync first = take(17);
        put("c", 1);
        stream.delivered();
        SlotSync second = take(17);
        assertThat(List.of(first.getSnapshot().getIndex(), second.getSnapshot().getIndex()))
                .containsExactly(0, 1);
        assertThat(List.of(first.getSnapshot().getLast(), second.getSnapshot().getLast()))
                .containsExactly(false, true);
        assertThat(second.getSnapshot().getSnapshotId())
                .isEqualTo(first.getSnapshot().getSnapshotId());
        assertThat(second.hasRenew()).as("c is missing in it").isFalse();
        stream.delivered();
        assertThat(puts(take())).containsExactly("c");
    }

    @Test
    void unpublishingIsToldAfterTheSnapshotToo() {
        publications.unpublish(id("elsewhere"), 5);
        take();
        stream.delivered();
        SlotSync row = take();
        assertThat(row.getBatch().getRemovals(0).getCause()).isEqualTo(Cause.UNPUBLISHED);
        assertThat(row.getBatch().getRemovals(0).getVersion()).isEqualTo(5);
    }

    @Test
    void whoLostItsMirrorGetsANewSnapshot() {
        put("a", 1);
        stream();
        int before = wakes;
        stream.startOver(SnapshotReason.GAP);
        assertThat(wakes).isGreaterThan(before);
        assertThat(take().getSnapshot().getPublicationsCount()).isEqualTo(1);
    }

    @Test
    void nothingIsRememberedBeforeASnapshotBegins() {
        for (int i = 0; i < 100; i++) {
            put("passing" + i, 1);
            publications.removeOwned(id("passing" + i), 1, 0);
        }
        assertThat(stream.backlog()).isZero();
    }

    @Test
    void whoIsOwedFarMoreChangesThanThereArePublicationsIsOwedASnapshot() {
        stream();
        put("a", 1);
        for (int i = 0; i < 10_000; i++) {
            put("passing" + i, 1);
            publications.removeOwned(id("passing" + i), 1, 0);
            assertThat(stream.backlog()).isLessThan(1_100);
        }
        assertThat(take().getSnapshot().getPublicationsList())
                .extracting(p -> p.getRegisterId())
                .containsExactly("a");
    }

    @Test
    void aSnapshotThatTheDataServerDoesNotTakeIsNotKept() {
        put("a", 1);
        take();
        assertThat(stream.backlog()).isEqualTo(1);
        stream.failed(false);
        assertThat(stream.backlog()).isEqualTo(1);
        stream.failed(true);
        assertThat(stream.backlog()).isZero();
        assertThat(take().getSnapshot().getPublicationsCount()).isEqualTo(1);
    }

    @Test
    void asManyUnpublishesAreRememberedAsThereArePublications() {
        for (int i = 0; i < 1_000; i++) {
            put("staying" + i, 1);
        }
        for (int i = 0; i < 2_000; i++) {
            publications.unpublish(id("passing" + i), 1);
        }
        assertThat(unpublished()).hasSize(1_000);
        for (int i = 0; i < 1_000; i++) {
            publications.removeOwned(id("staying" + i), 1, 0);
        }
        assertThat(unpublished()).hasSize(256).endsWith("passing1999");
        assertThat(removals()).hasSize(512);
    }

    @Test
    void aStreamWithNothingNewProvesTheMirrorOnlyWhenItIsDue() {
        stream();
        SlotSync.Builder row = SlotSync.newBuilder();
        stream.renew(row, false);
        assertThat(row.hasRenew()).isFalse();
        stream.renew(row, true);
        assertThat(row.hasRenew()).isTrue();
    }

    /** Brings the stream to where batches are sent. */
    private void stream() {
        take();
        stream.delivered();
    }

    private SlotSync take() {
        return take(1_000_000);
    }

    private SlotSync take(long maxBytes) {
        SlotSync.Builder row = SlotSync.newBuilder();
        stream.take(row, maxBytes, 9);
        stream.renew(row, false);
        return row.build();
    }

    @Test
    void whatWasLostLatelyIsToldAfterASnapshotUnlessItCameBack() {
        put("gone", 1);
        put("back", 1);
        publications.removeOwned(id("gone"), 1, 0);
        publications.removeOwned(id("back"), 1, 0);
        put("back", 2);
        assertThat(removals())
                .extracting(removal -> removal.getRegisterId() + " " + removal.getCause())
                .containsExactly("gone CONNECTION_LOST");
    }

    private List<String> unpublished() {
        List<String> registerIds = new ArrayList<>();
        for (Removal removal : removals()) {
            if (removal.getCause() == Cause.UNPUBLISHED) {
                registerIds.add(removal.getRegisterId());
            }
        }
        return registerIds;
    }

    private List<Removal> removals() {
        List<Removal> removals = new ArrayList<>();
        publications.removals().forEach(removal -> removals.add(removal.getValue()));
        return removals;
    }

    private static PublisherId id(String registerId) {
        return new PublisherId(SERVICE, registerId, "10.0.0.1");
    }

    private static List<String> puts(SlotSync row) {
        return row.getBatch().getPutsList().stream()
                .map(put -> put.getRegisterId())
                .toList();
    }

    private void put(String registerId, long version) {
        publications.put(new Publication(
                id(registerId),
                version,
                version,
                version,
                1,
                "10.0.0.1:1",
                "zone",
                "app",
                ByteString.EMPTY,
                version,
                version,
                false,
                false,
                false,
                share));
    }
}

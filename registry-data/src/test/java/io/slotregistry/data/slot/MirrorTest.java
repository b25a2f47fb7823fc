package io.slotregistry.data.slot;

import static io.slotregistry.data.slot.FakeSession.publication;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Interners;
import io.slotregistry.model.PublisherId;
import io.slotregistry.proto.Batch;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.Removal;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.SnapshotChunk;
import io.slotregistry.proto.SnapshotReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MirrorTest {
    private final FakeSession session = new FakeSession("s1");
    private final List<String> heard = new ArrayList<>();
    private final Mirror mirror =
            new Mirror(session.process, FakeSession.KEY, Interners.newStrongInterner(), new Listener());

    @Test
    void beforeTheFirstSnapshotABatchIsAnsweredWithTheWishForOne() {
        assertThat(mirror.apply(session.put("a", 1, "x"))).isEqualTo(SnapshotReason.NEW);
        assertThat(mirror.size()).isZero();
    }

    @Test
    void batchesFollowTheSnapshot() {
        mirror.apply(session.snapshot());
        assertThat(mirror.apply(session.put("a", 1, "x"))).isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(mirror.apply(session.put("b", 1, "y"))).isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(mirror.apply(session.remove("a", Cause.CONNECTION_LOST))).isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(heard).containsExactly("+a1", "+b1", "-a1");
        assertThat(mirror.compare(session.renew())).isEqualTo(SnapshotReason.NOT_WANTED);
    }

    @Test
    void aGapIsAnsweredWithTheWishForASnapshot() {
        mirror.apply(session.snapshot());
        session.put("lost", 1, "x");
        assertThat(mirror.apply(session.put("a", 1, "x"))).isEqualTo(SnapshotReason.GAP);
        assertThat(mirror.size()).isZero();
    }

    @Test
    void oneRegisterIdStandsForOnePublisherOfEachServiceAndClientAddress() {
        mirror.apply(session.snapshot());
        Batch.Builder batch = Batch.newBuilder().setToSeq(1);
        batch.addPuts(publication("a", 1, "x"));
        batch.addPuts(publication("a", 1, "x").toBuilder().setDataInfoId("stock#@#i#@#g"));
        batch.addPuts(publication("a", 9, "x").toBuilder().setClientAddress("10.0.0.9:1"));
        mirror.apply(batch.build());
        assertThat(mirror.size()).isEqualTo(3);
        Removal.Builder other = Removal.newBuilder()
                .setRegisterId("a")
                .setDataInfoId(FakeSession.SERVICE)
                .setHost("10.0.0.9");
        mirror.apply(
                Batch.newBuilder().setFromSeq(1).setToSeq(2).addRemovals(other).build());
        assertThat(heard).containsExactly("+a1", "+a1", "+a9", "-a9");
    }

    @Test
    void aPartOfWhatChangedIsAppliedAfterABatchWhoseAnswerWasLate() {
        mirror.apply(session.snapshot());
        Batch answeredLate = session.put("a", 1, "x");
        mirror.apply(answeredLate);
        Batch later = session.put("b", 1, "x");
        Batch part = later.toBuilder().setFromSeq(0).setToSeq(0).build();
        assertThat(mirror.apply(part)).isEqualTo(SnapshotReason.NOT_WANTED);
        Batch rest = answeredLate.toBuilder().setToSeq(later.getToSeq()).build();
        assertThat(mirror.apply(rest)).isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(mirror.compare(session.renew())).isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(mirror.confirms(session.renew(), 0)).isTrue();
    }

    @Test
    void aPartOfWhatChangedDoesNotTakeTheMirrorBack() {
        mirror.apply(session.snapshot());
        mirror.apply(session.put("a", 1, "x"));
        mirror.apply(Batch.newBuilder().setFromSeq(0).setToSeq(0).build());
        assertThat(mirror.confirms(session.renew(), 0)).isTrue();
    }

    @Test
    void aRegistrationIsReplacedWithoutBeingMissedInBetween() {
        mirror.apply(session.snapshot());
        mirror.apply(session.put("a", 1, "x"));
        mirror.apply(session.put("a", 2, "x"));
        assertThat(heard).containsExactly("+a1", "+a2", "-a1");
    }

    @Test
    void chunksAreStagedAndSwappedInWithTheLastOne() {
        session.put("gone", 1, "x");
        mirror.apply(session.snapshot());
        heard.clear();
        assertThat(mirror.apply(chunk(9, 0, "a", false))).isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(mirror.apply(chunk(9, 0, "a", false))).as("repeated").isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(heard).isEmpty();
        assertThat(mirror.apply(chunk(9, 1, "b", true))).isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(heard).containsExactly("-gone1", "+a1", "+b1");
    }

    @Test
    void aMissingChunkRestartsTheSnapshot() {
        mirror.apply(chunk(9, 0, "a", false));
        assertThat(mirror.apply(chunk(9, 2, "c", true))).isEqualTo(SnapshotReason.GAP);
        assertThat(mirror.apply(chunk(9, 1, "b", true))).isEqualTo(SnapshotReason.GAP);
        assertThat(heard).isEmpty();
    }

    @Test
    void onlyTheDifferencesOfASnapshotAreHeard() {
        session.put("a", 1, "x");
        session.put("b", 1, "x");
        mirror.apply(session.snapshot());
        heard.clear();
        session.put("b", 2, "x");
        mirror.apply(session.snapshot());
        assertThat(heard).containsExactly("+b2", "-b1");
    }

    @Test
    void anotherDigestIsAnsweredWithTheWishForASnapshotUntilThereIsOne() {
        session.put("a", 1, "x");
        mirror.apply(session.snapshot());
        assertThat(mirror.compare(wrong(session.renew()))).isEqualTo(SnapshotReason.MISMATCH);
        assertThat(mirror.apply(session.put("b", 1, "x"))).as("goes on").isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(mirror.compare(wrong(session.renew()))).isEqualTo(SnapshotReason.MISMATCH);
        mirror.apply(session.snapshot());
        assertThat(mirror.compare(session.renew())).isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(mirror.confirms(session.renew(), 0)).isTrue();
    }

    @Test
    void whoWaitsForAMirrorThatStaysWrongWaitsForABoundedTime() {
        mirror.apply(session.snapshot());
        Renew wrong = wrong(session.renew());
        assertThat(mirror.confirms(wrong, 1_000)).isFalse();
        assertThat(mirror.differs()).isTrue();
        mirror.apply(session.snapshot());
        assertThat(mirror.confirms(wrong, 3_999)).isFalse();
        assertThat(mirror.confirms(wrong, 4_000)).isTrue();
        assertThat(mirror.confirms(session.renew(), 4_001)).isTrue();
        assertThat(mirror.differs()).isFalse();
        assertThat(mirror.confirms(wrong, 4_002)).as("anew").isFalse();
    }

    @Test
    void aMirrorWithoutItsFirstSnapshotIsNeverTakenForEnough() {
        assertThat(mirror.confirms(wrong(session.renew()), 0)).isFalse();
        assertThat(mirror.confirms(wrong(session.renew()), 100_000)).isFalse();
    }

    private static Renew wrong(Renew renew) {
        return renew.toBuilder().setDigestLow(renew.getDigestLow() + 1).build();
    }

    @Test
    void aRenewFromBeforeTheLastBatchProvesNothing() {
        mirror.apply(session.snapshot());
        Renew late = session.renew();
        mirror.apply(session.put("a", 1, "x"));
        assertThat(mirror.compare(late)).isEqualTo(SnapshotReason.NOT_WANTED);
        assertThat(mirror.confirms(late, 0)).isFalse();
    }

    private static SnapshotChunk chunk(long snapshotId, int index, String registerId, boolean last) {
        return SnapshotChunk.newBuilder()
                .setSnapshotId(snapshotId)
                .setIndex(index)
                .setLast(last)
                .addPublications(publication(registerId, 1, "x"))
                .build();
    }

    private final class Listener implements Mirror.MirrorListener {
        @Override
        public void added(MirrorEntry entry) {
            heard.add("+" + entry.registerId + entry.version);
        }

        @Override
        public void removed(MirrorEntry entry, Cause cause) {
            heard.add("-" + entry.registerId + entry.version);
        }

        @Override
        public void replaced(MirrorEntry entry) {
            heard.add("-" + entry.registerId + entry.version);
        }

        @Override
        public void passedBy(PublisherId id, long version) {
            heard.add("?" + id.registerId() + version);
        }

        @Override
        public void unpublished(PublisherId id, long version) {
            heard.add("!" + id.registerId() + version);
        }
    }
}

package io.slotregistry.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotregistry.proto.Batch;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.RenewColumns;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.Sync;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RenewsTest {
    private static final int SLOTS = 256;

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void whatIsPackedIsTheSameAfterwards() {
        Sync.Builder message = Sync.newBuilder().setClock(5).setStream(1).setNumber(7);
        for (int slotId = 1; slotId < SLOTS; slotId += 2) {
            message.addSlots(slotId % 3 == 0 ? followed(slotId) : led(slotId));
        }
        Sync packed = Renews.pack(message.build());
        assertThat(packed.getSlotsCount()).isZero();
        Sync unpacked = Renews.unpack(packed);
        assertThat(unpacked.getSlotsList()).containsExactlyInAnyOrderElementsOf(message.getSlotsList());
        assertThat(unpacked.toBuilder().clearSlots().build())
                .isEqualTo(message.clearSlots().build());
    }

    @Test
    void aRenewThatComesAfterSomethingElseStaysBehindIt() {
        SlotSync row =
                led(4).toBuilder().setBatch(Batch.newBuilder().setToSeq(3)).build();
        Sync packed = Renews.pack(Sync.newBuilder().addSlots(row).build());
        assertThat(packed.getRenewsCount()).isZero();
        assertThat(Renews.unpack(packed).getSlotsList()).containsExactly(row);
    }

    @Test
    void aSlotTakesFewBytes() {
        Sync.Builder message = Sync.newBuilder();
        for (int slotId = 0; slotId < SLOTS; slotId++) {
            message.addSlots(led(slotId));
        }
        assertThat(Renews.pack(message.build()).getSerializedSize()).isLessThan(SLOTS * 36);
    }

    @Test
    void columnsOfDifferentLengthsAreRefused() {
        Sync malformed = Sync.newBuilder()
                .addRenews(RenewColumns.newBuilder().addSlotSteps(1).addSeqs(2))
                .build();
        assertThatThrownBy(() -> Renews.unpack(malformed)).isInstanceOf(IllegalArgumentException.class);
    }

    private SlotSync led(int slotId) {
        SlotSync.Builder row = followed(slotId).toBuilder();
        row.getRenewBuilder()
                .setChangeSeq(random.nextLong(1, 10_000))
                .setWatchCount(random.nextInt(100))
                .setWatchDigest(random.nextLong());
        return row.build();
    }

    private SlotSync followed(int slotId) {
        return SlotSync.newBuilder()
                .setSlot(slotId)
                .setRenew(Renew.newBuilder()
                        .setSeq(random.nextLong(10_000))
                        .setCount(random.nextInt(1_000))
                        .setDigestHigh(random.nextLong())
                        .setDigestLow(random.nextLong()))
                .build();
    }
}

package io.slotregistry.slot;

import io.slotregistry.proto.Renew;
import io.slotregistry.proto.RenewColumns;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.Sync;
import java.util.ArrayList;
import java.util.List;

/** Renews as columns, which take half the bytes: in a quiet cluster they are nearly all that is said. */
public final class Renews {
    private Renews() {}

    /** The same message with each row that has nothing but a renew in columns. Rows stand in the order of slots. */
    public static Sync pack(Sync message) {
        Columns followed = new Columns();
        Columns led = new Columns();
        Sync.Builder packed = message.toBuilder().clearSlots();
        for (SlotSync row : message.getSlotsList()) {
            boolean onlyRenew = row.hasRenew()
                    && !row.hasBatch()
                    && !row.hasSnapshot()
                    && row.getWatchesCount() == 0
                    && row.getUnwatchesCount() == 0;
            if (!onlyRenew) {
                packed.addSlots(row);
            } else if (saysNothingOfWatches(row.getRenew())) {
                followed.add(row);
            } else {
                led.add(row);
                led.addWatches(row.getRenew());
            }
        }
        followed.addTo(packed);
        led.addTo(packed);
        return packed.build();
    }

    /**
     * The same message without columns.
     *
     * @throws IllegalArgumentException when columns differ in length
     */
    public static Sync unpack(Sync message) {
        if (message.getRenewsCount() == 0) {
            return message;
        }
        List<SlotSync> rows = new ArrayList<>(message.getSlotsList());
        message.getRenewsList().forEach(columns -> unpack(columns, rows));
        return message.toBuilder().clearRenews().clearSlots().addAllSlots(rows).build();
    }

    private static void unpack(RenewColumns columns, List<SlotSync> rows) {
        int count = columns.getSlotStepsCount();
        boolean watches = columns.getChangeSeqsCount() > 0;
        requireLength(count, columns.getSeqsCount());
        requireLength(count, columns.getCountsCount());
        requireLength(count, columns.getDigestsHighCount());
        requireLength(count, columns.getDigestsLowCount());
        requireLength(watches ? count : 0, columns.getChangeSeqsCount());
        requireLength(watches ? count : 0, columns.getWatchCountsCount());
        requireLength(watches ? count : 0, columns.getWatchDigestsCount());
        int slotId = 0;
        for (int i = 0; i < count; i++) {
            slotId += columns.getSlotSteps(i);
            Renew.Builder renew = Renew.newBuilder()
                    .setSeq(columns.getSeqs(i))
                    .setCount(columns.getCounts(i))
                    .setDigestHigh(columns.getDigestsHigh(i))
                    .setDigestLow(columns.getDigestsLow(i));
            if (watches) {
                renew.setChangeSeq(columns.getChangeSeqs(i))
                        .setWatchCount(columns.getWatchCounts(i))
                        .setWatchDigest(columns.getWatchDigests(i));
            }
            rows.add(SlotSync.newBuilder().setSlot(slotId).setRenew(renew).build());
        }
    }

    private static boolean saysNothingOfWatches(Renew renew) {
        return renew.getChangeSeq() == 0 && renew.getWatchCount() == 0 && renew.getWatchDigest() == 0;
    }

    private static void requireLength(int expected, int length) {
        if (length != expected) {
            throw new IllegalArgumentException("renew columns of " + expected + " and " + length + " rows");
        }
    }

    private static final class Columns {
        private final RenewColumns.Builder columns = RenewColumns.newBuilder();
        private int lastSlot;

        void add(SlotSync row) {
            Renew renew = row.getRenew();
            columns.addSlotSteps(row.getSlot() - lastSlot)
                    .addSeqs(renew.getSeq())
                    .addCounts(renew.getCount())
                    .addDigestsHigh(renew.getDigestHigh())
                    .addDigestsLow(renew.getDigestLow());
            lastSlot = row.getSlot();
        }

        void addWatches(Renew renew) {
            columns.addChangeSeqs(renew.getChangeSeq())
                    .addWatchCounts(renew.getWatchCount())
                    .addWatchDigests(renew.getWatchDigest());
        }

        void addTo(Sync.Builder message) {
            if (columns.getSlotStepsCount() > 0) {
                message.addRenews(columns);
            }
        }
    }
}

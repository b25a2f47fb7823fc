package io.slotregistry.data;

import io.slotregistry.data.slot.DatumInfo;
import io.slotregistry.data.slot.SlotReplica;
import java.util.List;

/** A slot replica as it is shown to people. */
public record SlotInfo(
        int slotId,
        boolean leader,
        long leaderEpoch,
        boolean serving,
        boolean synced,
        int publications,
        List<DatumInfo> data) {
    static SlotInfo of(SlotReplica slot) {
        return new SlotInfo(
                slot.slotId(),
                slot.isLeader(),
                slot.leaderEpoch(),
                slot.isServing(),
                slot.isSynced(),
                slot.publicationCount(),
                slot.data().toList());
    }
}

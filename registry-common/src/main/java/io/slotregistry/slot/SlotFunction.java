package io.slotregistry.slot;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/** {@code slotId = xxh3(dataInfoId) mod slotCount}; the same on every node for the life of a cluster. */
public final class SlotFunction {
    public static final int MAX_SLOTS = 16_384;

    private static final Hasher64 HASHER = Hashing.xxh3_64();

    private final int slotCount;

    public SlotFunction(int slotCount) {
        if (slotCount < 1 || slotCount > MAX_SLOTS) {
            throw new IllegalArgumentException("slotCount out of range 1.." + MAX_SLOTS + ": " + slotCount);
        }
        this.slotCount = slotCount;
    }

    public int slotCount() {
        return slotCount;
    }

    public int slotOf(String dataInfoId) {
        return (int) Long.remainderUnsigned(HASHER.hashCharsToLong(dataInfoId), slotCount);
    }
}

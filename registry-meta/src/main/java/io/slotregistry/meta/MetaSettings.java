package io.slotregistry.meta;

/**
 * @param slotCount number of slots of a new cluster; an existing one keeps its own
 * @param replicas wanted copies of each slot, the leader included
 * @param leaseMillis how long a node counts as alive after its last heartbeat
 * @param suspicionMillis the same after its connection closed
 * @param assignDelayMillis how long the first data servers of a cluster are collected before slots are assigned
 * @param handoverMillis how long the clients of an ended session process may take to come back on another one, and a
 *     data server to come back to the slots that it had, if another one has them too
 * @param maxMoves slots that may be on their way to another server at a time
 */
public record MetaSettings(
        int slotCount,
        int replicas,
        long leaseMillis,
        long suspicionMillis,
        long handoverMillis,
        long assignDelayMillis,
        int maxMoves) {
    public static final MetaSettings DEFAULTS = new MetaSettings(256, 2, 10_000, 1_500, 15_000, 200, 32);

    public MetaSettings {
        requireRange("slotCount", slotCount, 1, 16_384);
        requireRange("replicas", replicas, 1, 7);
        requireRange("leaseMillis", leaseMillis, 100, 600_000);
        requireRange("suspicionMillis", suspicionMillis, 10, leaseMillis);
        requireRange("handoverMillis", handoverMillis, 0, 3_600_000);
        requireRange("assignDelayMillis", assignDelayMillis, 0, 600_000);
        requireRange("maxMoves", maxMoves, 1, 16_384);
    }

    private static void requireRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " out of range " + min + ".." + max + ": " + value);
        }
    }
}

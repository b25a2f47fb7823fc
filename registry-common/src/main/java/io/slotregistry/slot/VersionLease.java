package io.slotregistry.slot;

/**
 * The versions that nodes may give for now: replicated by meta, so that after a restart of everything new versions are
 * greater than all earlier ones, whatever clocks say.
 *
 * @param from at least this is given from when the lease is known, and more as time passes
 * @param to what was given up to now is at most this
 */
public record VersionLease(long from, long to) {
    public static final VersionLease NONE = new VersionLease(0, 0);
}

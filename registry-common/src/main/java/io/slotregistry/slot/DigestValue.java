package io.slotregistry.slot;

/** 128 bits of digest. */
public record DigestValue(long high, long low) {
    /** The digest of nothing. */
    public static final DigestValue EMPTY = new DigestValue(0, 0);

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}

package io.slotregistry.slot;

import com.dynatrace.hash4j.hashing.HashValue128;

/**
 * An additive multiset hash: the sum, modulo 2^128, of the keyed hashes of the items. Adding and removing cost O(1)
 * and order does not matter (Clarke et al., "Incremental Multiset Hash Functions", 2003, MSet-Add-Hash). Mutable;
 * belongs to the loop of its slot.
 */
public final class SlotDigest {
    private final DigestKey key;
    private long high;
    private long low;
    private int count;

    public SlotDigest(DigestKey key) {
        this.key = key;
    }

    /**
     * One number for whose a publication is and how it stands with it.
     *
     * @param connection not negative
     * @param lost that the connection is closed
     * @param waiting that a client at another address owns the registration
     */
    public static long state(long connection, boolean lost, boolean waiting) {
        long live = waiting ? connection ^ Long.MIN_VALUE >>> 1 : connection;
        return lost ? ~live : live;
    }

    /** @param state see {@link #state} */
    public void addPublication(
            String registerId, long version, long timestamp, long state, long originHash, long contentHash) {
        add(key.hashOf(registerId, version, timestamp, state, originHash, contentHash));
    }

    public void removePublication(
            String registerId, long version, long timestamp, long state, long originHash, long contentHash) {
        subtract(key.hashOf(registerId, version, timestamp, state, originHash, contentHash));
    }

    /** Adds a name with one number, such as a watched dataInfoId and the version held. */
    public void add(String name, long number) {
        add(key.hashOf(name, number));
    }

    public void remove(String name, long number) {
        subtract(key.hashOf(name, number));
    }

    /** The same items; what is added to one does not show in the other. */
    public SlotDigest copy() {
        SlotDigest copy = new SlotDigest(key);
        copy.high = high;
        copy.low = low;
        copy.count = count;
        return copy;
    }

    public DigestValue value() {
        return new DigestValue(high, low);
    }

    /** Number of items. */
    public int count() {
        return count;
    }

    private void add(HashValue128 item) {
        long newLow = low + item.getLeastSignificantBits();
        long carry = Long.compareUnsigned(newLow, low) < 0 ? 1 : 0;
        high += item.getMostSignificantBits() + carry;
        low = newLow;
        count++;
    }

    private void subtract(HashValue128 item) {
        long borrow = Long.compareUnsigned(low, item.getLeastSignificantBits()) < 0 ? 1 : 0;
        low -= item.getLeastSignificantBits();
        high -= item.getMostSignificantBits() + borrow;
        count--;
    }
}

package io.slotregistry.slot;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import com.google.common.primitives.Longs;
import java.util.Arrays;

/**
 * The cluster's key for digests: 16 random bytes, so that nobody outside can construct registrations whose hashes
 * cancel out. Two independently keyed halves of XXH3 over the item give 128 bits.
 */
public final class DigestKey {
    public static final int LENGTH_BYTES = 16;

    private final byte[] bytes;
    private final Hasher128 hasher;
    private final long salt;

    public DigestKey(byte[] bytes) {
        if (bytes.length != LENGTH_BYTES) {
            throw new IllegalArgumentException("a digest key has 16 bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
        this.hasher = Hashing.xxh3_128(Longs.fromByteArray(Arrays.copyOf(bytes, 8)));
        this.salt = Longs.fromByteArray(Arrays.copyOfRange(bytes, 8, 16));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** The hash of what a mirror holds of one publication. */
    HashValue128 hashOf(
            String registerId, long version, long timestamp, long connection, long originHash, long contentHash) {
        return hasher.hashStream()
                .putLong(salt)
                .putString(registerId)
                .putLong(version)
                .putLong(timestamp)
                .putLong(connection)
                .putLong(originHash)
                .putLong(contentHash)
                .get();
    }

    /** The hash of a name with one number: a watch with its version, or a datum entry with its content hash. */
    HashValue128 hashOf(String name, long number) {
        return hasher.hashStream().putLong(salt).putString(name).putLong(number).get();
    }

    /** Hash of what a publication is about and who made it. */
    public long originHash(String dataInfoId, String appName, String clientAddress) {
        return hasher.hashStream()
                .putLong(salt)
                .putString(dataInfoId)
                .putString(appName)
                .putString(clientAddress)
                .get()
                .getLeastSignificantBits();
    }

    /** Hash of what subscribers see of a publication. */
    public long contentHash(String zone, byte[] payload) {
        return hasher.hashStream()
                .putLong(salt)
                .putString(zone)
                .putByteArray(payload)
                .get()
                .getLeastSignificantBits();
    }
}

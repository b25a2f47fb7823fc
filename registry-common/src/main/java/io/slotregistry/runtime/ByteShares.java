package io.slotregistry.runtime;

import com.google.common.collect.MapMaker;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * One {@link ByteBudget} for each key, for example each client address. It is the same for all that use it at a time
 * and is forgotten when nothing refers to it, so whoever has taken from it keeps it. Callable from anywhere.
 */
public final class ByteShares<K> {
    private final ConcurrentMap<K, ByteBudget> byKey =
            new MapMaker().weakValues().makeMap();
    private final Function<K, ByteBudget> maker;

    /** @param maker of a share whose key is new */
    public ByteShares(Function<K, ByteBudget> maker) {
        this.maker = maker;
    }

    public ByteBudget of(K key) {
        return byKey.computeIfAbsent(key, maker);
    }

    /** The largest number of bytes that one of them uses. */
    public long largest() {
        return byKey.values().stream().mapToLong(ByteBudget::used).max().orElse(0);
    }
}

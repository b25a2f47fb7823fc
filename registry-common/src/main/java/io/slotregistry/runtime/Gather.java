package io.slotregistry.runtime;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Collects one part from each of several loops; the loop that brings the last one goes on with all of them. */
public final class Gather<T> {
    private final AtomicReferenceArray<T> parts;
    private final AtomicInteger missing;
    private final Consumer<List<T>> whenComplete;

    public Gather(int parts, Consumer<List<T>> whenComplete) {
        if (parts < 1) {
            throw new IllegalArgumentException("nothing to gather");
        }
        this.parts = new AtomicReferenceArray<>(parts);
        this.missing = new AtomicInteger(parts);
        this.whenComplete = whenComplete;
    }

    /** To be called once for each index. */
    public void add(int index, T part) {
        parts.set(index, part);
        if (missing.decrementAndGet() == 0) {
            whenComplete.accept(
                    IntStream.range(0, parts.length()).mapToObj(parts::get).toList());
        }
    }
}

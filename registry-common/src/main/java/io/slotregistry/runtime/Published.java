package io.slotregistry.runtime;

import java.util.concurrent.atomic.AtomicReference;

/** An immutable value that its owner replaces and anyone reads. */
public final class Published<T> {
    private final AtomicReference<T> value;

    public Published(T initial) {
        value = new AtomicReference<>(initial);
    }

    public T get() {
        return value.get();
    }

    public void set(T next) {
        value.set(next);
    }
}

package io.slotregistry.runtime;

/** An immutable value that its owner replaces and anyone reads. */
public final class Published<T> {
    private volatile T value;

    public Published(T initial) {
        value = initial;
    }

    public T get() {
        return value;
    }

    public void set(T next) {
        value = next;
    }
}

package io.slotregistry.session.port;

import org.jspecify.annotations.Nullable;

/** The content has more values than a message may have. What was read before tells the message that it was. */
final class TooManyValuesException extends HessianException {
    private static final long serialVersionUID = 1;

    private final transient @Nullable WireObject begun;

    TooManyValuesException(int limit, @Nullable WireObject begun) {
        super("more than " + limit + " values");
        this.begun = begun;
    }

    @Nullable
    WireObject begun() {
        return begun;
    }
}

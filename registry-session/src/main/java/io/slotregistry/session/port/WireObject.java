package io.slotregistry.session.port;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A decoded object: its class and its fields by name. A field of another type than asked for is an error. */
final class WireObject {
    private final WireClass type;
    private final String[] names;
    private final @Nullable Object[] values;

    WireObject(WireClass type, String[] names) {
        this.type = type;
        this.names = names;
        this.values = new @Nullable Object[names.length];
    }

    WireClass type() {
        return type;
    }

    /** Sets the field of that number. */
    void set(int field, @Nullable Object value) {
        values[field] = value;
    }

    @Nullable
    String string(String name) throws HessianException {
        return field(name, String.class);
    }

    @Nullable
    Long number(String name) throws HessianException {
        Object value = value(name);
        return value instanceof Integer small ? Long.valueOf(small) : field(name, Long.class);
    }

    boolean isTrue(String name) throws HessianException {
        return Boolean.TRUE.equals(field(name, Boolean.class));
    }

    @Nullable
    List<?> list(String name) throws HessianException {
        return field(name, List.class);
    }

    @Nullable
    Map<?, ?> map(String name) throws HessianException {
        return field(name, Map.class);
    }

    private <T> @Nullable T field(String name, Class<T> wanted) throws HessianException {
        Object value = value(name);
        if (value != null && !wanted.isInstance(value)) {
            throw new HessianException("field " + name + " of " + type + " is a "
                    + value.getClass().getSimpleName());
        }
        return wanted.cast(value);
    }

    private @Nullable Object value(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return values[i];
            }
        }
        return null;
    }
}

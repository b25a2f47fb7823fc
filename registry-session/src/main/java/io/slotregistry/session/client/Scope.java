package io.slotregistry.session.client;

/** How far a subscriber looks. A cluster is one data center, so {@code DATA_CENTER} and {@code GLOBAL} see the same. */
public enum Scope {
    /** Only publishers of the subscriber's own zone. */
    ZONE("zone"),
    DATA_CENTER("dataCenter"),
    GLOBAL("global");

    private final String wireName;

    Scope(String wireName) {
        this.wireName = wireName;
    }

    /** The plain string that stands for this scope in messages. */
    public String wireName() {
        return wireName;
    }

    /** Unknown or missing names mean {@link #ZONE}, the narrowest. */
    public static Scope ofWireName(@org.jspecify.annotations.Nullable String name) {
        for (Scope scope : values()) {
            if (scope.wireName.equals(name)) {
                return scope;
            }
        }
        return ZONE;
    }
}

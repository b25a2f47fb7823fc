package io.slotregistry.model;

/** What a node does. */
public enum Role {
    SESSION,
    DATA,
    META;

    /** As in configuration, logs and URLs. */
    public String lowerName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

package io.slotregistry.model;

/**
 * The full name of a service: {@code dataId#@#instanceId#@#group}. Publishers and subscribers meet only if all three
 * parts are equal. Built by the server; clients send the parts. The text reads back as the same three parts.
 */
public record DataInfoId(String dataId, String instanceId, String group) {
    public static final String SEPARATOR = "#@#";
    public static final String DEFAULT_INSTANCE_ID = "DEFAULT_INSTANCE_ID";
    public static final String DEFAULT_GROUP = "DEFAULT_GROUP";

    public DataInfoId {
        requirePart("dataId", dataId);
        requirePart("instanceId", instanceId);
        requirePart("group", group);
    }

    /** @throws IllegalArgumentException when the text does not have exactly three non-blank parts */
    public static DataInfoId parse(String text) {
        String[] parts = text.split(SEPARATOR, -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a dataInfoId has the form dataId#@#instanceId#@#group, this has "
                    + parts.length + " part(s): " + text);
        }
        return new DataInfoId(parts[0], parts[1], parts[2]);
    }

    /**
     * A whole name, or a dataId alone, which then has the usual instance and group.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static DataInfoId ofService(String text) {
        return text.contains(SEPARATOR) ? parse(text) : new DataInfoId(text, DEFAULT_INSTANCE_ID, DEFAULT_GROUP);
    }

    @Override
    public String toString() {
        return dataId + SEPARATOR + instanceId + SEPARATOR + group;
    }

    private static void requirePart(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " is blank");
        }
        // Also together with the separator that follows it: "a#@" would read back as "a" and a part that begins with
        // "@#".
        if ((value + SEPARATOR).indexOf(SEPARATOR) < value.length()) {
            throw new IllegalArgumentException(
                    name + " contains the separator " + SEPARATOR + " or ends like the beginning of one: " + value);
        }
    }
}

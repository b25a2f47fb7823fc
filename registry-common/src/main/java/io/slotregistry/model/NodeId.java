package io.slotregistry.model;

import java.util.regex.Pattern;

/**
 * The lasting identity of a node: its role and its configured name. Addresses come and go; a node that restarts with
 * another address is the same node.
 */
public record NodeId(Role role, String name) implements Comparable<NodeId> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    public NodeId {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a node name has 1 to 128 of the characters A-Z a-z 0-9 . _ - and starts with a letter or digit: "
                            + name);
        }
    }

    /** The inverse of {@link #toString}. */
    public static NodeId parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a node id has the form role/name: " + text);
        }
        return new NodeId(
                Role.valueOf(text.substring(0, slash).toUpperCase(java.util.Locale.ROOT)), text.substring(slash + 1));
    }

    @Override
    public int compareTo(NodeId other) {
        int byRole = role.compareTo(other.role);
        return byRole != 0 ? byRole : name.compareTo(other.name);
    }

    /** {@code role/name}. */
    @Override
    public String toString() {
        return role.lowerName() + "/" + name;
    }
}

package io.slotregistry.model;

/**
 * One life of a node. A restarted node has the same {@link NodeId} and a greater incarnation.
 *
 * @param incarnation positive; the start time in milliseconds since the epoch, or later
 */
public record ProcessId(NodeId node, long incarnation) implements Comparable<ProcessId> {
    public ProcessId {
        if (incarnation <= 0) {
            throw new IllegalArgumentException("incarnation must be positive: " + incarnation);
        }
    }

    /** The inverse of {@link #toString}. */
    public static ProcessId parse(String text) {
        int at = text.lastIndexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("a process id has the form role/name@incarnation: " + text);
        }
        return new ProcessId(NodeId.parse(text.substring(0, at)), Long.parseLong(text.substring(at + 1)));
    }

    @Override
    public int compareTo(ProcessId other) {
        int byNode = node.compareTo(other.node);
        return byNode != 0 ? byNode : Long.compare(incarnation, other.incarnation);
    }

    /** {@code role/name@incarnation}. */
    @Override
    public String toString() {
        return node + "@" + incarnation;
    }
}

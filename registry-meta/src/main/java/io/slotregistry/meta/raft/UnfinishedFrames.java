package io.slotregistry.meta.raft;

import io.netty.channel.Channel;
import io.slotregistry.rpc.bolt.Violations;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bytes that wait for the rest of their frame, of all connections together. When they are too many, the frames that
 * have waited longest go with their connections: other members finish theirs at once. Callable from anywhere.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for a connection to be closed.
final class UnfinishedFrames {
    private final long maxBytes;
    private final Violations violations;
    private final Map<Channel, Integer> waiting = new LinkedHashMap<>();
    private long total;

    UnfinishedFrames(long maxBytes, Violations violations) {
        this.maxBytes = maxBytes;
        this.violations = violations;
    }

    /** @param bytes of its present frame that a connection has sent so far; 0 when there is none */
    synchronized void set(Channel connection, int bytes) {
        Integer before = bytes == 0 ? waiting.remove(connection) : waiting.put(connection, bytes);
        total += bytes - (before == null ? 0 : before);
        Iterator<Map.Entry<Channel, Integer>> oldest = waiting.entrySet().iterator();
        while (total > maxBytes) {
            Map.Entry<Channel, Integer> longest = oldest.next();
            oldest.remove();
            total -= longest.getValue();
            violations.note(
                    String.valueOf(longest.getKey().remoteAddress()),
                    "the oldest of unfinished frames of more than " + maxBytes + " bytes");
            longest.getKey().close();
        }
    }
}

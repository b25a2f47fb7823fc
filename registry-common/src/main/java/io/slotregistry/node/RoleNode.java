package io.slotregistry.node;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.http.HttpAnswer;
import io.slotregistry.http.HttpQuestion;
import io.slotregistry.rpc.bolt.Traffic;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * A running node of one role. Started after HTTP, so that probes are answered while it joins its cluster, and stopped
 * before it.
 */
public interface RoleNode extends SmartLifecycle {
    /** The phase in which the HTTP ports of all roles open, so that they can say what is not ready. */
    int BEFORE_ALL = Integer.MAX_VALUE - 101;

    NodeContext context();

    /** The view that the node acts on. */
    ClusterView view();

    /** Empty when it does its work, else why not. */
    String trouble();

    /** What has stopped in here and may need the process to be started again; usually empty. Part of liveness. */
    default String failure() {
        return "";
    }

    /** For how long it has had no word from the meta leader and gone on with its view; 0 for a meta server. */
    default long metaSilenceMillis() {
        return 0;
    }

    /** Whether meta has been silent for so long that versions go on past what a cluster that starts anew would know. */
    default boolean isVersionLeaseOver() {
        return false;
    }

    /** Connections of other nodes closed because the peer broke the protocol or has another cluster key. */
    long violations();

    /** What goes to other nodes and comes from them. */
    Traffic traffic();

    /** The port that probes know, and with a session the SDKs. */
    int httpPort();

    /** What it answers there beside the probes; null to what it does not know. Called on that port's thread. */
    default @Nullable HttpAnswer answer(HttpQuestion question) {
        return null;
    }

    /** For the ready line: what listens where, such as {@code clients 127.0.0.1:9600}. */
    String listens();

    /** Meta first, because the others wait for it. */
    @Override
    default int getPhase() {
        return BEFORE_ALL + 1 + order();
    }

    private int order() {
        return switch (context().self().node().role()) {
            case META -> 0;
            case DATA -> 1;
            case SESSION -> 2;
        };
    }
}

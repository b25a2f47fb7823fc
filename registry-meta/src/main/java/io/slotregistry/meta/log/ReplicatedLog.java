package io.slotregistry.meta.log;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.rpc.Address;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's state as a linearizable register: views with epochs 1, 2, 3, … Implemented over SOFAJRaft and by the
 * simulator.
 */
public interface ReplicatedLog {
    /** The listener is told the state that there is, if any, and every change of it. */
    void start(Listener listener);

    void stop();

    /**
     * Asks to replace the state of epoch {@code next.epoch() - 1} by {@code next}. Has no effect, and nobody is told,
     * when the state has another epoch by then or this server does not lead.
     */
    void propose(ClusterView next);

    /** Where the leader's nodes connect to, or null while there is none. */
    @Nullable
    Address leader();

    /** Called on any thread, in the order of the log. */
    interface Listener {
        void applied(ClusterView view);

        /** @param leads whether this server leads now and knows everything that was applied before */
        void leadership(boolean leads);
    }
}

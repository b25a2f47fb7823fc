package io.slotregistry.meta.log;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.rpc.Address;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's state as a linearizable register: views with growing epochs, each proposed as the one after
 * another. Implemented over SOFAJRaft and by the simulator.
 */
public interface ReplicatedLog {
    /** The listener is told the state that there is, if any, and every change of it. */
    void start(Listener listener);

    void stop();

    /**
     * Asks to replace the state of one epoch by {@code next}, which has a greater one. Has no effect, and nobody is
     * told, when the state has another epoch by then or this server does not lead.
     *
     * @param replaced 0 for the first state
     */
    void propose(long replaced, ClusterView next);

    /** Why this member does nothing for the time being; empty when it works. Callable from anywhere. */
    String failure();

    /** Where the leader's nodes connect to, or null while there is none. */
    @Nullable
    Address leader();

    /** Where the nodes connect to that replicate it; empty while that is not known. */
    ImmutableList<Address> members();

    /**
     * Lets these replicate it from now on. New ones must run; those that are left out may be stopped then.
     *
     * @param done hears, on any thread, why it has failed or may have failed; empty when it is done
     */
    void changeMembers(ImmutableList<Address> members, Consumer<String> done);

    /** Called on any thread, in the order of the log. */
    interface Listener {
        void applied(ClusterView view);

        /** @param leads whether this server leads now and knows everything that was applied before */
        void leadership(boolean leads);
    }
}

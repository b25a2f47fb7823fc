package io.slotregistry.meta;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.rpc.Address;
import org.jspecify.annotations.Nullable;

/** A log of one member. It can lose what is proposed, and take and give the lead. */
final class MemoryLog implements ReplicatedLog {
    @Nullable
    Address leader;

    boolean losesProposals;
    private ClusterView view = ClusterView.NONE;
    private @Nullable Listener listener;

    @Override
    public void start(Listener newListener) {
        listener = newListener;
    }

    @Override
    public void stop() {
        listener = null;
    }

    @Override
    public void propose(ClusterView next) {
        if (!losesProposals && listener != null && next.epoch() == view.epoch() + 1) {
            view = next;
            listener.applied(next);
        }
    }

    @Override
    public @Nullable Address leader() {
        return leader;
    }

    void leads(boolean leads) {
        if (listener != null) {
            listener.leadership(leads);
        }
    }
}

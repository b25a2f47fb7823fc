package io.slotregistry.meta;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.rpc.Address;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A log of one member. It can lose what is proposed, and take and give the lead. */
final class MemoryLog implements ReplicatedLog {
    @Nullable
    Address leader;

    boolean losesProposals;
    ImmutableList<Address> members = ImmutableList.of(new Address("meta", 1));
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
    public void propose(long replaced, ClusterView next) {
        if (!losesProposals && listener != null && replaced == view.epoch()) {
            view = next;
            listener.applied(next);
        }
    }

    @Override
    public String failure() {
        return "";
    }

    @Override
    public @Nullable Address leader() {
        return leader;
    }

    @Override
    public ImmutableList<Address> members() {
        return members;
    }

    @Override
    public void changeMembers(ImmutableList<Address> next, Consumer<String> done) {
        members = next;
        done.accept("");
    }

    /** As if its disk had this from before. */
    void holds(ClusterView before) {
        view = before;
        if (listener != null) {
            listener.applied(before);
        }
    }

    void leads(boolean leads) {
        if (listener != null) {
            listener.leadership(leads);
        }
    }
}

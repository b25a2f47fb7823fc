package io.slotregistry.simulation.cluster;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.rpc.Address;
import io.slotregistry.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A deterministic replicated log that all meta servers of a simulation share. Committing takes a little while. */
final class SharedLog {
    private final VirtualTime time;
    private final List<Replica> replicas = new ArrayList<>();
    private final Set<Address> members = new LinkedHashSet<>();
    private final List<ClusterView> history = new ArrayList<>();
    private ClusterView view = ClusterView.NONE;
    private @Nullable Replica leader;

    SharedLog(VirtualTime time) {
        this.time = time;
    }

    ClusterView view() {
        return view;
    }

    /** All disks are replaced by copies from that many views ago, or of the first one. No meta server may run. */
    void restore(int viewsAgo) {
        if (!replicas.isEmpty()) {
            throw new IllegalStateException("in use");
        }
        if (!history.isEmpty()) {
            view = history.get(Math.max(0, history.size() - 1 - viewsAgo));
        }
    }

    /** The same with copies of the view of that epoch. */
    void restoreEpoch(long epoch) {
        for (int viewsAgo = 0; view.epoch() != epoch; viewsAgo++) {
            restore(viewsAgo);
        }
    }

    ReplicatedLog join(Address address) {
        members.add(address);
        return new Replica(address);
    }

    private final class Replica implements ReplicatedLog {
        private final Address address;
        private @Nullable Listener listener;

        Replica(Address address) {
            this.address = address;
        }

        @Override
        public void start(Listener newListener) {
            listener = newListener;
            replicas.add(this);
            if (!view.isNone()) {
                newListener.applied(view);
            }
            time.afterMillis(5 + time.random().nextInt(20), SharedLog.this::elect);
        }

        @Override
        public void stop() {
            replicas.remove(this);
            if (leader == this) {
                leader = null;
                time.afterMillis(300 + time.random().nextInt(500), SharedLog.this::elect);
            }
        }

        @Override
        public void propose(long replaced, ClusterView next) {
            time.afterMicros(time.random().nextInt(5_000), () -> commit(this, replaced, next));
        }

        @Override
        public String failure() {
            return "";
        }

        @Override
        public ImmutableList<Address> members() {
            return ImmutableList.copyOf(members);
        }

        @Override
        public void changeMembers(ImmutableList<Address> members, Consumer<String> done) {
            done.accept("the simulation's members are fixed");
        }

        @Override
        public @Nullable Address leader() {
            Replica current = leader;
            return current == null ? null : current.address;
        }
    }

    private void elect() {
        if (leader == null && !replicas.isEmpty()) {
            Replica elected = replicas.get(time.random().nextInt(replicas.size()));
            leader = elected;
            if (elected.listener != null) {
                elected.listener.leadership(true);
            }
        }
    }

    private void commit(Replica proposer, long replaced, ClusterView next) {
        if (leader == proposer && replaced == view.epoch()) {
            view = next;
            history.add(next);
            for (Replica replica : replicas) {
                if (replica.listener != null) {
                    replica.listener.applied(next);
                }
            }
        }
    }
}

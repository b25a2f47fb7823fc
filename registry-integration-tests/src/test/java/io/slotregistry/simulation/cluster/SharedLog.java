package io.slotregistry.simulation.cluster;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.rpc.Address;
import io.slotregistry.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A deterministic replicated log that all meta servers of a simulation share. Committing takes a little while. */
final class SharedLog {
    private final VirtualTime time;
    private final List<Replica> replicas = new ArrayList<>();
    private ClusterView view = ClusterView.NONE;
    private @Nullable Replica leader;

    SharedLog(VirtualTime time) {
        this.time = time;
    }

    ClusterView view() {
        return view;
    }

    ReplicatedLog join(Address address) {
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
        public void propose(ClusterView next) {
            time.afterMicros(time.random().nextInt(5_000), () -> commit(this, next));
        }

        @Override
        public ImmutableList<Address> members() {
            return ImmutableList.of();
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

    private void commit(Replica proposer, ClusterView next) {
        if (leader == proposer && next.epoch() == view.epoch() + 1) {
            view = next;
            for (Replica replica : replicas) {
                if (replica.listener != null) {
                    replica.listener.applied(next);
                }
            }
        }
    }
}

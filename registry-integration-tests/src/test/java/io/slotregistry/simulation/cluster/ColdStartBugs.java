package io.slotregistry.simulation.cluster;

import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.ClusterView;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;

/** Planted bugs in how the cluster warms up after a start of everything. */
final class ColdStartBugs {
    private ColdStartBugs() {}

    /** Some servers are told of no warm-up. */
    private abstract static class Untold implements Tampering {
        @Override
        public Request received(ProcessId to, Request request) {
            return request.hasView()
                    ? request.toBuilder().setView(without(request.getView())).build()
                    : request;
        }

        @Override
        public Reply replied(ProcessId from, Reply reply) {
            return reply.hasView()
                    ? reply.toBuilder().setView(without(reply.getView())).build()
                    : reply;
        }

        abstract ClusterView without(ClusterView view);
    }

    /** Leaders give real versions at once. */
    static final class NoWarmUp extends Untold {
        @Override
        ClusterView without(ClusterView view) {
            return view.getWarmingUp()
                    ? view.toBuilder().setWarmingUp(false).clearGoneSessions().build()
                    : view;
        }
    }

    /** Sessions push every part that they hear of. */
    static final class EveryPartIsPushed extends Untold {
        @Override
        ClusterView without(ClusterView view) {
            return view.toBuilder().setWarmingUp(false).build();
        }
    }

    /** Sessions say that all clients are back. */
    static final class AllAreBack implements Tampering {
        @Override
        public Request sent(ProcessId from, Address to, Request request) {
            if (!request.hasHeartbeat() || from.node().role() != Role.SESSION) {
                return request;
            }
            return request.toBuilder()
                    .setHeartbeat(request.getHeartbeat().toBuilder().setPublications(1_000_000))
                    .build();
        }
    }
}

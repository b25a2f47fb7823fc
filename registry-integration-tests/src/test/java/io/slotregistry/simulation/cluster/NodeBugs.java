package io.slotregistry.simulation.cluster;

import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.session.client.DataPush;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Planted bugs in clocks and in what passes between sessions and clients. */
final class NodeBugs {
    private NodeBugs() {}

    static final class StoppedClocks implements Tampering {
        @Override
        public NodeClock clock(ProcessId node, NodeClock clock) {
            if (node.node().role() != Role.DATA) {
                return clock;
            }
            return new NodeClock() {
                @Override
                public long wallMillis() {
                    return clock.wallMillis();
                }

                @Override
                public long monotonicMillis() {
                    return 0;
                }
            };
        }
    }

    /** Meta servers never hear which view a node holds. */
    static final class UnseenEpochs implements Tampering {
        @Override
        public Request received(ProcessId to, Request request) {
            return to.node().role() == Role.META
                    ? request.toBuilder().setEpoch(0).clearView().build()
                    : request;
        }

        @Override
        public Reply replied(ProcessId from, Reply reply) {
            return reply.hasMetaContact()
                    ? reply.toBuilder().setEpoch(0).clearView().build()
                    : reply;
        }
    }

    static final class UnnoticedCloses implements Tampering {
        @Override
        public boolean hidesClosedConnections() {
            return true;
        }
    }

    /** As if all clients came through one proxy. */
    static final class OneAddress implements Tampering {
        @Override
        public String clientAddress(String ip) {
            return "10.0.0.1";
        }
    }

    /** One in twenty. */
    static final class LostPushes implements Tampering {
        private int pushes;

        @Override
        public void push(long connection, DataPush push, Consumer<DataPush> deliver) {
            if (++pushes % 20 != 0) {
                deliver.accept(push);
            }
        }
    }

    /** Each push is followed by the one before it. */
    static final class RepeatedPushes implements Tampering {
        private final Map<String, DataPush> last = new HashMap<>();

        @Override
        public void push(long connection, DataPush push, Consumer<DataPush> deliver) {
            DataPush before = last.put(connection + " " + push.dataInfoId(), push);
            deliver.accept(push);
            if (before != null) {
                deliver.accept(before);
            }
        }
    }
}

package io.slotregistry.simulation.cluster;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.session.client.DataPush;
import io.slotregistry.simulation.cluster.SimulatedCluster.Settings;
import java.util.function.Consumer;

/** Makes a cluster wrong on purpose, where its nodes meet the world, to see whether the invariants notice. */
interface Tampering {
    Tampering NONE = new Tampering() {};

    /** What the nodes are set to, unlike what is promised. */
    default Settings settings(Settings promised) {
        return promised;
    }

    default NodeClock clock(ProcessId node, NodeClock clock) {
        return clock;
    }

    default Request sent(ProcessId from, Address to, Request request) {
        return request;
    }

    default Request received(ProcessId to, Request request) {
        return request;
    }

    default Request received(ProcessId from, ProcessId to, Request request) {
        return received(to, request);
    }

    default Reply replied(ProcessId from, Reply reply) {
        return reply;
    }

    /** Whether a node never hears that a message has failed. */
    default boolean hidesFailures() {
        return false;
    }

    /** Whether a session never hears that a client is gone. */
    default boolean hidesClosedConnections() {
        return false;
    }

    /** From where a session sees a client connected. */
    default String clientAddress(String ip) {
        return ip;
    }

    /** Brings a push, or something else, to the client; it is acknowledged in any case. */
    default void push(long connection, DataPush push, Consumer<DataPush> deliver) {
        deliver.accept(push);
    }
}

package io.slotregistry.simulation.cluster;

import java.util.SortedSet;

/** Hears what clients get. */
interface PushObserver {
    PushObserver NONE = new PushObserver() {};

    default void connected(SimulatedClient client, SimulatedCluster.Session session) {}

    /** The process of the session ended without a word. */
    default void crashed(SimulatedCluster.Session session) {}

    /** A session has taken this version of the publisher, or that it is gone. */
    default void acknowledged(SimulatedClient.Publisher publisher, long version) {}

    /** A server pushed this over the connection, whether or not the client takes it. */
    default void arrived(
            SimulatedClient.Subscriber subscriber, long connection, long version, SortedSet<String> data) {}

    /** The client took it: this is what its application sees now. */
    default void taken(SimulatedClient.Subscriber subscriber) {}
}

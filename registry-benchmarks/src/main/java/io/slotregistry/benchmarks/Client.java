package io.slotregistry.benchmarks;

/** A client of a cluster's sessions. It says everything again on each new connection, by itself. */
interface Client extends AutoCloseable {
    String name();

    /** Says it for the first time, or says something else from now on. */
    void publish(String service, String value);

    void subscribe(String service);

    @Override
    void close();
}

package io.slotregistry.session.client;

/**
 * A checked registration: every field is present, normalised and within the bounds of the client port.
 * {@code registerId} is the client's identity for the object, {@code version} its growing version number.
 */
public sealed interface ClientRequest {
    String registerId();

    /** {@code dataId#@#instanceId#@#group}. */
    String dataInfoId();

    long version();

    /** @param payload the publisher's data boxes as encoded by the client port, opaque to everything behind it */
    record Publish(String registerId, String dataInfoId, long version, String zone, String appName, byte[] payload)
            implements ClientRequest {}

    record Unpublish(String registerId, String dataInfoId, long version) implements ClientRequest {}

    /** @param zone as the client sent it (or the default): it is echoed as the subscriber's local zone */
    record Subscribe(String registerId, String dataInfoId, long version, Scope scope, String zone, String appName)
            implements ClientRequest {}

    record Unsubscribe(String registerId, String dataInfoId, long version) implements ClientRequest {}

    record WatchConfig(String registerId, String dataInfoId, long version) implements ClientRequest {}

    record UnwatchConfig(String registerId, String dataInfoId, long version) implements ClientRequest {}
}

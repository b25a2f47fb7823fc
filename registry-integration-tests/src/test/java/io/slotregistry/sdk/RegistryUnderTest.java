package io.slotregistry.sdk;

/** A registry on loopback that clients can use. */
public interface RegistryUnderTest extends AutoCloseable {
    /** Where clients ask for addresses. */
    int httpPort();

    /** Where clients register. */
    int boltPort();

    @Override
    void close();
}

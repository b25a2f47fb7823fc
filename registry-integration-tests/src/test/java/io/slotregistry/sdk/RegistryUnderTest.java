package io.slotregistry.sdk;

import java.util.Optional;

/** A registry on loopback that clients can use. */
public interface RegistryUnderTest extends AutoCloseable {
    /** Where clients ask for addresses. */
    int httpPort();

    /** Where clients register. */
    int boltPort();

    /** What the registry complained of, as far as it can be known. Clients must not be able to make it complain. */
    Optional<String> trouble();

    @Override
    void close();
}

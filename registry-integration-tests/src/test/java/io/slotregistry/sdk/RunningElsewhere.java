package io.slotregistry.sdk;

import java.util.Optional;

/**
 * A registry that somebody else started on this machine, named by {@code -Dregistry.http-port} and
 * {@code -Dregistry.bolt-port}.
 */
public record RunningElsewhere(int httpPort, int boltPort) implements RegistryUnderTest {
    public static Optional<RegistryUnderTest> named() {
        Integer http = Integer.getInteger("registry.http-port");
        Integer bolt = Integer.getInteger("registry.bolt-port");
        return http == null || bolt == null ? Optional.empty() : Optional.of(new RunningElsewhere(http, bolt));
    }

    @Override
    public Optional<String> trouble() {
        return Optional.empty();
    }

    @Override
    public void close() {
        // Not ours to stop.
    }
}

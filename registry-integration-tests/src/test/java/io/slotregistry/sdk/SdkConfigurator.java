package io.slotregistry.sdk;

import java.util.List;
import java.util.Optional;

/** A configurator in an SDK process. */
public final class SdkConfigurator {
    private final SdkRegister register;

    SdkConfigurator(SdkProcess process, String key) {
        this.register = new SdkRegister(process, key);
    }

    /** Waits for the first callback and returns what it showed; empty when there is no configuration. */
    public Optional<String> awaitConfiguration() {
        return register.process.await("configuration of " + register.key, this::first);
    }

    public SdkConfigurator unregister() {
        register.unregister();
        return this;
    }

    public SdkConfigurator awaitSettled() {
        register.awaitSettled();
        return this;
    }

    private Optional<Optional<String>> first(List<String> events) {
        String prefix = "configured " + register.key + " ";
        return events.stream()
                .filter(event -> event.startsWith(prefix))
                .map(event -> Optional.ofNullable(Push.decode(event.substring(prefix.length()))))
                .findFirst();
    }
}

package io.slotregistry.sdk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    /** Waits until what the callbacks have shown, in their order, is this; null stands for no configuration. */
    public void awaitShown(@Nullable String... values) {
        List<@Nullable String> all = Arrays.asList(values);
        register.process.await(
                "configurations " + all + " of " + register.key,
                events -> shown(events).equals(all) ? Optional.of(true) : Optional.empty());
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
        List<@Nullable String> shown = shown(events);
        return shown.isEmpty() ? Optional.empty() : Optional.of(Optional.ofNullable(shown.get(0)));
    }

    private List<@Nullable String> shown(List<String> events) {
        String prefix = "configured " + register.key + " ";
        List<@Nullable String> values = new ArrayList<>();
        events.stream()
                .filter(event -> event.startsWith(prefix))
                .forEach(event -> values.add(Push.decode(event.substring(prefix.length()))));
        return values;
    }
}

package io.slotregistry.conformance;

import io.slotregistry.meta.Admin;
import io.slotregistry.sdk.ClientOptions;
import io.slotregistry.sdk.RegistryUnderTest;
import io.slotregistry.sdk.RunningElsewhere;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.StandaloneProcess;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/** One registry and one process for each SDK, shared by all conformance tests: they differ in the dataIds they use. */
final class Lab implements AutoCloseable {
    private final Map<Sdk, SdkProcess> processes = new EnumMap<>(Sdk.class);
    private final Map<String, SdkClient> clients = new HashMap<>();
    private final RegistryUnderTest registry =
            RunningElsewhere.named().orElseGet(() -> StandaloneProcess.start(Admin.KEY_SETTING));

    RegistryUnderTest registry() {
        return registry;
    }

    /** Of the cluster that clients use; not of one that somebody else started. */
    Admin admin() {
        Assumptions.assumeTrue(registry instanceof StandaloneProcess, "the cluster's key is not known");
        return Admin.of((StandaloneProcess) registry);
    }

    SdkProcess process(Sdk sdk) {
        Assumptions.assumeTrue(sdk.missing().isEmpty(), sdk.missing());
        return processes.computeIfAbsent(sdk, Sdk::start);
    }

    /** A client with default settings, for all tests that ask for this name. Each one has a connection of its own. */
    SdkClient client(Sdk sdk, String name) {
        return client(sdk, name, ClientOptions.at(registry.httpPort()));
    }

    /** As above; the options are those of whoever asks first. */
    SdkClient client(Sdk sdk, String name, ClientOptions options) {
        SdkProcess process = process(sdk);
        return clients.computeIfAbsent(sdk + " " + name, key -> process.open(options));
    }

    /** A dataId that no other test and no earlier run uses. */
    static String dataId(String name) {
        return name + "-" + UUID.randomUUID();
    }

    @Override
    public void close() {
        processes.values().forEach(SdkProcess::close);
        registry.close();
    }
}

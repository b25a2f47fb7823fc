package io.slotregistry.cli;

import com.alipay.sofa.registry.client.provider.DefaultRegistryClient;
import com.alipay.sofa.registry.client.provider.DefaultRegistryClientConfigBuilder;
import java.util.logging.LogManager;
import picocli.CommandLine.Option;

/** Where the registry is. */
final class ClientOptions {
    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Session server (default: ${DEFAULT-VALUE})")
    private String host = "";

    @Option(names = "--port", defaultValue = "9603", description = "Its HTTP port (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--group", defaultValue = "DEFAULT_GROUP", description = "Group (default: ${DEFAULT-VALUE})")
    private String group = "";

    @Option(names = "--app", defaultValue = "registry-cli", description = "Application (default: ${DEFAULT-VALUE})")
    private String app = "";

    String group() {
        return group;
    }

    DefaultRegistryClient connect() {
        // The SDK's codec warns there about Java versions; all that is shown is what the command shows.
        LogManager.getLogManager().reset();
        DefaultRegistryClient client = new DefaultRegistryClient(DefaultRegistryClientConfigBuilder.start()
                .setRegistryEndpoint(host)
                .setRegistryEndpointPort(port)
                .setAppName(app)
                .build());
        client.init();
        return client;
    }
}

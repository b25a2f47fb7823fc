package io.slotregistry.cli;

import com.alipay.sofa.registry.client.api.Register;
import com.alipay.sofa.registry.client.provider.AbstractInternalRegister;
import com.alipay.sofa.registry.client.provider.DefaultRegistryClient;
import com.alipay.sofa.registry.client.provider.DefaultRegistryClientConfigBuilder;
import io.slotregistry.node.StartupException;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import picocli.CommandLine.Option;

/** Where the registry is. */
final class ClientOptions {
    /** The SDK asks for addresses, connects and registers; after a failure it pauses for up to 5 seconds. */
    private static final long ANSWER_MILLIS = 10_000;

    private static final long POLL_MILLIS = 10;

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

    /**
     * What the SDK registers, it registers some time later from a thread of its own, again and again.
     *
     * @throws StartupException when no registry has taken it in time
     */
    void awaitTaken(Register register) throws InterruptedException {
        if (!isDone(register, ANSWER_MILLIS)) {
            throw new StartupException("no registry answers at " + host + ":" + port + " for clients: start one with"
                    + " bin/registry standalone, or name it by --host and --port");
        }
        if (!register.isRegistered()) {
            throw new StartupException("the registry refuses it: it logs why");
        }
    }

    /** Whether the registry has answered what was asked last, after a while at most. */
    static boolean isDone(Register register, long millis) throws InterruptedException {
        AbstractInternalRegister asked = (AbstractInternalRegister) register;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!asked.isDone() && System.nanoTime() < deadline) {
            Thread.sleep(POLL_MILLIS);
        }
        return asked.isDone();
    }

    /** @throws StartupException when it cannot be the name of one */
    static String service(String name) {
        if (name.isBlank()) {
            throw new StartupException("a service has a name, such as orders");
        }
        return name;
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

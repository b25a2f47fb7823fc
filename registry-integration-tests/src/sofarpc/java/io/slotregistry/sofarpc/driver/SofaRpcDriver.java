package io.slotregistry.sofarpc.driver;

import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.RegistryConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;

/** One SOFARPC application: exports or refers to the service when told to, and calls it. One word for each command. */
public final class SofaRpcDriver {
    private static final int CALL_MILLIS = 3_000;

    private final RegistryConfig registry;
    private final PrintStream events;
    private ProviderConfig<GreetingService> provider;
    private GreetingService service;

    private SofaRpcDriver(RegistryConfig registry, PrintStream events) {
        this.registry = registry;
        this.events = events;
    }

    /** @param arguments the registry's HTTP port */
    public static void main(String[] arguments) throws IOException {
        PrintStream events = System.out;
        System.setOut(System.err);
        RegistryConfig registry = new RegistryConfig().setProtocol("sofa").setAddress("127.0.0.1:" + arguments[0]);
        SofaRpcDriver driver = new SofaRpcDriver(registry, events);
        driver.report("ready");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        while (line != null) {
            try {
                driver.obey(line);
            } catch (SofaRpcException failure) {
                driver.report("failed " + failure.getClass().getSimpleName());
                failure.printStackTrace();
            }
            line = input.readLine();
        }
        Runtime.getRuntime().halt(0);
    }

    private void obey(String command) throws IOException {
        switch (command) {
            case "export":
                export();
                report("exported");
                break;
            case "unexport":
                provider.unExport();
                report("unexported");
                break;
            case "refer":
                refer();
                report("referred");
                break;
            case "call":
                report("answered " + service.greet("world"));
                break;
            default:
                throw new IllegalArgumentException(command);
        }
    }

    private void export() throws IOException {
        ServerConfig server = new ServerConfig()
                .setProtocol("bolt")
                .setHost("127.0.0.1")
                // It publishes the machine's outer address in place of a loopback address, unless told not to.
                .setVirtualHost("127.0.0.1")
                .setPort(freePort())
                .setDaemon(true);
        provider = new ProviderConfig<GreetingService>()
                .setInterfaceId(GreetingService.class.getName())
                .setRef(name -> "hello " + name)
                .setServer(server)
                .setRegistry(registry);
        provider.export();
    }

    private void refer() {
        service = new ConsumerConfig<GreetingService>()
                .setInterfaceId(GreetingService.class.getName())
                .setProtocol("bolt")
                .setTimeout(CALL_MILLIS)
                .setRegistry(registry)
                .refer();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void report(String event) {
        events.println(event);
        events.flush();
    }
}

package io.slotregistry.benchmarks;

import com.alipay.sofa.registry.client.provider.DefaultRegistryClient;
import com.alipay.sofa.registry.client.provider.DefaultRegistryClientConfigBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A standalone registry with default settings in a process of its own. */
final class Registry implements AutoCloseable {
    final Child child;
    final int port;
    private final int httpPort;

    private Registry(Child child, int port, int httpPort) {
        this.child = child;
        this.port = port;
        this.httpPort = httpPort;
    }

    static Registry start() throws IOException {
        int base = freePorts(9);
        Path data = Files.createTempDirectory("registry-benchmark");
        Child child = Child.start(List.of(
                        command(),
                        "standalone",
                        "--registry.session.port=" + base,
                        "--registry.session.node-port=" + (base + 1),
                        "--registry.session.http-port=" + (base + 2),
                        "--registry.data.node-port=" + (base + 3),
                        "--registry.data.http-port=" + (base + 4),
                        "--registry.meta.node-port=" + (base + 5),
                        "--registry.meta.http-port=" + (base + 7),
                        "--registry.admin.port=" + (base + 8),
                        "--registry.meta.data-dir=" + data))
                .awaitReady();
        return new Registry(child, base, base + 2);
    }

    /** A client of the published SDK. */
    DefaultRegistryClient client(String app) {
        return client(app, httpPort);
    }

    /** A client of the published SDK. */
    static DefaultRegistryClient client(String app, int httpPort) {
        DefaultRegistryClient client = new DefaultRegistryClient(DefaultRegistryClientConfigBuilder.start()
                .setRegistryEndpoint("127.0.0.1")
                .setRegistryEndpointPort(httpPort)
                .setAppName(app)
                .build());
        client.init();
        return client;
    }

    /** Beside where bin/benchmark stands. */
    static String command() {
        return Path.of(System.getProperty("registry.home", "."), "bin", "registry")
                .toAbsolutePath()
                .toString();
    }

    @Override
    public void close() {
        child.close();
    }

    /** The first of several ports that follow each other and are free now. */
    static int freePorts(int count) throws IOException {
        for (int base = 21_000; base < 60_000; base += count) {
            if (areFree(base, count)) {
                return base;
            }
        }
        throw new IOException("no " + count + " free ports");
    }

    private static boolean areFree(int base, int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int port = base; port < base + count; port++) {
                held.add(new ServerSocket(port));
            }
            return true;
        } catch (IOException inUse) {
            return false;
        } finally {
            for (ServerSocket socket : held) {
                try {
                    socket.close();
                } catch (IOException ignored) {
                    // It was only tried.
                }
            }
        }
    }
}

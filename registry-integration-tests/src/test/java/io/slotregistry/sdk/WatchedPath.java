package io.slotregistry.sdk;

/** A way to the registry of its own for the clients of one test, that can be watched and cut. */
public final class WatchedPath implements AutoCloseable {
    private final ClientProxy proxy;
    private final DiscoveryStub discovery;

    private WatchedPath(ClientProxy proxy, DiscoveryStub discovery) {
        this.proxy = proxy;
        this.discovery = discovery;
    }

    public static WatchedPath to(RegistryUnderTest registry) {
        return withUrlOptions(registry, "");
    }

    /** @param urlOptions what discovery appends to the address, such as {@code ?_PROTOCOL=2} */
    public static WatchedPath withUrlOptions(RegistryUnderTest registry, String urlOptions) {
        ClientProxy proxy = new ClientProxy(registry.boltPort());
        return new WatchedPath(proxy, new DiscoveryStub("127.0.0.1:" + proxy.port() + urlOptions));
    }

    public ClientProxy proxy() {
        return proxy;
    }

    public DiscoveryStub discovery() {
        return discovery;
    }

    public ClientOptions options() {
        return ClientOptions.at(discovery.port());
    }

    @Override
    public void close() {
        discovery.close();
        proxy.close();
    }
}

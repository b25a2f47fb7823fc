package io.slotregistry.node;

import com.google.common.collect.ImmutableList;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Host;
import io.slotregistry.rpc.bolt.ClusterKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Arrays;

/**
 * What every node is told, whatever its role.
 *
 * @param name of the node, lasting; empty for the host's name
 * @param bind address to listen on
 * @param advertise host name or address under which clients and other nodes reach this one; empty for a guess
 * @param zone that the node stands in
 * @param clusterKey the secret that all nodes share
 * @param metas all meta servers, {@code host:port} of their ports for nodes, separated by commas
 * @param loops event loops of a role; 0 for one for each core, at most 4
 * @param ioThreads for sockets of nodes, and as many for those of clients; 0 for one for each core, at most 4
 */
public record NodeSettings(
        String name,
        String bind,
        String advertise,
        String zone,
        String clusterKey,
        String metas,
        int loops,
        int ioThreads) {
    public static final NodeSettings DEFAULTS = new NodeSettings("", "0.0.0.0", "", "DEFAULT_ZONE", "", "", 0, 0);

    public static final int MAX_PORT = 65_535;

    private static final int MAX_THREADS = 64;
    private static final int MANY_CORES = 4;

    public NodeSettings {
        if (bind.isBlank()) {
            throw new IllegalArgumentException("bind must not be blank");
        }
        bind = host("bind", bind);
        advertise = advertise.isBlank() ? "" : advertisedHost("advertise", advertise);
        if (zone.isBlank()) {
            throw new IllegalArgumentException("zone must not be blank");
        }
        requireThreads("loops", loops);
        requireThreads("ioThreads", ioThreads);
    }

    /** @throws IllegalArgumentException that starts with the name */
    public static void requirePort(String name, int port) {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException(name + " out of range 1.." + MAX_PORT + ": " + port);
        }
    }

    /**
     * A host under which others reach this one, in its one spelling.
     *
     * @throws IllegalArgumentException that starts with the name
     */
    public static String advertisedHost(String name, String text) {
        String host = host(name, text);
        if (Host.isAny(host)) {
            throw new IllegalArgumentException(name + " is what others connect to, and nobody can connect to " + text
                    + ": give the name or an address of this host");
        }
        return host;
    }

    private static String host(String name, String text) {
        try {
            return Host.normal(text);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(name + " " + malformed.getMessage(), malformed);
        }
    }

    public NodeSettings withMetas(String addresses) {
        return new NodeSettings(name, bind, advertise, zone, clusterKey, addresses, loops, ioThreads);
    }

    public NodeSettings withClusterKey(String key) {
        return new NodeSettings(name, bind, advertise, zone, key, metas, loops, ioThreads);
    }

    /** Under which name others reach this host: as told, else the address to listen on, else a guess. */
    public String host() {
        if (!advertise.isBlank()) {
            return advertise;
        }
        return Host.isAny(bind) ? HostAddress.guess() : bind;
    }

    /** Why others may not reach it under {@link #host}; empty when that was set or is not in doubt. */
    String doubt() {
        boolean guessed = advertise.isBlank() && Host.isAny(bind);
        return guessed && HostAddress.isLoopback(host())
                ? "this host has no route to others: set registry.advertise to its name or address, if others are to"
                        + " reach it"
                : "";
    }

    int loopCount() {
        return loops > 0 ? loops : perCore();
    }

    public int ioThreadCount() {
        return ioThreads > 0 ? ioThreads : perCore();
    }

    /** @throws StartupException when it is missing or too short */
    ClusterKey key() {
        if (clusterKey.isBlank()) {
            throw new StartupException(
                    "registry.cluster-key is not set: give all nodes of the cluster the same secret of"
                            + " at least " + ClusterKey.MIN_LENGTH + " characters, such as in the environment variable"
                            + " REGISTRY_CLUSTER_KEY");
        }
        try {
            return new ClusterKey(clusterKey);
        } catch (IllegalArgumentException tooShort) {
            throw new StartupException("registry.cluster-key: " + tooShort.getMessage());
        }
    }

    /**
     * A name that only nodes with the same cluster key know, for the given purpose: 32 hexadecimal digits.
     *
     * @throws StartupException when the key is missing or too short
     */
    public String secret(String purpose) {
        return key().derive(purpose);
    }

    /** @throws StartupException when there is none or one is malformed */
    public ImmutableList<Address> metaAddresses() {
        try {
            ImmutableList<Address> addresses = Arrays.stream(metas.split(","))
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .map(Address::parse)
                    .collect(ImmutableList.toImmutableList());
            if (addresses.isEmpty()) {
                throw new StartupException("registry.metas is not set: name the meta servers as host:port,host:port");
            }
            return addresses;
        } catch (IllegalArgumentException malformed) {
            throw new StartupException("registry.metas: " + malformed.getMessage());
        }
    }

    /** @throws StartupException when it is no address of this machine */
    InetAddress bindAddress() {
        try {
            InetAddress address = InetAddress.getByName(bind);
            if (address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null) {
                return address;
            }
        } catch (IOException unknown) {
            throw new StartupException("registry.bind: " + bind + " is not known: name an address of this machine");
        }
        throw new StartupException("registry.bind: " + bind + " is not an address of this machine");
    }

    private static void requireThreads(String name, int count) {
        if (count < 0 || count > MAX_THREADS) {
            throw new IllegalArgumentException(name + " out of range 0.." + MAX_THREADS + ": " + count);
        }
    }

    private static int perCore() {
        return Math.min(MANY_CORES, Runtime.getRuntime().availableProcessors());
    }
}

package io.slotregistry.cluster;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;

/**
 * IP addresses that clients may connect from.
 *
 * @param addresses in the form that RFC 5952 recommends; at most {@link #MAX}
 */
public record ClientAddresses(ImmutableSortedSet<String> addresses) {
    /** They travel with every view. */
    public static final int MAX = 256;

    public static final ClientAddresses NONE = new ClientAddresses(ImmutableSortedSet.of());

    private static final Splitter COMMA = Splitter.on(',').trimResults().omitEmptyStrings();

    public ClientAddresses {
        if (addresses.size() > MAX) {
            throw new IllegalArgumentException(addresses.size() + " of them");
        }
    }

    /**
     * @param text addresses separated by commas, none at all if there is none
     * @throws IllegalArgumentException whose message is what is wrong in the text
     */
    public static ClientAddresses parse(String text) {
        ImmutableSortedSet<String> addresses = COMMA.splitToStream(text)
                .map(ClientAddresses::canonical)
                .collect(ImmutableSortedSet.toImmutableSortedSet(Comparator.naturalOrder()));
        return new ClientAddresses(addresses);
    }

    /**
     * Whether a client is connected from one of them.
     *
     * @param client {@code ip:port}; one that cannot be understood is connected from elsewhere
     */
    public boolean contain(String client) {
        return !addresses.isEmpty() && addresses.contains(hostOf(client));
    }

    /**
     * What one holder of addresses usually has: an IPv4 address, or the first 64 bits of an IPv6 one.
     *
     * @param client {@code ip:port}
     */
    public static String networkOf(String client) {
        String host = hostOf(client);
        if (!host.contains(":")) {
            return host;
        }
        byte[] network = InetAddresses.forString(host).getAddress();
        Arrays.fill(network, network.length / 2, network.length, (byte) 0);
        try {
            return InetAddresses.toAddrString(InetAddress.getByAddress(network)) + "/64";
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As {@link #parse} reads them. */
    @Override
    public String toString() {
        return String.join(",", addresses);
    }

    private static String hostOf(String client) {
        int port = client.lastIndexOf(':');
        String host = port < 0 ? client : client.substring(0, port);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = withoutInterface(bracketed ? host.substring(1, host.length() - 1) : host);
        return InetAddresses.isInetAddress(bare) ? canonical(bare) : "";
    }

    private static String canonical(String address) {
        String bare = withoutInterface(address);
        if (!InetAddresses.isInetAddress(bare)) {
            throw new IllegalArgumentException(address);
        }
        return InetAddresses.toAddrString(InetAddresses.forString(bare));
    }

    /** A link-local IPv6 address may name a network interface of this machine, which means nothing on another one. */
    private static String withoutInterface(String address) {
        int percent = address.indexOf('%');
        return percent < 0 ? address : address.substring(0, percent);
    }
}

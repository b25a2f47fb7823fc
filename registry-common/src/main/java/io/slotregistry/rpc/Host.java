package io.slotregistry.rpc;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names and addresses of hosts, as people write them. Resolves nothing. */
public final class Host {
    private static final int MAX_LENGTH = 253;
    /** With the underscore, which DNS does not allow but the names of containers have. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?\\.?");

    /** So would one be read that is not a name. */
    private static final Pattern NUMBERS = Pattern.compile("(.*\\.)?[0-9]+\\.?");

    private static final Pattern WITH_PORT = Pattern.compile("\\[?[^:]*]?:[0-9]+|\\[.*]:[0-9]+");
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9._-]+");

    private Host() {}

    /**
     * In the one spelling that this registry uses: names in lower case, IPv6 addresses as RFC 5952 recommends and
     * without brackets.
     *
     * @throws IllegalArgumentException whose message goes on from the name of what was set
     */
    public static String normal(String text) {
        String host = text.strip();
        if (host.contains("/")) {
            throw new IllegalArgumentException("is a host name or IP address without http:// and path: " + text);
        }
        if (WITH_PORT.matcher(host).matches()) {
            throw new IllegalArgumentException("is a host name or IP address without a port: " + text);
        }
        String bare = isBracketed(host) ? host.substring(1, host.length() - 1) : host;
        if (isIpv6(bare)) {
            return normalIpv6(bare, text);
        }
        boolean name = NAME.matcher(host).matches() && host.length() <= MAX_LENGTH;
        if (!name || (NUMBERS.matcher(host).matches() && !InetAddresses.isInetAddress(host))) {
            throw new IllegalArgumentException("is not a host name or IP address: " + text);
        }
        return host.toLowerCase(Locale.ROOT);
    }

    /** Whether it is an IPv6 address, which existing SDKs cannot connect to: they split at the first colon. */
    public static boolean isIpv6(String host) {
        return host.contains(":");
    }

    /** Whether it means all addresses of a machine, which is good to listen on and cannot be reached. */
    public static boolean isAny(String host) {
        String bare = withoutInterface(host);
        return InetAddresses.isInetAddress(bare)
                && InetAddresses.forString(bare).isAnyLocalAddress();
    }

    /** In brackets when it is an IPv6 address, as before a port and in an address of the web. */
    public static String inText(String host) {
        return isIpv6(host) ? "[" + host + "]" : host;
    }

    static boolean isBracketed(String host) {
        return host.startsWith("[") && host.endsWith("]");
    }

    private static String normalIpv6(String host, String text) {
        String bare = withoutInterface(host);
        String networkInterface = host.substring(bare.length());
        boolean usable = networkInterface.isEmpty()
                || INTERFACE.matcher(networkInterface.substring(1)).matches();
        if (!usable || !InetAddresses.isInetAddress(bare)) {
            throw new IllegalArgumentException("is not a host name or IP address: " + text);
        }
        InetAddress address = InetAddresses.forString(bare);
        return InetAddresses.toAddrString(address) + networkInterface;
    }

    private static String withoutInterface(String host) {
        int percent = host.indexOf('%');
        return percent < 0 ? host : host.substring(0, percent);
    }
}

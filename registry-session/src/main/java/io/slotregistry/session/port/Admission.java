package io.slotregistry.session.port;

import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Which connections are let in: so many in all and so many from one address. Callable from anywhere. */
final class Admission {
    private static final int PREFIX_BYTES = 8;

    private final int maxConnections;
    private final int maxPerAddress;
    private final int maxOpen;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentMap<String, Integer> byAddress = new ConcurrentHashMap<>();

    /** @param maxOpen with those that are not let in but have not been told so */
    Admission(int maxConnections, int maxPerAddress, int maxOpen) {
        this.maxConnections = maxConnections;
        this.maxPerAddress = maxPerAddress;
        this.maxOpen = maxOpen;
    }

    /** Null when it is let in, else why not. In both cases {@link #closed} follows. */
    @Nullable
    String opened(String ip) {
        int ofAddress = byAddress.merge(networkOf(ip), 1, Integer::sum);
        if (open.incrementAndGet() > maxConnections) {
            return "too many connections";
        }
        return ofAddress > maxPerAddress ? "too many connections from this address" : null;
    }

    /** So many are open that they cannot even be told that they are too many. */
    boolean isOverrun() {
        return open.get() > maxOpen;
    }

    void closed(String ip) {
        open.decrementAndGet();
        byAddress.merge(networkOf(ip), -1, (count, one) -> count > 1 ? count - 1 : null);
    }

    /** Whoever has one IPv6 address has 2^64 of them. */
    private static String networkOf(String ip) {
        String withoutZone = ip.replaceFirst("%.*", "");
        if (!InetAddresses.isInetAddress(withoutZone)) {
            return ip;
        }
        InetAddress address = InetAddresses.forString(withoutZone);
        return address instanceof Inet6Address
                ? Arrays.toString(Arrays.copyOf(address.getAddress(), PREFIX_BYTES))
                : withoutZone;
    }
}

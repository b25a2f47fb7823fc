package io.slotregistry.rpc;

/**
 * Where a node listens: a host name or IP literal, and a port from 1 to 65535.
 *
 * @param host as {@link Host#normal} has it, so that two spellings of one address are equal
 */
public record Address(String host, int port) {
    public Address {
        host = Host.normal(host);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port out of range 1..65535: " + port);
        }
    }

    /** The inverse of {@link #toString}. */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon));
        if (colon <= 0 || (host.contains(":") && !host.contains("//") && !Host.isBracketed(host))) {
            throw new IllegalArgumentException(
                    "an address has the form host:port, or [::1]:port with an IPv6 address: " + text);
        }
        try {
            return new Address(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("an address has the form host:port: " + text, notANumber);
        }
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    @Override
    public String toString() {
        return Host.inText(host) + ":" + port;
    }
}

package io.slotregistry.model;

import java.util.Comparator;

/**
 * Whose publication. The address is part of it, so that what a client says about a registerId that it has read
 * somewhere never touches what the client at another address registered under it.
 *
 * @param host IP address that the client is connected from
 */
public record PublisherId(String dataInfoId, String registerId, String host) implements Comparable<PublisherId> {
    private static final Comparator<PublisherId> ORDER = Comparator.comparing(PublisherId::registerId)
            .thenComparing(PublisherId::dataInfoId)
            .thenComparing(PublisherId::host);

    /** The part of {@code ip:port} in front of the port; all of it when there is no port. */
    public static String hostOf(String clientAddress) {
        int port = clientAddress.lastIndexOf(':');
        return port < 0 ? clientAddress : clientAddress.substring(0, port);
    }

    public RegistrationId registration() {
        return new RegistrationId(dataInfoId, registerId);
    }

    /** Clients at two addresses use one registerId of one service. */
    public boolean isRivalOf(PublisherId other) {
        return registerId.equals(other.registerId) && dataInfoId.equals(other.dataInfoId) && !host.equals(other.host);
    }

    /** The same registrations side by side. */
    @Override
    public int compareTo(PublisherId other) {
        return ORDER.compare(this, other);
    }
}

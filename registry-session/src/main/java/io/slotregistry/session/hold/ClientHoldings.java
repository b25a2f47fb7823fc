package io.slotregistry.session.hold;

import io.slotregistry.cluster.ClientAddresses;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.runtime.ByteShares;
import io.slotregistry.runtime.Published;
import io.slotregistry.session.client.ClientConnection;

/**
 * What clients make this session hold, in bytes. A limit is looked at before something is taken, which is counted when
 * it is kept: several loops together may exceed it by one registration each. Callable from anywhere.
 */
public final class ClientHoldings {
    private final ByteBudget all;
    private final long serviceLimit;
    private final long newcomersLimit;
    private final ByteShares<String> byNetwork;
    private final ByteShares<Connection> byConnection;
    private final Published<ClientAddresses> proxies = new Published<>(ClientAddresses.NONE);

    /** @param all for everything that clients make this session hold */
    public ClientHoldings(ByteBudget all, HoldingSettings settings) {
        this.all = all;
        this.serviceLimit = all.sharePercent(settings.servicePercent()).limit();
        this.newcomersLimit = all.sharePercent(settings.newcomersPercent()).limit();
        long connectionLimit = all.sharePercent(settings.connectionPercent()).limit();
        this.byNetwork = new ByteShares<>(network -> all.sharePercent(settings.addressPercent()));
        this.byConnection = new ByteShares<>(
                connection -> ofAddress(connection.remoteAddress).share(connectionLimit));
    }

    /** Many clients may be connected from these. Applies to connections that are opened later. */
    public void proxies(ClientAddresses known) {
        proxies.set(known);
    }

    public ByteBudget all() {
        return all;
    }

    /** The share of a connection; what it holds must refer to it. */
    public ByteBudget of(ClientConnection connection) {
        return byConnection.of(new Connection(connection.id(), connection.remoteAddress()));
    }

    /** What is kept for clients at that address when their connections are closed. */
    public ByteBudget ofAddress(String remoteAddress) {
        return proxies.get().contain(remoteAddress) ? all : byNetwork.of(ClientAddresses.networkOf(remoteAddress));
    }

    /** For a subscriber or configurator, or a publisher that grows. */
    public Room room(ByteBudget share, long bytes) {
        ByteBudget lacking = share.lacking(bytes);
        if (lacking == null) {
            return Room.ENOUGH;
        }
        return lacking == share ? Room.CONNECTION_FULL : lacking == all ? Room.SERVER_FULL : Room.ADDRESS_FULL;
    }

    /**
     * For a publisher that this session does not hold yet.
     *
     * @param serviceBytes that the service's publishers hold
     */
    public Room roomForNew(ByteBudget share, long serviceBytes, long bytes) {
        Room room = room(share, bytes);
        if (room != Room.ENOUGH) {
            return room;
        }
        if (serviceBytes + bytes > serviceLimit) {
            return Room.SERVICE_FULL;
        }
        return all.used() + bytes > newcomersLimit ? Room.NEWCOMERS_FULL : Room.ENOUGH;
    }

    private record Connection(long id, String remoteAddress) {}
}

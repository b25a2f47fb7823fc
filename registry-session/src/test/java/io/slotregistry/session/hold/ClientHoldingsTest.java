package io.slotregistry.session.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.ClientAddresses;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.session.client.FakeConnection;
import org.junit.jupiter.api.Test;

class ClientHoldingsTest {
    /** For newcomers 500, for a connection 200, for an address 400, for a service 200. */
    private final ClientHoldings holdings =
            new ClientHoldings(new ByteBudget(1_000), new HoldingSettings(35, 50, 20, 40, 20));

    private long ids;

    @Test
    void aConnectionHasAShare() {
        ByteBudget share = holdings.of(new FakeConnection(1, "10.0.0.1"));
        share.add(150);

        assertThat(holdings.room(share, 50)).isEqualTo(Room.ENOUGH);
        assertThat(holdings.room(share, 51)).isEqualTo(Room.CONNECTION_FULL);
        assertThat(holdings.of(new FakeConnection(1, "10.0.0.1"))).isSameAs(share);
    }

    @Test
    void connectionsFromOneAddressHaveAShareTogether() {
        ByteBudget first = full("10.0.0.1");
        ByteBudget second = full("10.0.0.1");

        assertThat(holdings.room(connected("10.0.0.1"), 1)).isEqualTo(Room.ADDRESS_FULL);
        assertThat(holdings.room(connected("10.0.0.2"), 1)).isEqualTo(Room.ENOUGH);
        assertThat(first.used() + second.used()).isEqualTo(400);
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        ByteBudget first = full("[2001:db8:0:1::1]");
        ByteBudget second = full("[2001:db8:0:1:ffff::2]");

        assertThat(holdings.room(connected("[2001:db8:0:1::3]"), 1)).isEqualTo(Room.ADDRESS_FULL);
        assertThat(holdings.room(connected("[2001:db8:0:2::1]"), 1)).isEqualTo(Room.ENOUGH);
        assertThat(first.used() + second.used()).isEqualTo(400);
    }

    @Test
    void behindAKnownProxyAreManyAddresses() {
        holdings.proxies(ClientAddresses.parse("10.0.0.1"));
        ByteBudget first = full("10.0.0.1");
        ByteBudget second = full("10.0.0.1");

        assertThat(holdings.room(connected("10.0.0.1"), 100)).isEqualTo(Room.ENOUGH);
        assertThat(holdings.roomForNew(connected("10.0.0.1"), 0, 101)).isEqualTo(Room.NEWCOMERS_FULL);
        assertThat(first.used() + second.used()).isEqualTo(400);
    }

    @Test
    void newPublishersLeaveRoomForThoseOfOtherSessions() {
        ByteBudget others = holdings.ofAddress("10.0.0.9:1");
        others.add(390);
        ByteBudget share = connected("10.0.0.1");

        assertThat(holdings.roomForNew(share, 0, 110)).isEqualTo(Room.ENOUGH);
        assertThat(holdings.roomForNew(share, 0, 111)).isEqualTo(Room.NEWCOMERS_FULL);
        assertThat(holdings.room(share, 111)).isEqualTo(Room.ENOUGH);
        others.add(500);
        assertThat(holdings.room(share, 111)).isEqualTo(Room.SERVER_FULL);
    }

    @Test
    void thePublishersOfAServiceHaveAShare() {
        ByteBudget share = connected("10.0.0.1");

        assertThat(holdings.roomForNew(share, 150, 50)).isEqualTo(Room.ENOUGH);
        assertThat(holdings.roomForNew(share, 150, 51)).isEqualTo(Room.SERVICE_FULL);
    }

    private ByteBudget full(String host) {
        ByteBudget share = connected(host);
        share.add(200);
        return share;
    }

    private ByteBudget connected(String host) {
        return holdings.of(new FakeConnection(++ids, host));
    }
}

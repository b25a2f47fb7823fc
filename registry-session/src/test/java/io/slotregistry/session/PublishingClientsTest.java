package io.slotregistry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.FakeConnection;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublishingClientsTest {
    private final VirtualTime time = new VirtualTime(1);
    private final Map<Long, ClientConnection> connections = new HashMap<>();
    private final PublishingClients clients =
            new PublishingClients(new SimulatedLoop(time), new SimulatedClock(time, 0), connections);

    @Test
    void addressesThatLoseAConnectionWithinASecondAreCounted() {
        List<FakeConnection> open = publish(30);
        assertThat(clients.losses().getPublishing()).isEqualTo(30);
        open.subList(0, 5).forEach(this::close);
        time.runFor(900);
        open.subList(5, 12).forEach(this::close);
        assertThat(lost()).isEqualTo("12 of 30");
        time.runFor(1_100);
        close(open.get(12));
        assertThat(lost()).as("the worst second lately").isEqualTo("12 of 30");
        time.runFor(1_000);
        assertThat(clients.losses().getLost()).isZero();
    }

    @Test
    void anAddressCountsOnceWhetherItIsBackOrNot() {
        List<FakeConnection> open = publish(2);
        close(open.get(0));
        FakeConnection again = open(100, "10.0.0.0");
        clients.publishes(again);
        time.runFor(1);
        close(again);
        assertThat(lost()).isEqualTo("1 of 2");
    }

    @Test
    void connectionsWithoutAPublisherDoNotCount() {
        publish(10);
        for (int i = 0; i < 100; i++) {
            close(open(1_000 + i, "10.9.9." + i));
        }
        assertThat(lost()).isEqualTo("0 of 10");
    }

    @Test
    void whatTheServerClosesDoesNotCount() {
        List<FakeConnection> open = publish(10);
        open.forEach(connection -> connection.close("another session has fewer clients"));
        open.forEach(this::close);
        assertThat(clients.losses().getLost()).isZero();
    }

    @Test
    void whoPublishesAndEndsAtOnceLeavesNothingBehind() {
        FakeConnection connection = open(1, "10.0.0.1");
        clients.publishes(connection);
        close(connection);
        time.runFor(1);
        assertThat(clients.losses().getPublishing()).isZero();
    }

    private List<FakeConnection> publish(int count) {
        List<FakeConnection> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            open.add(open(i, "10.0.0." + i));
        }
        open.forEach(clients::publishes);
        time.runFor(1);
        return open;
    }

    private FakeConnection open(long id, String address) {
        FakeConnection connection = new FakeConnection(id, address);
        connections.put(id, connection);
        return connection;
    }

    private void close(FakeConnection connection) {
        connections.remove(connection.id());
        clients.closed(connection);
    }

    private String lost() {
        return clients.losses().getLost() + " of " + clients.losses().getPublishing();
    }
}

package io.slotregistry.session.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.ClientAddresses;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.runtime.Limits;
import io.slotregistry.session.client.FakeConnection;
import io.slotregistry.session.hold.ClientHoldings;
import io.slotregistry.session.hold.HoldingSettings;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.VirtualTime;
import io.slotregistry.timeline.Timeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose turn it is on a line that takes one push at a time. */
class ClientTest {
    private static final int LARGE = 200_000;
    private static final int SMALL = 1_000;

    private final VirtualTime time = new VirtualTime(1);
    private final SimulatedClock clock = new SimulatedClock(time, 0);
    private final List<String> pushed = new ArrayList<>();
    private boolean free = true;
    private final Client client = new Client(
            new FakeConnection(1) {
                @Override
                public boolean mayPush(long bytes) {
                    return free;
                }
            },
            new PushContext(
                    new SimulatedLoop(time),
                    clock,
                    PushSettings.DEFAULTS,
                    () -> true,
                    WarmUpPushes.never(),
                    dataInfoId -> ClientAddresses.NONE,
                    new Timeline(clock, 100),
                    new Limits(),
                    new ClientHoldings(new ByteBudget(1_000_000), HoldingSettings.DEFAULTS)));

    /** A service of which so many versions are to be pushed. */
    private final class Service {
        private final String name;
        private final int bytes;
        private int left;
        private final Client.Turn turn = client.turn(this::push);

        Service(String name, int bytes, int versions) {
            this.name = name;
            this.bytes = bytes;
            this.left = versions;
            push();
        }

        void push() {
            if (left > 0 && client.mayPush(turn, bytes)) {
                left--;
                pushed.add(name);
                free = false;
            }
        }
    }

    /** The client has acknowledged what it was pushed. */
    private void acknowledge(List<Service> services) {
        free = true;
        services.forEach(Service::push);
        client.resume();
    }

    @Test
    void whatIsSmallDoesNotWaitForAllThatIsLarge() {
        List<Service> services = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            services.add(new Service("large", LARGE, 1));
        }
        acknowledge(services);
        services.add(new Service("small", SMALL, 1));
        acknowledge(services);

        assertThat(pushed).containsExactly("large", "large", "small");
    }

    @Test
    void whatIsLargeDoesNotWaitForeverForWhatIsSmall() {
        List<Service> services = new ArrayList<>();
        services.add(new Service("small", SMALL, 10_000));
        services.add(new Service("other", SMALL, 10_000));
        services.add(new Service("large", LARGE, 1));
        for (int i = 0; i < 2 * LARGE / SMALL + 2; i++) {
            acknowledge(services);
        }

        assertThat(pushed).contains("large");
        assertThat(Collections.frequency(pushed, "other"))
                .as("and what is equally small gets as much")
                .isCloseTo(Collections.frequency(pushed, "small"), org.assertj.core.data.Offset.offset(2));
    }

    @Test
    void aTurnThatIsNotNeededAnyMoreHoldsNobodyUp() {
        Service first = new Service("first", SMALL, 1);
        Service gone = new Service("gone", SMALL, 1);
        Service last = new Service("last", LARGE, 1);
        gone.left = 0;
        acknowledge(List.of(first));

        assertThat(pushed).containsExactly("first", "last");
        assertThat(last.left).isZero();
    }

    @Test
    void aLineThatIsFreeAgainIsNoticedWithoutAnAcknowledgement() {
        free = false;
        Service service = new Service("waits", SMALL, 1);
        time.runFor(10_000);
        free = true;
        time.runFor(200);

        assertThat(service.left).isZero();
    }
}

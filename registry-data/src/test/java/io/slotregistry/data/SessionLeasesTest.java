package io.slotregistry.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.VirtualTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionLeasesTest {
    private static final long LEASE = 1_000;
    private static final long HARD_LIMIT = 100_000;

    private final VirtualTime time = new VirtualTime(1);
    private final SessionLeases leases = new SessionLeases(new SimulatedClock(time, 0));
    private final Set<ProcessId> listed = new HashSet<>();
    private final ProcessId a = process("a");
    private final ProcessId b = process("b");
    private final ProcessId c = process("c");
    private boolean metaIsSilent;

    @Test
    void aProcessGoesWhenLeaseConnectionAndMetaAgree() {
        leases.heard(a);
        leases.disconnected(a);
        time.runFor(LEASE);
        assertThat(expired()).isEmpty();
        time.runFor(1);
        assertThat(expired()).containsExactly(a);
        assertThat(expired()).isEmpty();
    }

    @Test
    void oneThatMetaListsStaysUntilTheHardLimit() {
        listed.add(a);
        leases.heard(a);
        leases.disconnected(a);
        time.runFor(HARD_LIMIT);
        assertThat(expired()).isEmpty();
        time.runFor(1);
        assertThat(expired()).containsExactly(a);
    }

    @Test
    void aFrozenOneIsGivenMoreTime() {
        leases.heard(a);
        time.runFor(8 * LEASE);
        assertThat(expired()).isEmpty();
        time.runFor(1);
        assertThat(expired()).containsExactly(a);
    }

    @Test
    void nobodyGoesWhileMetaIsSilent() {
        metaIsSilent = true;
        leases.heard(a);
        leases.disconnected(a);
        time.runFor(10 * LEASE);
        assertThat(expired()).isEmpty();
        metaIsSilent = false;
        assertThat(expired()).containsExactly(a);
    }

    @Test
    void mostOfThemAtOnceAreGivenASecondLease() {
        List.of(a, b, c).forEach(leases::heard);
        listed.add(c);
        leases.disconnected(a);
        leases.disconnected(b);
        time.runFor(LEASE + 1);
        assertThat(expired()).isEmpty();
        assertThat(leases.held()).isEqualTo(2);
        leases.heard(a);
        time.runFor(LEASE);
        assertThat(expired()).containsExactly(b);
        assertThat(leases.held()).isZero();
    }

    private List<ProcessId> expired() {
        return leases.takeExpired(listed::contains, metaIsSilent, LEASE, HARD_LIMIT);
    }

    private static ProcessId process(String name) {
        return new ProcessId(new NodeId(Role.SESSION, name), 1);
    }
}

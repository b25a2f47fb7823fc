package io.slotregistry.session.port;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who is let in when there are many. */
class AdmissionTest {
    @Test
    void thereIsALimitForAllAndOneForEachAddress() {
        Admission admission = new Admission(4, 2, 6);
        assertThat(admission.opened("10.0.0.1")).isNull();
        assertThat(admission.opened("10.0.0.1")).isNull();
        assertThat(admission.opened("10.0.0.1")).isEqualTo("too many connections from this address");
        assertThat(admission.opened("10.0.0.2")).isNull();
        assertThat(admission.opened("10.0.0.3")).isEqualTo("too many connections");
        assertThat(admission.isOverrun()).isFalse();
        admission.opened("10.0.0.4");
        admission.opened("10.0.0.5");
        assertThat(admission.isOverrun()).isTrue();
    }

    @Test
    void whoLeavesMakesRoom() {
        Admission admission = new Admission(10, 1, 10);
        admission.opened("10.0.0.1");
        admission.opened("10.0.0.1");
        admission.closed("10.0.0.1");
        admission.closed("10.0.0.1");
        assertThat(admission.opened("10.0.0.1")).isNull();
    }

    @Test
    void anIpv6AddressCountsWithAllOfItsNetwork() {
        Admission admission = new Admission(10, 1, 10);
        assertThat(admission.opened("2001:db8:0:1:0:0:0:1")).isNull();
        assertThat(admission.opened("2001:db8:0:1:ffff:0:0:2%eth0")).isNotNull();
        assertThat(admission.opened("2001:db8:0:2:0:0:0:1")).isNull();
    }

    @Test
    void connectionsAreCappedByTheDescriptorsThatThereAre() {
        ClientPortSettings settings = ClientPortSettings.DEFAULTS.within(1_000);
        assertThat(settings.maxConnections()).isEqualTo(900);
        assertThat(ClientPortSettings.DEFAULTS.within(1_000_000)).isEqualTo(ClientPortSettings.DEFAULTS);
        assertThat(ClientPortSettings.DEFAULTS.within(0).maxConnections()).isEqualTo(1);
    }
}

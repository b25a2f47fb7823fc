package io.slotregistry.session.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SessionPortsTest {
    @Test
    void clientsAreGivenWhatIsMappedToThePort() {
        assertThat(ports("", 0).clientAddress("10.0.0.1")).hasToString("10.0.0.1:9600");
        assertThat(ports("", 19600).clientAddress("10.0.0.1")).hasToString("10.0.0.1:19600");
        assertThat(ports("Reg.example", 19600).clientAddress("10.0.0.1")).hasToString("reg.example:19600");
    }

    @Test
    void whatClientsCannotUseIsRefused() {
        assertThatThrownBy(() -> ports("2001:db8::1", 0)).hasMessageContaining("IPv6");
        assertThatThrownBy(() -> ports("0.0.0.0", 0)).hasMessageStartingWith("advertiseHost is what others connect to");
        assertThatThrownBy(() -> ports("reg:19600", 0)).hasMessageContaining("without a port");
        assertThatThrownBy(() -> ports("", 65_536)).hasMessageStartingWith("advertisePort out of range");
    }

    private static SessionPorts ports(String advertiseHost, int advertisePort) {
        return new SessionPorts(9600, 9601, 9603, advertiseHost, advertisePort);
    }
}

package io.slotregistry.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class SettingsReaderTest {
    /** What a data server might read. */
    public record Leases(long leaseMillis) {}

    @Test
    void aVariableOfTheEnvironmentSetsAKeyWithDashes() {
        SettingsReader reader = new SettingsReader(variables(Map.of("REGISTRY_DATA_LEASE_MILLIS", "7")));
        assertThat(reader.read("registry.data", new Leases(1)).leaseMillis()).isEqualTo(7);
        reader.refuseUnknown();
    }

    @Test
    void aKeyThatNobodyReadsIsRefusedByName() {
        SettingsReader reader = new SettingsReader(properties(Map.of("registry.data.lease-milis", "7")));
        reader.read("registry.data", new Leases(1));
        assertThatThrownBy(reader::refuseUnknown)
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("unknown setting registry.data.lease-milis");
    }

    @Test
    void whatOtherRolesReadMayBeSetForAll() {
        Map<String, Object> all = Map.of("REGISTRY_SESSION_GRACE_MILLIS", "7", "REGISTRY_DATA_LEASE_MILLIS", "7");
        SettingsReader reader = new SettingsReader(variables(all));
        reader.read("registry.data", new Leases(1));
        reader.refuseUnknown();
    }

    private static StandardEnvironment variables(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables));
        return environment;
    }

    private static StandardEnvironment properties(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        return environment;
    }
}

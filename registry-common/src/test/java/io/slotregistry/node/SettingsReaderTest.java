package io.slotregistry.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class SettingsReaderTest {
    /** What a data server might read. */
    public record Leases(long leaseMillis) {}

    @Test
    void aVariableOfTheEnvironmentSetsAKeyWithDashes() {
        SettingsReader reader = reader(Map.of("REGISTRY_DATA_LEASE_MILLIS", "7"));
        assertThat(reader.read("registry.data", new Leases(1)).leaseMillis()).isEqualTo(7);
        reader.refuseUnknown();
    }

    @Test
    void anUnknownKeyThatIsNoVariableIsRefusedByName() {
        StandardEnvironment environment = SettingSources.environment(Map.of());
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("file", Map.of("registry.data.lease-milis", "7")));
        SettingsReader reader = new SettingsReader(environment, Map.of());
        reader.read("registry.data", new Leases(1));
        assertThatThrownBy(reader::refuseUnknown)
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("unknown setting registry.data.lease-milis");
    }

    @ParameterizedTest
    @CsvSource({
        "REGISTRY_PORT, tcp://10.0.0.1:9600",
        "REGISTRY_SERVICE_HOST, 10.0.0.1",
        "REGISTRY_AUTH_FILE, /etc/auth.json",
        "REGISTRY_URL, https://registry.example",
        "REGISTRY_JAVA_OPTS, -Xmx2g",
        "REGISTRY_SESSION_GRACE_MILLIS, 7",
        "REGISTRY_DATA_LEASE_MILIS, 7"
    })
    void aVariableThatIsNoSettingHereEndsNoStart(String name, String value) {
        SettingsReader reader = reader(Map.of(name, value));
        assertThat(reader.read("registry.data", new Leases(1)).leaseMillis()).isEqualTo(1);
        reader.refuseUnknown();
    }

    @Test
    void aServiceLinkThatHasTheNameOfASettingIsNotTakenForIt() {
        SettingsReader reader = reader(Map.of("REGISTRY_DATA_LEASE_MILLIS", "tcp://10.0.0.1:7"));
        assertThat(reader.read("registry.data", new Leases(1)).leaseMillis()).isEqualTo(1);
    }

    @Test
    void variablesOfOtherProgramsAreNoSettings() {
        StandardEnvironment environment = SettingSources.environment(Map.of("DEBUG", "1", "SERVER_PORT", "tcp://x:1"));
        assertThat(environment.getProperty("debug")).isNull();
        assertThat(environment.getProperty("server.port")).isNull();
    }

    @Test
    void anArgumentIsASettingAndIsGivenOnce() {
        SettingSources.check(List.of("--registry.name=a", "--registry.zone=a"));
        assertThatThrownBy(() -> SettingSources.check(
                        List.of("--registry.join-timeout-millis=1", "--registry.joinTimeoutMillis=2")))
                .hasMessage("setting registry.joinTimeoutMillis is given twice");
        assertThatThrownBy(() -> SettingSources.check(List.of("--regsitry.name=a")))
                .hasMessageContaining("is not a setting");
    }

    private static SettingsReader reader(Map<String, String> variables) {
        return new SettingsReader(SettingSources.environment(variables), variables);
    }
}

package io.slotregistry.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class NodeSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "registry.advertise, http://reg, setting registry.advertise is a host name or IP address without http://",
        "registry.advertise, reg:19600, setting registry.advertise is a host name or IP address without a port",
        "registry.advertise, [::1]:19600, setting registry.advertise is a host name or IP address without a port",
        "registry.advertise, 0.0.0.0, setting registry.advertise is what others connect to",
        "registry.advertise, [::], setting registry.advertise is what others connect to",
        "registry.advertise, a reg, setting registry.advertise is not a host name or IP address: a reg",
        "registry.bind, 10.0.0.1:9600, setting registry.bind is a host name or IP address without a port",
        "registry.bind, 300.0.0.1, setting registry.bind is not a host name or IP address: 300.0.0.1"
    })
    void anAddressThatCannotBeOneIsRefused(String key, String value, String message) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(message)
                .hasMessageContaining(value);
    }

    @Test
    void addressesHaveOneSpelling() {
        NodeSettings settings =
                read(Map.of("registry.bind", "[0:0:0:0:0:0:0:1]", "registry.advertise", " Reg.Example "));

        assertThat(settings.bind()).isEqualTo("::1");
        assertThat(settings.host()).isEqualTo("reg.example");
        assertThat(read(Map.of("registry.bind", "[::1]")).host()).isEqualTo("::1");
    }

    @Test
    void anAddressThatWasSetIsNotDoubted() {
        assertThat(read(Map.of("registry.advertise", "127.0.0.1")).doubt()).isEmpty();
        assertThat(read(Map.of("registry.bind", "127.0.0.1")).doubt()).isEmpty();
    }

    private static NodeSettings read(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        return new SettingsReader(environment, Map.of()).read("registry", NodeSettings.DEFAULTS);
    }
}

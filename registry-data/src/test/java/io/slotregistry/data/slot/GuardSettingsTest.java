package io.slotregistry.data.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotregistry.cluster.ClusterSettings;
import org.junit.jupiter.api.Test;

class GuardSettingsTest {
    @Test
    void whatOperatorsSetForAServiceOrTheClusterGoesBeforeWhatTheNodeWasTold() {
        ClusterSettings set =
                ClusterSettings.NONE.with("guard.hold-millis", "3000", "").with("guard.enabled", "false", "orders");
        GuardSettings own = new GuardSettings(true, 60, 1_000, 2_000);
        assertThat(own.under(ClusterSettings.NONE, "x")).isEqualTo(own);
        assertThat(own.under(set, FakeSession.SERVICE)).isEqualTo(new GuardSettings(false, 60, 3_000, 2_000));
        assertThat(own.under(set, "x")).isEqualTo(new GuardSettings(true, 60, 3_000, 2_000));
    }

    @Test
    void exactlyThePercentageIsNotHeld() {
        assertThat(GuardSettings.DEFAULTS.holds(50, 100)).isFalse();
        assertThat(GuardSettings.DEFAULTS.holds(51, 100)).isTrue();
        assertThat(new GuardSettings(true, 100, 1, 1).holds(7, 7)).isFalse();
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new GuardSettings(true, 0, 1, 1)).hasMessageContaining("percent");
        assertThatThrownBy(() -> new GuardSettings(true, 50, 600_001, 1)).hasMessageContaining("holdMillis");
    }
}

package io.slotregistry.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code -Dtorture.minutes} says how long it lasts, {@code -Dtorture.seed} what happens. */
class TortureIT {
    private static final Duration SHORT = Duration.ofSeconds(40);

    @Test
    void subscribersNeverSeeLessThanThereIs() {
        Integer minutes = Integer.getInteger("torture.minutes");
        Duration duration = minutes == null ? SHORT : Duration.ofMinutes(minutes);
        long seed = Long.getLong("torture.seed", System.currentTimeMillis() % 100_000);

        assertThat(new Torture(seed, duration).run()).isEmpty();
    }
}

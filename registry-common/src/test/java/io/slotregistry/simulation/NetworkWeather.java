package io.slotregistry.simulation;

import java.util.SplittableRandom;

/**
 * How messages fare.
 *
 * @param minDelayMicros least one-way delay
 * @param maxDelayMicros usual greatest one-way delay
 * @param slowShare share of messages that take up to {@code slowMaxMicros}, which may be longer than any timeout
 */
public record NetworkWeather(
        long minDelayMicros,
        long maxDelayMicros,
        double lossShare,
        double repeatShare,
        double slowShare,
        long slowMaxMicros) {
    public static final NetworkWeather CALM = new NetworkWeather(50, 400, 0, 0, 0, 0);
    public static final NetworkWeather ROUGH = new NetworkWeather(50, 20_000, 0.05, 0.05, 0.02, 6_000_000);

    long delayMicros(SplittableRandom random) {
        if (slowShare > 0 && random.nextDouble() < slowShare) {
            return random.nextLong(minDelayMicros, slowMaxMicros + 1);
        }
        return random.nextLong(minDelayMicros, maxDelayMicros + 1);
    }
}

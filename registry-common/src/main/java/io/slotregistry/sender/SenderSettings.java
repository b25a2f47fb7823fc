package io.slotregistry.sender;

/**
 * @param timeoutMillis how long a message may take
 * @param firstBackoffMillis pause after a first failure; doubles with each further one, half of it is random
 * @param maxBackoffMillis the longest pause
 * @param attemptsUntilUnsynced consecutive failures after which the stream counts as unsynced
 */
public record SenderSettings(
        long timeoutMillis, long firstBackoffMillis, long maxBackoffMillis, int attemptsUntilUnsynced) {
    public static final SenderSettings DEFAULTS = new SenderSettings(2_000, 50, 1_000, 5);

    public SenderSettings {
        if (timeoutMillis < 1 || firstBackoffMillis < 1 || maxBackoffMillis < firstBackoffMillis) {
            throw new IllegalArgumentException("times must be positive and the longest pause not below the first");
        }
        if (attemptsUntilUnsynced < 1) {
            throw new IllegalArgumentException("attemptsUntilUnsynced must be positive: " + attemptsUntilUnsynced);
        }
    }
}

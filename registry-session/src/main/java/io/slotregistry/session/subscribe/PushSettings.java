package io.slotregistry.session.subscribe;

/**
 * @param timeoutMillis how long a client may take to acknowledge a push
 * @param firstRetryMillis pause after a failed push; doubles with each further failure
 * @param maxRetryMillis the longest pause, for a client that fails repeatedly
 * @param maxIntervalMillis the longest time that changes of one service are collected
 * @param unitsPerMilli how many (publisher, subscribing connection) pairs of one service may be pushed per millisecond;
 *     a costlier service is pushed less often
 * @param burstPerConnection pushes to one connection before they are paced, for each event loop; existing SDKs lose
 *     callbacks beyond a queue of 1,000
 * @param ratePerConnection pushes per second to one connection beyond the burst, for each event loop
 */
public record PushSettings(
        long timeoutMillis,
        long firstRetryMillis,
        long maxRetryMillis,
        long maxIntervalMillis,
        long unitsPerMilli,
        int burstPerConnection,
        int ratePerConnection) {
    public static final PushSettings DEFAULTS = new PushSettings(2_000, 500, 30_000, 1_000, 5_000, 400, 4_000);

    public PushSettings {
        if (timeoutMillis < 1 || firstRetryMillis < 1 || maxRetryMillis < firstRetryMillis || maxIntervalMillis < 0) {
            throw new IllegalArgumentException("push times must be positive and the longest pause not below the first");
        }
        if (unitsPerMilli < 1 || burstPerConnection < 1 || ratePerConnection < 1) {
            throw new IllegalArgumentException("push rates must be positive");
        }
    }
}

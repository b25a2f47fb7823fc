package io.slotregistry.data.slot;

import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.cluster.SettingKey;

/**
 * When losses of a service are held back. What was unpublished never is.
 *
 * @param enabled whether losses are held back at all
 * @param percent of a service's publishers; held when more than that lose their connections within the window
 * @param holdMillis how long they are still shown, from when they were lost; longer than clients need to reconnect
 * @param windowMillis losses within this time count together
 */
public record GuardSettings(boolean enabled, int percent, long holdMillis, long windowMillis) {
    public static final GuardSettings DEFAULTS = new GuardSettings(true, 50, 15_000, 5_000);

    public GuardSettings {
        requireRange("percent", percent, 1, 100);
        requireRange("holdMillis", holdMillis, 0, 600_000);
        requireRange("windowMillis", windowMillis, 0, 600_000);
    }

    /** These as far as operators have set nothing else for the service. */
    public GuardSettings under(ClusterSettings set, String dataInfoId) {
        return set.values().isEmpty()
                ? this
                : new GuardSettings(
                        set.getOr(SettingKey.GUARD_ENABLED, dataInfoId, enabled),
                        set.getOr(SettingKey.GUARD_PERCENT, dataInfoId, (long) percent)
                                .intValue(),
                        set.getOr(SettingKey.GUARD_HOLD_MILLIS, dataInfoId, holdMillis),
                        set.getOr(SettingKey.GUARD_WINDOW_MILLIS, dataInfoId, windowMillis));
    }

    boolean isOn() {
        return enabled && holdMillis > 0;
    }

    /**
     * @param lost publishers that lost their connections together, whether they are back or not
     * @param all those and the ones that did not
     */
    boolean holds(int lost, int all) {
        return isOn() && lost * 100L > all * (long) percent;
    }

    private static void requireRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " out of range " + min + ".." + max + ": " + value);
        }
    }
}

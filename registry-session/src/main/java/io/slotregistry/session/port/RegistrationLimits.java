package io.slotregistry.session.port;

/**
 * What one registration may hold.
 *
 * @param maxNameLength of dataId, group, instanceId, zone, appName and registId, in characters
 * @param maxDataBoxes of one publisher
 * @param maxAttributes number of attributes
 * @param maxAttributeChars of all attributes together
 */
public record RegistrationLimits(int maxNameLength, int maxDataBoxes, int maxAttributes, int maxAttributeChars) {
    public static final RegistrationLimits DEFAULTS = new RegistrationLimits(1_024, 10_000, 256, 65_536);

    public RegistrationLimits {
        if (maxNameLength < 64 || maxDataBoxes < 1 || maxAttributes < 0 || maxAttributeChars < 0) {
            throw new IllegalArgumentException("registration limits must allow an ordinary registration");
        }
    }
}

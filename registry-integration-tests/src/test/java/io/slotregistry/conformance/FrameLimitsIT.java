package io.slotregistry.conformance;

/** With the default limit of a message. */
final class FrameLimitsIT extends FrameLimits {
    FrameLimitsIT() {
        super(1024 * 1024);
    }
}

package io.slotregistry.conformance;

/** With a limit that operators raised eightfold, in the same memory. */
final class LargeFrameLimitsIT extends FrameLimits {
    LargeFrameLimitsIT() {
        super(8 * 1024 * 1024);
    }
}

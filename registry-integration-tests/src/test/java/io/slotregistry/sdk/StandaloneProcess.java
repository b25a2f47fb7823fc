package io.slotregistry.sdk;

/** The registry as its users start it on a laptop. */
public final class StandaloneProcess {
    private StandaloneProcess() {}

    public static RegistryUnderTest start() {
        throw new UnsupportedOperationException("no bin/registry yet");
    }
}

package io.slotregistry.sdk;

/** A publisher in an SDK process. */
public final class SdkPublisher {
    private final SdkRegister register;

    SdkPublisher(SdkProcess process, String key) {
        this.register = new SdkRegister(process, key);
    }

    public SdkPublisher republish(String... data) {
        register.process.send("republish " + register.key + SdkClient.data(data));
        return this;
    }

    public SdkPublisher unpublish() {
        register.unregister();
        return this;
    }

    public SdkPublisher awaitSettled() {
        register.awaitSettled();
        return this;
    }
}

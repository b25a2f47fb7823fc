package io.slotregistry.sdk;

import java.util.Optional;

/** What publishers, subscribers and configurators share: they are acknowledged, and they can be withdrawn. */
final class SdkRegister {
    final SdkProcess process;
    final String key;

    SdkRegister(SdkProcess process, String key) {
        this.process = process;
        this.key = key;
    }

    /** Waits until the SDK considers the newest state acknowledged, which needs the very version in the answer. */
    void awaitSettled() {
        String ticket = process.name("ticket");
        process.send("settle " + key + " " + ticket);
        String event = "settled " + key + " " + ticket;
        process.await(event, events -> events.contains(event) ? Optional.of(true) : Optional.empty());
    }

    void unregister() {
        process.send("unregister " + key);
    }
}

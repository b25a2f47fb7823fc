package io.slotregistry.sdk;

import static io.slotregistry.sdk.ClientOptions.word;

/** A client: one connection, any number of publishers, subscribers and configurators. */
public final class SdkClient {
    public static final String DEFAULT_GROUP = "DEFAULT_GROUP";

    private final SdkProcess process;
    private final String name;

    SdkClient(SdkProcess process, String name) {
        this.process = process;
        this.name = name;
    }

    public SdkPublisher publish(String dataId, String... data) {
        return publishIn(DEFAULT_GROUP, dataId, data);
    }

    public SdkPublisher publishIn(String group, String dataId, String... data) {
        String key = process.name("publisher");
        process.send("publish " + name + " " + key + word("dataId", dataId) + word("group", group) + data(data));
        return new SdkPublisher(process, key);
    }

    /** Across all zones, as SOFARPC and Dubbo subscribe. */
    public SdkSubscriber subscribe(String dataId) {
        return subscribe(dataId, "global");
    }

    public SdkSubscriber subscribe(String dataId, String scope) {
        return subscribeIn(DEFAULT_GROUP, dataId, scope);
    }

    public SdkSubscriber subscribeIn(String group, String dataId, String scope) {
        String key = process.name("subscriber");
        process.send(
                "subscribe " + name + " " + key + word("dataId", dataId) + word("group", group) + word("scope", scope));
        return new SdkSubscriber(process, key);
    }

    public SdkConfigurator configure(String dataId) {
        return configure(dataId, DEFAULT_GROUP);
    }

    public SdkConfigurator configure(String dataId, String group) {
        String key = process.name("configurator");
        process.send("configure " + name + " " + key + word("dataId", dataId) + word("group", group));
        return new SdkConfigurator(process, key);
    }

    static String data(String... data) {
        StringBuilder words = new StringBuilder();
        for (String value : data) {
            words.append(word("data", value));
        }
        return words.toString();
    }
}

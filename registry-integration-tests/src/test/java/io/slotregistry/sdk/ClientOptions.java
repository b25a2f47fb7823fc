package io.slotregistry.sdk;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The settings of one client, in the words of the drivers. */
public record ClientOptions(String words) {
    public static ClientOptions at(int httpPort) {
        return new ClientOptions("").with("port", String.valueOf(httpPort));
    }

    /** Where discovery asks, when it is not the loopback interface. Only the driver of the Java SDKs knows it. */
    public ClientOptions host(String host) {
        return with("host", host);
    }

    public ClientOptions zone(String zone) {
        return with("zone", zone);
    }

    public ClientOptions instanceId(String instanceId) {
        return with("instanceId", instanceId);
    }

    public ClientOptions appName(String appName) {
        return with("appName", appName);
    }

    /** Also the interval of discovery, but that never goes below ten seconds. */
    public ClientOptions syncMillis(long millis) {
        return with("syncMillis", String.valueOf(millis));
    }

    /** Adds an attribute to every registration, as a custom AuthManager does. Only the Java SDKs have one. */
    public ClientOptions attribute(String name, String value) {
        return with("attribute", name + ":" + value);
    }

    private ClientOptions with(String name, String value) {
        return new ClientOptions(words + word(name, value));
    }

    static String word(String name, String value) {
        return " " + name + "=" + encode(value);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

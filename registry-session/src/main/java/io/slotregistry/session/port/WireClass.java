package io.slotregistry.session.port;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The only classes that may stand on the wire. None is ever instantiated by name. */
enum WireClass {
    PUBLISHER_REGISTER("PublisherRegister"),
    SUBSCRIBER_REGISTER("SubscriberRegister"),
    CONFIGURATOR_REGISTER("ConfiguratorRegister"),
    SYNC_CONFIG_REQUEST("SyncConfigRequest"),
    DATA_BOX("DataBox"),
    RESULT("Result"),
    REGISTER_RESPONSE("RegisterResponse"),
    SYNC_CONFIG_RESPONSE("SyncConfigResponse"),
    RECEIVED_DATA("ReceivedData"),
    RECEIVED_CONFIG_DATA("ReceivedConfigData");

    private static final Map<String, WireClass> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(WireClass::wireName, Function.identity()));

    private final String wireName;

    WireClass(String simpleName) {
        this.wireName = "com.alipay.sofa.registry.core.model." + simpleName;
    }

    String wireName() {
        return wireName;
    }

    /** Null for any other class. */
    static @Nullable WireClass ofWireName(String name) {
        return BY_NAME.get(name);
    }
}

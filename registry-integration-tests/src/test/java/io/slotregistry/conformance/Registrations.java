package io.slotregistry.conformance;

import com.alipay.sofa.registry.core.model.BaseRegister;
import com.alipay.sofa.registry.core.model.ConfiguratorRegister;
import com.alipay.sofa.registry.core.model.DataBox;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;

/** Registrations as the SDKs fill them in. */
public final class Registrations {
    private Registrations() {}

    public static PublisherRegister publisher(String dataId, String... data) {
        PublisherRegister register = new PublisherRegister();
        describe(register, dataId);
        register.setDataList(boxes(data));
        return register;
    }

    /** The same publisher with its next state. */
    public static PublisherRegister next(PublisherRegister earlier, String... data) {
        PublisherRegister register = publisher(earlier.getDataId(), data);
        register.setRegistId(earlier.getRegistId());
        register.setVersion(earlier.getVersion() + 1);
        return register;
    }

    /** The end of the same publisher: a higher version, but no newer time. */
    public static PublisherRegister end(PublisherRegister earlier) {
        PublisherRegister register = next(earlier);
        register.setTimestamp(earlier.getTimestamp());
        register.setEventType("UNREGISTER");
        register.setDataList(null);
        return register;
    }

    public static SubscriberRegister subscriber(String dataId) {
        SubscriberRegister register = new SubscriberRegister();
        describe(register, dataId);
        register.setScope("global");
        return register;
    }

    static SubscriberRegister end(SubscriberRegister earlier) {
        SubscriberRegister register = subscriber(earlier.getDataId());
        register.setRegistId(earlier.getRegistId());
        register.setVersion(earlier.getVersion() + 1);
        register.setTimestamp(earlier.getTimestamp());
        register.setEventType("UNREGISTER");
        return register;
    }

    static ConfiguratorRegister configurator(String dataId) {
        ConfiguratorRegister register = new ConfiguratorRegister();
        describe(register, dataId);
        register.setVersion(0L);
        return register;
    }

    static List<DataBox> boxes(String... data) {
        List<DataBox> boxes = new ArrayList<>();
        for (String text : data) {
            boxes.add(new DataBox(text));
        }
        return boxes;
    }

    private static void describe(BaseRegister register, String dataId) {
        register.setDataId(dataId);
        register.setGroup("DEFAULT_GROUP");
        register.setZone("DEFAULT_ZONE");
        register.setRegistId(UUID.randomUUID().toString());
        register.setEventType("REGISTER");
        register.setVersion(1L);
        register.setTimestamp(System.currentTimeMillis());
        register.setAttributes(new HashMap<>());
    }
}

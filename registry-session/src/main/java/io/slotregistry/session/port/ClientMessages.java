package io.slotregistry.session.port;

import io.slotregistry.model.DataInfoId;
import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.client.ClientRequest.Publish;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.ClientRequest.Unpublish;
import io.slotregistry.session.client.ClientRequest.Unsubscribe;
import io.slotregistry.session.client.ClientRequest.UnwatchConfig;
import io.slotregistry.session.client.ClientRequest.WatchConfig;
import io.slotregistry.session.client.ConfigPush;
import io.slotregistry.session.client.DataPush;
import io.slotregistry.session.client.PushContent;
import io.slotregistry.session.client.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Translates between what clients send and expect and what the session core knows. */
final class ClientMessages {
    /** The one segment that clients ever hear of; they keep what they got under any other for ever. */
    static final String SEGMENT = "DefaultDataCenter";

    private static final String DEFAULT_GROUP = "DEFAULT_GROUP";
    private static final String DEFAULT_ZONE = "DEFAULT_ZONE";
    /** Of names, class definitions and what later SDKs may add. */
    private static final int OTHER_VALUES = 512;

    private static final int VALUES_OF_AN_ANSWER = 64;
    /** What references may make of a list of texts, compared to the message in which it came. */
    private static final int MAX_EXPANSION = 4;

    private final RegistrationLimits limits;

    ClientMessages(RegistrationLimits limits) {
        this.limits = limits;
    }

    /** @throws HessianException when the content is not even a register message */
    Registration registration(WireClass type, byte[] content) throws HessianException {
        try {
            return registration(type, new HessianReader(content, maxValues()).read(type), content.length);
        } catch (TooManyValuesException tooMany) {
            WireObject begun = tooMany.begun();
            if (begun == null || begun.type() != type) {
                throw tooMany;
            }
            String registerId = begun.string("registId");
            Long version = begun.number("version");
            if (registerId == null || version == null || registerId.length() > limits.maxNameLength()) {
                throw tooMany;
            }
            return new Registration.Invalid(registerId, version, String.valueOf(tooMany.getMessage()));
        }
    }

    private int maxValues() {
        return 2 * (limits.maxDataBoxes() + limits.maxAttributes()) + OTHER_VALUES;
    }

    private Registration registration(WireClass type, WireObject message, int length) throws HessianException {
        String registerId = orElse(message.string("registId"), "");
        Long version = message.number("version");
        long known = version == null ? 0 : version;
        try {
            if (version == null) {
                throw new IllegalArgumentException("version is missing");
            }
            checkName("registId", registerId);
            checkAttributes(message.map("attributes"));
            return new Registration.Valid(request(type, message, registerId, known, length));
        } catch (IllegalArgumentException invalid) {
            return new Registration.Invalid(registerId, known, String.valueOf(invalid.getMessage()));
        }
    }

    private ClientRequest request(WireClass type, WireObject message, String registerId, long version, int length)
            throws HessianException {
        String dataInfoId = dataInfoId(message);
        String zone = name(message, "zone", DEFAULT_ZONE);
        String app = name(message, "appName", "");
        boolean register = isRegister(message.string("eventType"));
        return switch (type) {
            case PUBLISHER_REGISTER ->
                register
                        ? new Publish(
                                registerId, dataInfoId, version, zone, app, payload(message.list("dataList"), length))
                        : new Unpublish(registerId, dataInfoId, version);
            case SUBSCRIBER_REGISTER ->
                register
                        ? new Subscribe(
                                registerId, dataInfoId, version, Scope.ofWireName(message.string("scope")), zone, app)
                        : new Unsubscribe(registerId, dataInfoId, version);
            case CONFIGURATOR_REGISTER ->
                register
                        ? new WatchConfig(registerId, dataInfoId, version)
                        : new UnwatchConfig(registerId, dataInfoId, version);
            default -> throw new IllegalStateException(type + " is not a register message");
        };
    }

    private static boolean isRegister(@Nullable String eventType) {
        if ("REGISTER".equals(eventType)) {
            return true;
        }
        if ("UNREGISTER".equals(eventType)) {
            return false;
        }
        throw new IllegalArgumentException("eventType is neither REGISTER nor UNREGISTER");
    }

    private String dataInfoId(WireObject message) throws HessianException {
        String dataId = orElse(message.string("dataId"), "");
        checkName("dataId", dataId);
        return new DataInfoId(
                        dataId,
                        name(message, "instanceId", DataInfoId.DEFAULT_INSTANCE_ID),
                        name(message, "group", DEFAULT_GROUP))
                .toString();
    }

    private String name(WireObject message, String field, String whenBlank) throws HessianException {
        String value = message.string(field);
        if (value == null || value.isBlank()) {
            return whenBlank;
        }
        checkName(field, value);
        return value;
    }

    private void checkName(String field, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(field + " is missing");
        }
        if (value.length() > limits.maxNameLength()) {
            throw new IllegalArgumentException(
                    field + " has " + value.length() + " characters, limit " + limits.maxNameLength());
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(field + " contains a control character");
        }
        if (hasHalfACharacter(value)) {
            throw new IllegalArgumentException(field + " contains half of a surrogate pair");
        }
    }

    /** It has no UTF-8: data servers would get another name than the session has, and hash it differently. */
    private static boolean hasHalfACharacter(String value) {
        return value.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE);
    }

    private void checkAttributes(@Nullable Map<?, ?> attributes) {
        if (attributes == null) {
            return;
        }
        if (attributes.size() > limits.maxAttributes()) {
            throw new IllegalArgumentException(attributes.size() + " attributes, limit " + limits.maxAttributes());
        }
        long chars = 0;
        for (Map.Entry<?, ?> attribute : attributes.entrySet()) {
            Object value = attribute.getValue();
            if (value != null && !(value instanceof String)) {
                throw new IllegalArgumentException("an attribute that is not a string");
            }
            chars += String.valueOf(attribute.getKey()).length()
                    + String.valueOf(value).length();
        }
        if (chars > limits.maxAttributeChars()) {
            throw new IllegalArgumentException(
                    "attributes of " + chars + " characters, limit " + limits.maxAttributeChars());
        }
    }

    private byte[] payload(@Nullable List<?> dataList, int messageLength) throws HessianException {
        List<@Nullable String> texts = new ArrayList<>();
        long chars = 0;
        if (dataList != null) {
            if (dataList.size() > limits.maxDataBoxes()) {
                throw new IllegalArgumentException(
                        "dataList has " + dataList.size() + " entries, limit " + limits.maxDataBoxes());
            }
            for (Object box : dataList) {
                if (box instanceof WireObject object && object.type() == WireClass.DATA_BOX) {
                    String text = object.string(DataBoxes.FIELD);
                    chars += text == null ? 0 : text.length();
                    texts.add(text);
                } else if (box != null) {
                    throw new IllegalArgumentException("dataList has an entry that is not a DataBox");
                }
            }
        }
        if (chars > (long) MAX_EXPANSION * messageLength) {
            throw new IllegalArgumentException(
                    "dataList has " + chars + " characters by references, in a message of " + messageLength + " bytes");
        }
        return DataBoxes.encode(texts);
    }

    /** Whether the client stored what it was pushed. */
    static boolean isSuccess(byte[] result) throws HessianException {
        return new HessianReader(result, VALUES_OF_AN_ANSWER)
                .read(WireClass.RESULT)
                .isTrue("success");
    }

    static void checkSyncConfigRequest(byte[] content) throws HessianException {
        new HessianReader(content, VALUES_OF_AN_ANSWER).read(WireClass.SYNC_CONFIG_REQUEST);
    }

    static byte[] registerResponse(Registration registration, @Nullable String refusal) {
        return new HessianWriter(256)
                .define(WireClass.REGISTER_RESPONSE, "success", "registId", "version", "refused", "message")
                .object(0)
                .bool(true)
                .string(registration.registerId())
                .number(registration.version())
                .bool(refusal != null)
                .string(refusal)
                .toBytes();
    }

    /** Clients take an empty list of segments for "all", and 0 for "keep your interval". */
    static byte[] syncConfigResponse() {
        return new HessianWriter(192)
                .define(WireClass.SYNC_CONFIG_RESPONSE, "retryInterval", "success", "message", "availableSegments")
                .object(0)
                .integer(0)
                .bool(true)
                .nothing()
                .beginList(0)
                .end()
                .toBytes();
    }

    /** What differs from connection to connection; the shared {@link #data} goes on from there. */
    static byte[] receivedData(DataPush push) {
        DataInfoId id = DataInfoId.parse(push.dataInfoId());
        HessianWriter writer = new HessianWriter(
                        512 + 48 * push.subscriberRegisterIds().size())
                .define(
                        WireClass.RECEIVED_DATA,
                        "dataId",
                        "group",
                        "instanceId",
                        "segment",
                        "scope",
                        "version",
                        "localZone",
                        "subscriberRegistIds",
                        "data")
                .object(0)
                .string(id.dataId())
                .string(id.group())
                .string(id.instanceId())
                .string(SEGMENT)
                .string(push.scope().wireName())
                .number(push.content().version())
                .string(push.localZone());
        return strings(writer, push.subscriberRegisterIds()).toBytes();
    }

    static byte[] receivedConfigData(ConfigPush push) {
        DataInfoId id = DataInfoId.parse(push.dataInfoId());
        HessianWriter writer = new HessianWriter(512)
                .define(
                        WireClass.RECEIVED_CONFIG_DATA,
                        "dataId",
                        "group",
                        "instanceId",
                        "version",
                        "configuratorRegistIds",
                        "dataBox")
                .object(0)
                .string(id.dataId())
                .string(id.group())
                .string(id.instanceId())
                .number(push.version());
        strings(writer, push.configuratorRegisterIds());
        String data = push.data();
        if (data == null) {
            return writer.nothing().toBytes();
        }
        return writer.define(WireClass.DATA_BOX, DataBoxes.FIELD)
                .object(1)
                .string(data)
                .toBytes();
    }

    static byte[] data(PushContent content) {
        return DataBoxes.encodeMap(content.payloadsByZone().entrySet());
    }

    private static HessianWriter strings(HessianWriter writer, List<String> texts) {
        writer.beginList(texts.size());
        texts.forEach(writer::string);
        return writer.end();
    }

    private static String orElse(@Nullable String value, String whenNull) {
        return value == null ? whenNull : value;
    }
}

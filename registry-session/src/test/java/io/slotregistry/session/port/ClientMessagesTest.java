package io.slotregistry.session.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alipay.sofa.registry.core.model.ConfiguratorRegister;
import com.alipay.sofa.registry.core.model.DataBox;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedConfigData;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.RegisterResponse;
import com.alipay.sofa.registry.core.model.Result;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import com.alipay.sofa.registry.core.model.SyncConfigRequest;
import com.alipay.sofa.registry.core.model.SyncConfigResponse;
import com.caucho.hessian.io.Hessian2Input;
import com.caucho.hessian.io.Hessian2Output;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.client.ConfigPush;
import io.slotregistry.session.client.DataPush;
import io.slotregistry.session.client.PushContent;
import io.slotregistry.session.client.Scope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against the codec and the classes that clients themselves use. */
class ClientMessagesTest {
    private static final String ID = "orders#@#DEFAULT_INSTANCE_ID#@#SOFA";

    private final ClientMessages messages = new ClientMessages(RegistrationLimits.DEFAULTS);

    @Test
    void everyGoldenRequestIsUnderstood() throws HessianException {
        Map<String, String> kinds = new HashMap<>();
        for (Map.Entry<String, byte[]> golden : GoldenFrames.all().entrySet()) {
            byte[] frame = golden.getValue();
            boolean request = frame[1] == 1 && golden.getKey().contains("C->S");
            if (request && !golden.getKey().contains("SyncConfig")) {
                int classLength = frame[14] * 256 + frame[15];
                String name = new String(frame, 22, classLength, java.nio.charset.StandardCharsets.US_ASCII);
                WireClass type = java.util.Objects.requireNonNull(WireClass.ofWireName(name));
                Registration registration =
                        messages.registration(type, Arrays.copyOfRange(frame, 22 + classLength, frame.length));
                assertThat(registration).as(golden.getKey()).isInstanceOf(Registration.Valid.class);
                kinds.put(
                        golden.getKey(),
                        ((Registration.Valid) registration).request().getClass().getSimpleName());
            }
        }
        assertThat(kinds)
                .containsEntry("SDK 5.4.2 C->S PublisherRegister (435 bytes)", "Publish")
                .containsEntry("SDK 5.4.2 C->S PublisherRegister/UNREGISTER (371 bytes)", "Unpublish")
                .containsEntry("SDK 6.5.6 C->S SubscriberRegister (403 bytes)", "Subscribe")
                .containsEntry("Node SDK 0.0.1 C->S PublisherRegister (443 bytes)", "Publish")
                .containsEntry("Node SDK 0.0.1 C->S ConfiguratorRegister (356 bytes)", "WatchConfig");
        assertThat(kinds.size()).isGreaterThan(12);
    }

    @Test
    void aPublisherOfTheClientsOwnClassesIsDecoded() throws Exception {
        PublisherRegister register = fill(new PublisherRegister());
        register.setVersion(1_234_567_890_123L);
        String longText = "ü€𝄞x".repeat(30_000);
        register.setDataList(
                new ArrayList<>(Arrays.asList(new DataBox("a"), new DataBox(longText), new DataBox(null))));
        var publish = (ClientRequest.Publish) valid(WireClass.PUBLISHER_REGISTER, register);
        assertThat(publish.dataInfoId()).isEqualTo(ID);
        assertThat(publish.version()).isEqualTo(1_234_567_890_123L);
        assertThat(publish.zone()).isEqualTo("DEFAULT_ZONE");
        assertThat(DataBoxes.decode(publish.payload())).containsExactly("a", longText, "");
    }

    @Test
    void manyDataBoxesOfEverySizeSurvive() throws Exception {
        for (int count : new int[] {0, 1, 47, 48, 255, 256, 2_047, 2_048, 9_999}) {
            List<DataBox> boxes = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                texts.add("data-" + i);
                boxes.add(new DataBox("data-" + i));
            }
            PublisherRegister register = fill(new PublisherRegister());
            register.setDataList(boxes);
            var publish = (ClientRequest.Publish) valid(WireClass.PUBLISHER_REGISTER, register);
            assertThat(DataBoxes.decode(publish.payload())).isEqualTo(texts);
            ReceivedData received = receive(Map.of("ZONE-A", List.of(publish.payload(), publish.payload())));
            assertThat(received.getData().get("ZONE-A")).hasSize(2 * count);
        }
    }

    /** SDKs never send what was refused again; what ends the connection they send for ever. */
    @Test
    void moreDataBoxesThanAreAllowedAreRefusedHoweverMany() throws Exception {
        for (int count : new int[] {10_001, 60_000}) {
            PublisherRegister register = fill(new PublisherRegister());
            register.setVersion(7L);
            List<DataBox> boxes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                boxes.add(new DataBox(""));
            }
            register.setDataList(boxes);
            Registration registration = messages.registration(WireClass.PUBLISHER_REGISTER, write(register));
            assertThat(registration).isInstanceOf(Registration.Invalid.class);
            assertThat(registration.registerId()).isEqualTo(register.getRegistId());
            assertThat(registration.version()).isEqualTo(7);
        }
    }

    @Test
    void aTextThatReferencesRepeatIsRefusedBeforeItIsBuilt() throws Exception {
        PublisherRegister register = fill(new PublisherRegister());
        DataBox box = new DataBox("x".repeat(40_000));
        register.setDataList(new ArrayList<>(Collections.nCopies(9_999, box)));
        byte[] content = write(register);
        assertThat(content.length).as("the text stands there once").isLessThan(100_000);

        assertThat(messages.registration(WireClass.PUBLISHER_REGISTER, content))
                .isInstanceOf(Registration.Invalid.class);
        register.setDataList(new ArrayList<>(List.of(box, box)));
        assertThat(messages.registration(WireClass.PUBLISHER_REGISTER, write(register)))
                .isInstanceOf(Registration.Valid.class);
    }

    /** A field that nobody reads: each of its bytes is a value, and each value would take memory. */
    @Test
    void valuesOfAnyKindAreCounted() {
        for (char value : new char[] {'N', 'T', 0, 0x91, 0xe1}) {
            byte[] values = new byte[1_000_000];
            Arrays.fill(values, (byte) value);
            values[0] = 'V';
            assertThatThrownBy(() -> messages.registration(WireClass.PUBLISHER_REGISTER, values))
                    .isInstanceOf(TooManyValuesException.class);
        }
    }

    @Test
    void aPushIsWhatTheClientsOwnClassesExpect() throws Exception {
        byte[] one = DataBoxes.encode(List.of("10.0.0.1", "ü€𝄞"));
        byte[] none = DataBoxes.encode(List.of());
        ReceivedData received = receive(Map.of("A", List.of(none, one), "B", List.of(one)));
        assertThat(received.getDataId()).isEqualTo("orders");
        assertThat(received.getGroup()).isEqualTo("SOFA");
        assertThat(received.getInstanceId()).isEqualTo("DEFAULT_INSTANCE_ID");
        assertThat(received.getSegment()).isEqualTo("DefaultDataCenter");
        assertThat(received.getScope()).isEqualTo("global");
        assertThat(received.getVersion()).isEqualTo(7_986_480_229_482_496L);
        assertThat(received.getLocalZone()).isEqualTo("DEFAULT_ZONE");
        assertThat(received.getSubscriberRegistIds()).containsExactly("s1", "s2");
        assertThat(received.getData().get("A")).extracting(DataBox::getData).containsExactly("10.0.0.1", "ü€𝄞");
        assertThat(received.getData().get("B")).extracting(DataBox::getData).containsExactly("10.0.0.1", "ü€𝄞");
        assertThat(receive(Map.of()).getData()).isEmpty();
    }

    @Test
    void answersAreWhatTheClientsOwnClassesExpect() throws Exception {
        Registration registration = new Registration.Invalid("id-1", 77, "no");
        RegisterResponse accepted = (RegisterResponse) read(ClientMessages.registerResponse(registration, null));
        assertThat(accepted.isSuccess()).isTrue();
        assertThat(accepted.isRefused()).isFalse();
        assertThat(accepted.getVersion()).isEqualTo(77);
        assertThat(accepted.getRegistId()).isEqualTo("id-1");
        RegisterResponse refused = (RegisterResponse) read(ClientMessages.registerResponse(registration, "no"));
        assertThat(refused.isSuccess()).isTrue();
        assertThat(refused.isRefused()).isTrue();
        assertThat(refused.getMessage()).isEqualTo("no");

        SyncConfigResponse config = (SyncConfigResponse) read(ClientMessages.syncConfigResponse());
        assertThat(config.isSuccess()).isTrue();
        assertThat(config.getAvailableSegments()).isEmpty();
        assertThat(config.getRetryInterval()).isZero();

        ReceivedConfigData empty = (ReceivedConfigData)
                read(ClientMessages.receivedConfigData(new ConfigPush(ID, List.of("c1"), 5_000, null)));
        assertThat(empty.getDataBox()).isNull();
        assertThat(empty.getConfiguratorRegistIds()).containsExactly("c1");
        ReceivedConfigData some = (ReceivedConfigData)
                read(ClientMessages.receivedConfigData(new ConfigPush(ID, List.of("c1"), 5_000, "on")));
        assertThat(some.getDataBox().getData()).isEqualTo("on");
        assertThat(some.getVersion()).isEqualTo(5_000);
    }

    @Test
    void everyVersionIsEchoedExactly() throws Exception {
        for (long version :
                new long[] {0, 1, -8, 15, 16, 2_047, 262_144, Integer.MAX_VALUE, 1L << 53, Long.MAX_VALUE}) {
            ConfiguratorRegister register = fill(new ConfiguratorRegister());
            register.setVersion(version);
            ClientRequest request = valid(WireClass.CONFIGURATOR_REGISTER, register);
            byte[] response = ClientMessages.registerResponse(new Registration.Valid(request), null);
            assertThat(((RegisterResponse) read(response)).getVersion()).isEqualTo(version);
        }
    }

    @Test
    void resultsAndSyncConfigRequestsAreUnderstood() throws Exception {
        Result result = new Result();
        result.setSuccess(true);
        assertThat(ClientMessages.isSuccess(write(result))).isTrue();
        result.setSuccess(false);
        assertThat(ClientMessages.isSuccess(write(result))).isFalse();
        ClientMessages.checkSyncConfigRequest(write(new SyncConfigRequest()));
    }

    @Test
    void whatCanNeverBeAcceptedIsSaidToBeInvalid() throws Exception {
        assertThat(reason(register -> register.setDataId(null))).isEqualTo("dataId is missing");
        assertThat(reason(register -> register.setDataId(" "))).isEqualTo("dataId is missing");
        assertThat(reason(register -> register.setRegistId(null))).isEqualTo("registId is missing");
        assertThat(reason(register -> register.setVersion(null))).isEqualTo("version is missing");
        assertThat(reason(register -> register.setEventType("SOMETHING"))).contains("eventType");
        assertThat(reason(register -> register.setDataId("a#@#b"))).contains("separator");
        assertThat(reason(register -> register.setDataId("a#@"))).contains("separator");
        assertThat(reason(register -> register.setDataId("#@"))).contains("separator");
        assertThat(reason(register -> register.setDataId("a\nb"))).contains("control character");
        assertThat(reason(register -> register.setGroup("g".repeat(2_000)))).contains("group has 2000 characters");
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            attributes.put("a" + i, "v");
        }
        assertThat(reason(register -> register.setAttributes(attributes))).contains("300 attributes");
        List<DataBox> boxes = new ArrayList<>();
        for (int i = 0; i < 10_001; i++) {
            boxes.add(new DataBox("x"));
        }
        assertThat(reason(register -> register.setDataList(boxes))).contains("10001 entries");
    }

    @ParameterizedTest
    @ValueSource(strings = {"caf\ud83d", "\ude00", "\ude00\ud83d"})
    void aNameWithHalfACharacterIsInvalid(String half) throws Exception {
        assertThat(reason(register -> register.setDataId(half))).contains("dataId contains half");
        assertThat(reason(register -> register.setGroup(half))).contains("group contains half");
        assertThat(reason(register -> register.setInstanceId(half))).contains("instanceId contains half");
        assertThat(reason(register -> register.setZone(half))).contains("zone contains half");
        assertThat(reason(register -> register.setAppName(half))).contains("appName contains half");
        assertThat(reason(register -> register.setRegistId(half))).contains("registId contains half");
        SubscriberRegister subscriber = fill(new SubscriberRegister());
        subscriber.setScope("global");
        subscriber.setDataId(half);
        assertThat(messages.registration(WireClass.SUBSCRIBER_REGISTER, write(subscriber)))
                .isInstanceOf(Registration.Invalid.class);
    }

    /** A refusal repeats the registId as it came, for that is what the client waits for. */
    @Test
    void halfACharacterIsRepeatedInARefusalAndInAPayload() throws Exception {
        Registration refused = new Registration.Invalid("reg-\ud83d", 1, "no");
        assertThat(((RegisterResponse) read(ClientMessages.registerResponse(refused, "no"))).getRegistId())
                .isEqualTo("reg-\ud83d");
        PublisherRegister register = fill(new PublisherRegister());
        register.setDataId("caf\ud83d\ude00");
        register.setDataList(new ArrayList<>(List.of(new DataBox("3.3\ud83d"))));
        var publish = (ClientRequest.Publish) valid(WireClass.PUBLISHER_REGISTER, register);
        assertThat(publish.dataInfoId()).startsWith("caf\ud83d\ude00#@#");
        ReceivedData received = receive(Map.of("A", List.of(publish.payload())));
        assertThat(received.getData().get("A")).extracting(DataBox::getData).containsExactly("3.3\ud83d");
    }

    @Test
    @SuppressWarnings("JavaUtilDate") // Hessian has a code of its own for it.
    void otherClassesAreNotDecoded() {
        assertThatThrownBy(() -> decode(write(new java.util.Date()))).isInstanceOf(HessianException.class);
        assertThatThrownBy(() -> decode(write(new int[] {1, 2}))).isInstanceOf(HessianException.class);
        PublisherRegister register = fill(new PublisherRegister());
        register.setAttributes(new java.util.TreeMap<>(Map.of("a", "b")));
        assertThatThrownBy(() -> decode(write(register))).hasMessageContaining("java.util.TreeMap is not allowed");
    }

    @Test
    void aLengthThatTheContentCannotHaveIsNotAllocated() {
        byte[] hugeDefinition = {'O', 'I', 0x7f, -1, -1, -1};
        byte[] hugeString = {'S', -1, -1, 'x'};
        assertThatThrownBy(() -> decode(hugeDefinition)).hasMessageContaining("class name length");
        assertThatThrownBy(() -> decode(hugeString)).hasMessageContaining("65535 characters in 1 bytes");
    }

    @Test
    void noMutationOfAValidMessageDoesMoreThanBeRefused() throws Exception {
        PublisherRegister register = fill(new PublisherRegister());
        register.setDataList(new ArrayList<>(Arrays.asList(new DataBox("a"), new DataBox("bcd".repeat(100)))));
        byte[] valid = write(register);
        for (long seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] mutated = Arrays.copyOf(valid, random.nextInt(8) == 0 ? random.nextInt(valid.length) : valid.length);
            for (int i = random.nextInt(4); i >= 0 && mutated.length > 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                messages.registration(WireClass.PUBLISHER_REGISTER, mutated);
            } catch (HessianException refused) {
                assertThat(refused.getMessage()).as("seed %d", seed).isNotEmpty();
            } catch (RuntimeException | Error bug) {
                throw new AssertionError("seed " + seed, bug);
            }
        }
    }

    private interface Change {
        void to(PublisherRegister register);
    }

    private String reason(Change change) throws Exception {
        PublisherRegister register = fill(new PublisherRegister());
        change.to(register);
        return ((Registration.Invalid) messages.registration(WireClass.PUBLISHER_REGISTER, write(register))).reason();
    }

    private Registration decode(byte[] content) throws HessianException {
        return messages.registration(WireClass.PUBLISHER_REGISTER, content);
    }

    private ClientRequest valid(WireClass type, Object register) throws Exception {
        return ((Registration.Valid) messages.registration(type, write(register))).request();
    }

    private static ReceivedData receive(Map<String, List<byte[]>> byZone) throws IOException {
        ImmutableMap.Builder<String, ImmutableList<byte[]>> zones = ImmutableMap.builder();
        byZone.forEach((zone, payloads) -> zones.put(zone, ImmutableList.copyOf(payloads)));
        PushContent content = new PushContent(7_986_480_229_482_496L, zones.buildOrThrow());
        DataPush push = new DataPush(ID, Scope.GLOBAL, "DEFAULT_ZONE", List.of("s1", "s2"), content);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(ClientMessages.receivedData(push));
        whole.writeBytes(push.content().encoded(ClientMessages::data));
        return (ReceivedData) read(whole.toByteArray());
    }

    private static <T extends com.alipay.sofa.registry.core.model.BaseRegister> T fill(T register) {
        register.setDataId("orders");
        register.setGroup("SOFA");
        register.setRegistId("reg-1");
        register.setVersion(1L);
        register.setEventType("REGISTER");
        register.setTimestamp(1_790_000_000_000L);
        return register;
    }

    private static byte[] write(Object value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Hessian2Output hessian = new Hessian2Output(out);
        hessian.writeObject(value);
        hessian.close();
        return out.toByteArray();
    }

    private static Object read(byte[] content) throws IOException {
        return new Hessian2Input(new ByteArrayInputStream(content)).readObject();
    }

    @Test
    void aSubscribersScopeIsTakenAsWritten() throws Exception {
        SubscriberRegister register = fill(new SubscriberRegister());
        register.setScope("global");
        var subscribe = (ClientRequest.Subscribe) valid(WireClass.SUBSCRIBER_REGISTER, register);
        assertThat(subscribe.scope()).isEqualTo(Scope.GLOBAL);
    }
}

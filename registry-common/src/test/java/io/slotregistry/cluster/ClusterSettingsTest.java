package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.slotregistry.proto.Setting;
import io.slotregistry.slot.DigestKey;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSettingsTest {
    private static final String ORDERS = "orders#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";
    private static final String OTHER = "other#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";

    @Test
    void whereNothingIsSetTheStandardHoldsOrWhatTheNodeWasTold() {
        ClusterSettings none = ClusterSettings.NONE;
        assertThat(none.get(SettingKey.GUARD_HOLD_MILLIS, ORDERS)).isEqualTo(15_000);
        assertThat(none.getOr(SettingKey.GRACE_MILLIS, ORDERS, 70L)).isEqualTo(70);
        assertThat(none.get(SettingKey.PUSH_ENABLED)).isTrue();
    }

    @Test
    void aServiceHasItsOwnValueAndTheOthersTheClusters() {
        ClusterSettings settings =
                ClusterSettings.NONE.with("grace-millis", "0", "").with("grace-millis", "2000", "orders");
        assertThat(settings.getOr(SettingKey.GRACE_MILLIS, ORDERS, 70L)).isEqualTo(2_000);
        assertThat(settings.getOr(SettingKey.GRACE_MILLIS, OTHER, 70L)).isZero();
        assertThat(settings.version()).isEqualTo(2);

        ClusterSettings less = settings.without("grace-millis", ORDERS);
        assertThat(less.get(SettingKey.GRACE_MILLIS, ORDERS)).isZero();
        assertThat(less.version()).isEqualTo(3);
    }

    @Test
    void whatChangesNothingIsNoNewVersion() {
        ClusterSettings settings = ClusterSettings.NONE.with("push.enabled", "false", "");
        assertThat(settings.with("push.enabled", "false", "")).isEqualTo(settings);
        assertThat(settings.without("guard.enabled", "")).isEqualTo(settings);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = ';',
            value = {
                "guard.percent; 0; ''; guard.percent is a number 1..100, not 0",
                "guard.percent; 101; ''; guard.percent is a number 1..100, not 101",
                "guard.percent; many; ''; guard.percent is a number 1..100, not many",
                "guard.enabled; yes; ''; guard.enabled is true or false, not yes",
                "guard.off; true; ''; unknown setting guard.off: there are guard.enabled,",
                "push.enabled; false; orders; push.enabled can be set for the whole cluster only",
                "client.config; x; ''; client.config can be set for single services only",
                "guard.percent; ''; ''; guard.percent is a number 1..100, not",
                "blocked.publishers; 10.0.0.1,10.0.0; ''; 256 IP addresses, separated by commas, not 10.0.0",
                "blocked.publishers; 10.0.0.1 10.0.0.2; ''; separated by commas, not 10.0.0.1 10.0.0.2",
                "blocked.subscribers; localhost; ''; separated by commas, not localhost",
                "blocked.publishers; 10.0.0.1:80; ''; separated by commas, not 10.0.0.1:80",
                "grace-millis; 5; a#@#b; a dataInfoId has the form dataId#@#instanceId#@#group"
            })
    void whatCannotBeIsRefusedAndSaysWhy(String key, String value, String service, String reason) {
        assertThatThrownBy(() -> ClusterSettings.NONE.with(key, value, service)).hasMessageContaining(reason);
    }

    @Test
    void thereIsALimit() {
        ClusterSettings full = ClusterSettings.NONE;
        for (int i = 0; i < ClusterSettings.MAX_VALUES; i++) {
            full = full.with("grace-millis", "0", "service-" + i);
        }
        ClusterSettings last = full;
        assertThatThrownBy(() -> last.with("grace-millis", "0", "one-more")).hasMessageContaining("unset some");
        assertThat(last.with("grace-millis", "1", "service-0").version()).isEqualTo(full.version() + 1);
    }

    @Test
    void aTextMayBeAnythingThatIsNotTooLong() {
        ClusterSettings settings =
                ClusterSettings.NONE.with("client.config", "", "empty").with("client.config", "two\nlines", ORDERS);
        assertThat(settings.ofService(SettingKey.CLIENT_CONFIG, ORDERS)).hasValue("two\nlines");
        assertThat(settings.ofService(SettingKey.CLIENT_CONFIG, "empty#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP"))
                .hasValue("");
        assertThat(settings.ofService(SettingKey.CLIENT_CONFIG, OTHER)).isEmpty();

        String longest = "ä".repeat(SettingKey.MAX_TEXT_BYTES / 2);
        assertThat(settings.with("client.config", longest, "orders").version()).isEqualTo(3);
        assertThatThrownBy(() -> settings.with("client.config", longest + "a", "orders"))
                .hasMessage("client.config is a text of at most 16384 bytes in UTF-8, not 8193 characters");
    }

    @Test
    void addressesAreStoredInOneOrderAndForm() {
        ClusterSettings settings = ClusterSettings.NONE.with(
                "blocked.publishers", " 2001:DB8:0::1, 10.0.0.2,10.0.0.1,,::ffff:10.0.0.2 , fe80::1%eth0", "");
        assertThat(settings.values()).containsValue("10.0.0.1,10.0.0.2,2001:db8::1,fe80::1");
        assertThat(settings.with("blocked.publishers", "fe80::1,2001:db8::1,10.0.0.2,10.0.0.1", ""))
                .isEqualTo(settings);
        String most = IntStream.range(0, 256).mapToObj(i -> "10.0.0." + i).collect(Collectors.joining(","));
        assertThat(settings.with("blocked.publishers", most, "").version()).isEqualTo(2);
        assertThatThrownBy(() -> settings.with("blocked.publishers", most + ",10.0.1.0", ""))
                .hasMessageEndingWith("separated by commas, not 257 of them");
    }

    @Test
    void aServiceMayBlockOthersThanTheClusterOrNobody() {
        ClusterSettings settings = ClusterSettings.NONE
                .with("blocked.publishers", "10.0.0.1", "")
                .with("blocked.publishers", "10.0.0.2", "orders")
                .with("blocked.publishers", "", "stock")
                .with("blocked.subscribers", "10.0.0.3", "");
        BlockedClients blocked = BlockedClients.of(settings, SettingKey.BLOCKED_PUBLISHERS);
        assertThat(blocked.of(OTHER)).hasToString("10.0.0.1");
        assertThat(blocked.of(ORDERS)).hasToString("10.0.0.2");
        assertThat(blocked.of("stock#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP")).isEqualTo(ClientAddresses.NONE);
        assertThat(BlockedClients.of(settings.with("grace-millis", "1", ""), SettingKey.BLOCKED_PUBLISHERS))
                .isEqualTo(blocked);
        assertThat(BlockedClients.of(ClusterSettings.NONE, SettingKey.BLOCKED_PUBLISHERS)
                        .of(ORDERS))
                .isEqualTo(ClientAddresses.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:5000, true",
        "10.0.0.2:5000, false",
        "::ffff:10.0.0.1:5000, true",
        "2001:db8:0:0:0:0:0:1:5000, true",
        "[2001:DB8::1]:5000, true",
        "fe80:0:0:0:0:0:0:1%eth0:5000, true",
        "fe80:0:0:0:0:0:0:2%eth0:5000, false",
        "'', false",
        ":, false",
        "[]:1, false",
        "[:1, false",
        "%:%, false",
        "local:/1, false",
        "10.0.0.1.:1, false"
    })
    void aClientIsKnownByItsAddressWithoutThePort(String client, boolean contained) {
        ClientAddresses addresses = ClientAddresses.parse("10.0.0.1,2001:db8::1,fe80::1");
        assertThat(addresses.contain(client)).isEqualTo(contained);
        assertThat(ClientAddresses.NONE.contain(client)).isFalse();
    }

    @Test
    void allTogetherAreBounded() {
        String text = "x".repeat(SettingKey.MAX_TEXT_BYTES);
        ClusterSettings full = ClusterSettings.NONE;
        for (int i = 0; i < 15; i++) {
            full = full.with("client.config", text, "service-" + i);
        }
        ClusterSettings last = full;
        assertThatThrownBy(() -> last.with("client.config", text, "one-more"))
                .hasMessageContaining("bytes, limit 262144: unset some");
        assertThat(last.with("grace-millis", "0", "one-more").version()).isEqualTo(16);
        assertThat(last.without("client.config", "service-0")
                        .with("client.config", text, "one-more")
                        .version())
                .isEqualTo(17);
    }

    @Test
    void aViewCarriesThemAndKeepsWhatItDoesNotKnow() {
        var message = io.slotregistry.proto.ClusterView.newBuilder()
                .setEpoch(7)
                .setClusterId("test")
                .setDigestKey(ByteString.copyFrom(new byte[DigestKey.LENGTH_BYTES]))
                .setSettingsVersion(3)
                .addSettings(Setting.newBuilder().setKey("from.the.future").setValue("x"))
                .addSettings(Setting.newBuilder().setKey("guard.percent").setValue("a half"))
                .addSettings(Setting.newBuilder()
                        .setKey("guard.percent")
                        .setValue("20")
                        .setService(ORDERS))
                .build();
        ClusterView view = ClusterView.fromProto(message);
        assertThat(view.settings().version()).isEqualTo(3);
        assertThat(view.settings().get(SettingKey.GUARD_PERCENT)).isEqualTo(50);
        assertThat(view.settings().get(SettingKey.GUARD_PERCENT, ORDERS)).isEqualTo(20);
        assertThat(ClusterView.fromProto(view.toProto()).settings()).isEqualTo(view.settings());
        assertThat(view.settings().with("push.enabled", "false", "").values())
                .containsEntry(new ClusterSettings.Place("from.the.future", ""), "x");
    }
}

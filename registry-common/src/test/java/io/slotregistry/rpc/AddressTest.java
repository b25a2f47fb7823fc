package io.slotregistry.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:9610, 10.0.0.1, 10.0.0.1:9610",
        "M1.Example.com:9610, m1.example.com, m1.example.com:9610",
        "meta_1:9610, meta_1, meta_1:9610",
        "[::1]:9610, ::1, [::1]:9610",
        "[0:0:0:0:0:0:0:1]:9610, ::1, [::1]:9610",
        "[2001:DB8::0]:9610, 2001:db8::, [2001:db8::]:9610",
        "[fe80::1%eth0]:9610, fe80::1%eth0, [fe80::1%eth0]:9610"
    })
    void everySpellingOfAnAddressIsOne(String text, String host, String shown) {
        Address address = Address.parse(text);

        assertThat(address).isEqualTo(new Address(host, 9610)).hasToString(shown);
        assertThat(Address.parse(address.toString())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nowhere",
                ":9610",
                "m1:",
                "m1:port",
                "m1:0",
                "m1:65536",
                "::1:9610",
                "http://m1:9610",
                "m1/path:9610",
                "m 1:9610",
                "m1:9610:9611",
                "256.0.0.1:9610",
                "10.1:9610",
                "[m1]:9610",
                "[::g]:9610",
                "[fe80::1%]:9610",
                "-m1:9610",
                "m\u00e9ta:9610"
            })
    void whatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bracketsAreTakenWherePortsAreNot() {
        assertThat(Host.normal("[::1]")).isEqualTo("::1");
        assertThat(Host.normal(" Reg ")).isEqualTo("reg");
        assertThat(Host.isAny("0.0.0.0")).isTrue();
        assertThat(Host.isAny(Host.normal("0:0::0"))).isTrue();
        assertThat(Host.isAny("reg")).isFalse();
    }
}

package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.RegistryUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's side of discovery, asked as the SDKs ask: they encode nothing and send "null" for what they lack. */
@ExtendWith(SharedLab.class)
class AddressListIT {
    private static final int LIMIT_MILLIS = 10_000;

    private final RegistryUnderTest registry;

    AddressListIT(Lab lab) {
        registry = lab.registry();
    }

    private record HttpAnswer(int status, String head, String body) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?instanceId=null&zone=DEFAULT_ZONE&dataCenter=DefaultDataCenter&appName=null&env=null",
                "?env=&zone=&dataCenter=&appName=&instanceId=",
                "?zone=NO_SUCH_ZONE&env=null",
                "?zone=a|b&appName={x}\"^`<>",
                "?zone=z&zone=y",
                "?appName=an app of spaces HTTP/1.1&zone=null",
                "?appName=caf\u00e9&zone=\u534e\u4e1c1"
            })
    void everyQuestionIsAnsweredWithTheMembers(String parameters) throws IOException {
        HttpAnswer answer = get("/api/servers/query" + parameters);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head().toLowerCase(Locale.ROOT)).contains("content-type: text/plain");
        List<String> entries = entries(answer);
        assertThat(entries).isNotEmpty().allMatch(entry -> entry.matches("[^:;?\\s]+:\\d+"));
        assertThat(entries).anyMatch(entry -> entry.endsWith(":" + registry.boltPort()));
    }

    @Test
    void weightsAreEqualOrThereAreNone() throws IOException {
        HttpAnswer answer = get("/api/servers/queryWithWeight?zone=DEFAULT_ZONE&env=null");

        if (answer.status() == 200) {
            assertThat(entries(answer))
                    .isNotEmpty()
                    .allMatch(entry -> entry.matches("[^:;?\\s]+:\\d+(\\?weight=\\d+)?"))
                    .extracting(entry -> entry.replaceFirst("^[^?]*", ""))
                    .containsOnly(entries(answer).get(0).replaceFirst("^[^?]*", ""));
        } else {
            assertThat(answer.status()).isEqualTo(404);
        }
    }

    private static List<String> entries(HttpAnswer answer) {
        return Arrays.stream(answer.body().strip().split(";"))
                .filter(entry -> !entry.isBlank())
                .toList();
    }

    private HttpAnswer get(String target) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), registry.httpPort())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            String request = "GET " + target + " HTTP/1.1\r\nHost: a_host_of_compose:" + registry.httpPort()
                    + "\r\nContent-type: text/plain\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            assertThat(end).as(answer).isPositive();
            String head = answer.substring(0, end);
            String body = answer.substring(end + 4);
            if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
                body = body.replaceAll("(?m)^[0-9a-fA-F]+\\r?\\n", "").replace("\r\n", "");
            }
            return new HttpAnswer(Integer.parseInt(head.split(" ")[1]), head, body);
        }
    }
}

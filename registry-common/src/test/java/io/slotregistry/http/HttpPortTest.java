package io.slotregistry.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotregistry.http.HttpPort.Outcome;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.bolt.PortUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPortTest {
    private static final int LIMIT_MILLIS = 20_000;

    private final List<Socket> sockets = new ArrayList<>();
    private int number;
    private HttpPort port = portOn(0);

    @BeforeEach
    void listen() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            number = free.getLocalPort();
        }
        port = portOn(number);
        port.listen();
    }

    /** It echoes the zone, or fails. */
    private static HttpPort portOn(int number) {
        return new HttpPort("http-test", new Address("127.0.0.1", Math.max(1, number)), question -> {
            if (question.path().equals("/fault")) {
                throw new IllegalStateException("planted");
            }
            return HttpAnswer.text(200, question.path() + " " + question.parameter("zone"));
        });
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        port.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/a;null",
                "/a?zone=;''",
                "/a?zone=z&zone=y;z",
                "/a?appName=my app&zone=z;z",
                "/a?zone=华东1&appName=é;华东1",
                "/a?zone=%E5%8D%8E;华",
                "/a?zone=100%;100%",
                "/a?appName={x}\"^`<>|\\[]#&zone=z;z",
                "/a?appName=x HTTP/1.1&zone=z;z",
                "/a?unknown&=&&zone=z;z"
            })
    void whatSdksSendAsItIsIsUnderstood(String target, String zone) throws IOException {
        assertThat(ask("GET " + target + " HTTP/1.1\r\nHost: my_host_1:9603\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-type: text/plain;charset=UTF-8\r\n")
                .endsWith("\r\n\r\n/a " + zone);
    }

    @Test
    void theHeadAloneIsSentToWhoAsksForIt() throws IOException {
        assertThat(ask("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-length: 7\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void proxiesMaySendTheWholeAddress() throws IOException {
        assertThat(ask("GET http://a:9603/a?zone=z HTTP/1.1\r\n\r\n")).endsWith("/a z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a\r\n",
                "nonsense\r\n",
                " /a HTTP/1.1\r\n\r\n",
                "GET /a HTTP/x\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\n",
                "GET /a HTTP/1.1\r\nno header\r\n\r\n"
            })
    void whatIsNotHttpIsRefused(String bytes) throws IOException {
        assertThat(ask(bytes)).startsWith("HTTP/1.1 400 Bad Request\r\n").contains("malformed request");
        assertThat(port.count(Outcome.MALFORMED)).isOne();
    }

    @Test
    void tooMuchIsRefusedBeforeItsEndIsSeen() throws IOException {
        assertThat(ask("GET /" + "a".repeat(9 * 1024))).startsWith("HTTP/1.1 414 ");
        assertThat(ask("GET /a HTTP/1.1\r\nX: " + "a".repeat(9 * 1024))).startsWith("HTTP/1.1 414 ");
        assertThat(ask("GET /" + "\u00e9".repeat(4_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void otherMethodsAreRefused() throws IOException {
        assertThat(ask("POST /a HTTP/1.1\r\nContent-Length: 100\r\n\r\n")).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void aFaultIsOneAnswerOnly() throws IOException {
        assertThat(ask("GET /fault HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 500 ")
                .doesNotContain("planted");
        assertThat(port.count(Outcome.FAILED)).isOne();
        assertThat(ask("GET /a HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1000000\r\n\r\nx",
                "Transfer-Encoding: chunked\r\n\r\n",
                "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9\r\n\r\n--b\r\n"
            })
    void aBodyThatNeverComesIsNotWaitedFor(String rest) throws IOException {
        assertThat(ask("GET /a HTTP/1.1\r\n" + rest)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aHeadThatNeverEndsIsCutOff() throws IOException {
        Socket socket = connect();
        socket.getOutputStream().write("GET /a HTTP/1.1\r\nX-".getBytes(ISO_8859_1));

        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        assertThat(port.count(Outcome.LATE)).isOne();
    }

    @Test
    void newcomersAreAnsweredWhenTooManyDoNotSayWhatTheyWant() throws IOException {
        for (int i = 0; i < HttpPort.MAX_CONNECTIONS; i++) {
            connect().getOutputStream().write("GET /a".getBytes(ISO_8859_1));
        }

        assertThat(ask("GET /a HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(port.count(Outcome.EVICTED)).isPositive();
    }

    @Test
    void aPortInUseIsNamed() {
        assertThatThrownBy(() -> portOn(number).listen())
                .isInstanceOf(PortUnavailableException.class)
                .hasMessageContaining("127.0.0.1:" + number);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), number);
        sockets.add(socket);
        socket.setSoTimeout(LIMIT_MILLIS);
        return socket;
    }

    /** Sends no end of the stream, as clients that wait for the answer do. */
    private String ask(String request) throws IOException {
        Socket socket = connect();
        socket.getOutputStream().write(request.getBytes(UTF_8));
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
}

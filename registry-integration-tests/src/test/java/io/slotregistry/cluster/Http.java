package io.slotregistry.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks over HTTP with exactly the bytes that are given, as the SDKs do. */
public final class Http {
    private static final int LIMIT_MILLIS = 10_000;
    private static final JsonMapper JSON = new JsonMapper();

    private Http() {}

    /** @param head status line and headers, in lower case */
    public record Answer(int status, String head, String body) {
        public boolean isOfType(String mediaType) {
            return head.contains("content-type: " + mediaType);
        }

        public JsonNode json() {
            return JSON.readTree(body);
        }
    }

    public static Answer get(int port, String target) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(LIMIT_MILLIS);
            String request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return parse(socket.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(target + " at port " + port, e);
        }
    }

    private static Answer parse(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("not an answer: " + text);
        }
        String head = text.substring(0, end).toLowerCase(Locale.ROOT);
        byte[] body = text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1);
        return new Answer(
                Integer.parseInt(head.split(" ")[1]),
                head,
                new String(
                        head.contains("transfer-encoding: chunked") ? joinChunks(body) : body, StandardCharsets.UTF_8));
    }

    private static byte[] joinChunks(byte[] body) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(body);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (int length = chunkLength(in); length > 0; length = chunkLength(in)) {
            joined.write(in.readNBytes(length));
            in.skipNBytes(2);
        }
        return joined.toByteArray();
    }

    private static int chunkLength(ByteArrayInputStream in) {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return Integer.parseInt(line.toString().strip(), 16);
    }
}

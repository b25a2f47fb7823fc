package io.slotregistry.session.port;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Whole frames as unmodified SDKs sent and took them, by title. */
final class GoldenFrames {
    private GoldenFrames() {}

    static Map<String, byte[]> all() {
        Map<String, byte[]> frames = new LinkedHashMap<>();
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(GoldenFrames.class.getResourceAsStream("/client-wire-golden-frames.txt")),
                StandardCharsets.US_ASCII))) {
            String title = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("## ")) {
                    title = line.substring(3);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    frames.put(title, HexFormat.of().parseHex(line.strip()));
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return frames;
    }
}

package io.slotregistry.sdk;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one call of a subscriber's callback showed. The values of a zone are sorted: their order has no meaning. */
public record Push(@Nullable String localZone, Map<String, List<String>> zones) {
    static Push parse(String words) {
        String[] parts = words.split(" ");
        Map<String, List<String>> zones = new TreeMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            zones.put(decode(parts[i].substring(0, equals)), values(parts[i].substring(equals + 1)));
        }
        return new Push(decode(parts[0]), zones);
    }

    private static List<String> values(String text) {
        List<String> values = new ArrayList<>();
        if (!text.isEmpty()) {
            for (String value : text.substring(1).split(",", -1)) {
                values.add(decode(value));
            }
        }
        values.sort(null);
        return values;
    }

    static @Nullable String decode(String text) {
        return text.equals(":") ? null : URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

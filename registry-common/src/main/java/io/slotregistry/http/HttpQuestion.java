package io.slotregistry.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** @param query behind the question mark, still encoded; empty when there is none */
public record HttpQuestion(String path, String query) {
    /** Takes {@code http://host/path} too, which some proxies send. */
    static HttpQuestion of(String target) {
        String relative = target;
        if (target.startsWith("http://")) {
            int path = target.indexOf('/', "http://".length());
            relative = path < 0 ? "/" : target.substring(path);
        }
        int mark = relative.indexOf('?');
        return mark < 0
                ? new HttpQuestion(relative, "")
                : new HttpQuestion(relative.substring(0, mark), relative.substring(mark + 1));
    }

    /**
     * The first parameter of that name, decoded; null when there is none. SDKs encode nothing, so a value with a stray
     * percent sign stands as it is.
     */
    public @Nullable String parameter(String name) {
        for (String parameter : query.split("&")) {
            if (parameter.startsWith(name + "=")) {
                return decode(parameter.substring(name.length() + 1));
            }
        }
        return null;
    }

    private static String decode(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return value;
        }
    }
}

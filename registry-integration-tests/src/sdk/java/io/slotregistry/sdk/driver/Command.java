package io.slotregistry.sdk.driver;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of the driver's input: a verb, plain operands and {@code name=value} options; values are percent-encoded.
 */
final class Command {
    /** Stands for null; cannot be the encoding of any text. */
    static final String NULL = ":";

    private final List<String> operands = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    Command(String line) {
        for (String word : line.trim().split(" +")) {
            (word.contains("=") ? options : operands).add(word);
        }
    }

    String verb() {
        return operands.get(0);
    }

    String operand(int index) {
        return decode(operands.get(index));
    }

    String option(String name, String otherwise) {
        List<String> values = options(name);
        return values.isEmpty() ? otherwise : values.get(0);
    }

    List<String> options(String name) {
        List<String> values = new ArrayList<>();
        for (String option : options) {
            if (option.startsWith(name + "=")) {
                values.add(decode(option.substring(name.length() + 1)));
            }
        }
        return values;
    }

    static String encode(String text) {
        return text == null
                ? NULL
                : URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

package io.slotregistry.session.port;

import com.google.common.collect.ImmutableSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of the Hessian 2 draft (as com.caucho.hessian.io of sofa-hessian 3.x writes it) that clients use:
 * null, booleans, numbers, strings, lists, maps and objects of {@link WireClass}. Whatever a length field says, nothing
 * larger than the content itself is allocated, and as one byte may be a whole value, values are counted too.
 */
final class HessianReader {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_FIELDS = 64;
    private static final int MAX_DEFINITIONS = 16;
    private static final int MAX_TYPE_NAME = 64;
    private static final ImmutableSet<String> COLLECTIONS = ImmutableSet.of(
            "java.util.List", "java.util.ArrayList", "java.util.Map", "java.util.HashMap", "java.util.LinkedHashMap");

    private final byte[] bytes;
    private final int maxValues;
    private final List<Definition> definitions = new ArrayList<>(2);
    private final List<Object> references = new ArrayList<>();
    private int typeNames;
    private int values;
    private @Nullable WireObject outermost;
    private int at;

    /** @param maxValues that the content may have in all, those of fields, lists and maps included */
    HessianReader(byte[] bytes, int maxValues) {
        this.bytes = bytes;
        this.maxValues = maxValues;
    }

    /** Reads values that refer to classes that were defined elsewhere, as if their definitions stood before. */
    HessianReader(byte[] bytes, int maxValues, WireClass type, String field) {
        this(bytes, maxValues);
        for (int i = 0; i <= DataBoxes.DEFINITION; i++) {
            definitions.add(new Definition(type, new String[] {field}));
        }
    }

    private record Definition(WireClass type, String[] fieldNames) {}

    /** The one object that the content consists of. */
    WireObject read(WireClass expected) throws HessianException {
        WireObject object = next(expected);
        if (at != bytes.length) {
            throw new HessianException((bytes.length - at) + " bytes after the content");
        }
        return object;
    }

    /** A length that stands by itself. */
    int count() throws HessianException {
        return integer(next());
    }

    /** One of several objects that stand one after the other. */
    WireObject next(WireClass expected) throws HessianException {
        if (!(value(0) instanceof WireObject object) || object.type() != expected) {
            throw new HessianException("not a " + expected);
        }
        return object;
    }

    private @Nullable Object value(int depth) throws HessianException {
        if (depth > MAX_DEPTH) {
            throw new HessianException("nested deeper than " + MAX_DEPTH);
        }
        if (++values > maxValues) {
            throw new TooManyValuesException(maxValues, outermost);
        }
        int code = next();
        return switch (code) {
            case 'N' -> null;
            case 'T' -> true;
            case 'F' -> false;
            case 'O' -> {
                define();
                yield value(depth + 1);
            }
            case 'o' -> object(depth);
            case 'V' -> list(depth);
            case 0x76 -> fixedList(depth);
            case 'M' -> map(depth);
            case 'R', 0x4a, 0x4b -> reference(code);
            default -> scalar(code);
        };
    }

    private Object scalar(int code) throws HessianException {
        if (code <= 0x1f || code == 'S' || code == 's') {
            return string(code);
        }
        if ((code >= 0x80 && code <= 0xd7) || code == 'I') {
            return integer(code);
        }
        if (code >= 0xd8 && code <= 0xef) {
            return (long) (code - 0xe0);
        }
        if (code >= 0xf0) {
            return (long) (((code - 0xf8) << 8) + next());
        }
        if (code >= 0x38 && code <= 0x3f) {
            return (long) (((code - 0x3c) << 16) + (next() << 8) + next());
        }
        if (code == 0x77) {
            return (long) int32();
        }
        if (code == 'L') {
            return ((long) int32() << 32) | (int32() & 0xffffffffL);
        }
        throw new HessianException(String.format("type code 0x%02x at byte %d is not allowed", code, at - 1));
    }

    private int integer(int code) throws HessianException {
        if (code >= 0x80 && code <= 0xbf) {
            return code - 0x90;
        }
        if (code >= 0xc0 && code <= 0xcf) {
            return ((code - 0xc8) << 8) + next();
        }
        if (code >= 0xd0 && code <= 0xd7) {
            return ((code - 0xd4) << 16) + (next() << 8) + next();
        }
        if (code == 'I') {
            return int32();
        }
        throw new HessianException(String.format("type code 0x%02x where a length or number stands", code));
    }

    private void define() throws HessianException {
        if (definitions.size() >= MAX_DEFINITIONS) {
            throw new HessianException("more than " + MAX_DEFINITIONS + " class definitions");
        }
        String name = chars(bounded(integer(next()), MAX_TYPE_NAME, "class name length"));
        WireClass type = WireClass.ofWireName(name);
        if (type == null) {
            throw new HessianException("class " + name + " is not allowed");
        }
        String[] fields = new String[bounded(integer(next()), MAX_FIELDS, "field count")];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = string(next());
        }
        definitions.add(new Definition(type, fields));
    }

    private WireObject object(int depth) throws HessianException {
        int index = integer(next());
        if (index < 0 || index >= definitions.size()) {
            throw new HessianException("class definition " + index + " of " + definitions.size());
        }
        Definition definition = definitions.get(index);
        WireObject object = new WireObject(definition.type, definition.fieldNames);
        if (references.isEmpty()) {
            outermost = object;
        }
        references.add(object);
        for (int i = 0; i < definition.fieldNames.length; i++) {
            object.set(i, value(depth + 1));
        }
        return object;
    }

    private List<Object> list(int depth) throws HessianException {
        typeName();
        if (peek() == 'n') {
            at += 2;
        } else if (peek() == 'l') {
            at += 5;
        }
        // The announced length is not needed: the list ends with its end mark.
        List<Object> list = new ArrayList<>();
        references.add(list);
        while (peek() != 'z') {
            list.add(value(depth + 1));
        }
        at++;
        return list;
    }

    private List<Object> fixedList(int depth) throws HessianException {
        checkTypeReference(integer(next()));
        int length = integer(next());
        List<Object> list = new ArrayList<>();
        references.add(list);
        for (int i = 0; i < length; i++) {
            list.add(value(depth + 1));
        }
        return list;
    }

    private Map<Object, Object> map(int depth) throws HessianException {
        typeName();
        Map<Object, Object> map = new HashMap<>();
        references.add(map);
        while (peek() != 'z') {
            Object key = value(depth + 1);
            if (!(key instanceof String)) {
                throw new HessianException("a map key that is not a string");
            }
            map.put(key, value(depth + 1));
        }
        at++;
        return map;
    }

    private void typeName() throws HessianException {
        int code = peek();
        if (code == 't') {
            at++;
            String name = chars(bounded((next() << 8) + next(), MAX_TYPE_NAME, "type name length"));
            if (!COLLECTIONS.contains(name)) {
                throw new HessianException("type " + name + " is not allowed");
            }
            typeNames++;
        } else if (code == 0x75) {
            at++;
            checkTypeReference(integer(next()));
        }
    }

    private void checkTypeReference(int reference) throws HessianException {
        if (reference < 0 || reference >= typeNames) {
            throw new HessianException("type reference " + reference + " of " + typeNames);
        }
    }

    private Object reference(int code) throws HessianException {
        int index = code == 'R' ? int32() : code == 0x4a ? next() : (next() << 8) + next();
        if (index < 0 || index >= references.size()) {
            throw new HessianException("reference " + index + " of " + references.size());
        }
        return references.get(index);
    }

    private String string(int code) throws HessianException {
        if (code <= 0x1f) {
            return chars(code);
        }
        if (code == 'S') {
            return chars((next() << 8) + next());
        }
        StringBuilder all = new StringBuilder();
        int chunk = code;
        while (chunk == 's') {
            all.append(chars((next() << 8) + next()));
            chunk = next();
        }
        if (chunk != 'S' && chunk > 0x1f) {
            throw new HessianException(String.format("type code 0x%02x where a string goes on", chunk));
        }
        return all.append(string(chunk)).toString();
    }

    /** Each UTF-16 unit stands as one to three bytes of its own. */
    private String chars(int length) throws HessianException {
        if (length == 0) {
            return "";
        }
        if (length > bytes.length - at) {
            throw new HessianException("a string of " + length + " characters in " + (bytes.length - at) + " bytes");
        }
        int end = at;
        while (end < at + length && bytes[end] >= 0) {
            end++;
        }
        if (end == at + length) {
            String ascii = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
            at = end;
            return ascii;
        }
        char[] units = new char[length];
        for (int i = 0; i < length; i++) {
            units[i] = unit();
        }
        return new String(units);
    }

    private char unit() throws HessianException {
        int first = next();
        if (first < 0x80) {
            return (char) first;
        }
        if ((first & 0xe0) == 0xc0) {
            return (char) (((first & 0x1f) << 6) + (next() & 0x3f));
        }
        if ((first & 0xf0) == 0xe0) {
            return (char) (((first & 0x0f) << 12) + ((next() & 0x3f) << 6) + (next() & 0x3f));
        }
        throw new HessianException(String.format("byte 0x%02x in a string", first));
    }

    private static int bounded(int value, int max, String what) throws HessianException {
        if (value < 0 || value > max) {
            throw new HessianException(what + " " + value + ", limit " + max);
        }
        return value;
    }

    private int int32() throws HessianException {
        return (next() << 24) | (next() << 16) | (next() << 8) | next();
    }

    private int peek() throws HessianException {
        if (at < 0 || at >= bytes.length) {
            throw new HessianException("the content ends early");
        }
        return bytes[at] & 0xff;
    }

    private int next() throws HessianException {
        int code = peek();
        at++;
        return code;
    }
}

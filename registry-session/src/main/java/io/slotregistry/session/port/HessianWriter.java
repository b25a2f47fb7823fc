package io.slotregistry.session.port;

import java.io.ByteArrayOutputStream;

/** Writes the part of the Hessian 2 draft that is sent to clients; see {@link HessianReader} for the dialect. */
final class HessianWriter {
    private static final int MAX_CHUNK = 0x8000;

    private final ByteArrayOutputStream out;

    HessianWriter(int expectedBytes) {
        this.out = new ByteArrayOutputStream(expectedBytes);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    /** Announces a class; definitions are numbered from 0 in the order in which they are written. */
    HessianWriter define(WireClass type, String... fieldNames) {
        out.write('O');
        integer(type.wireName().length());
        units(type.wireName(), 0, type.wireName().length());
        integer(fieldNames.length);
        for (String name : fieldNames) {
            string(name);
        }
        return this;
    }

    /** Begins an object; its fields follow in the order of the definition. */
    HessianWriter object(int definition) {
        out.write('o');
        return integer(definition);
    }

    HessianWriter nothing() {
        out.write('N');
        return this;
    }

    HessianWriter bool(boolean value) {
        out.write(value ? 'T' : 'F');
        return this;
    }

    HessianWriter integer(int value) {
        if (value >= -16 && value <= 47) {
            out.write(0x90 + value);
        } else if (value >= -2_048 && value <= 2_047) {
            out.write(0xc8 + (value >> 8));
            out.write(value);
        } else if (value >= -262_144 && value <= 262_143) {
            out.write(0xd4 + (value >> 16));
            out.write(value >> 8);
            out.write(value);
        } else {
            out.write('I');
            int32(value);
        }
        return this;
    }

    HessianWriter number(long value) {
        if (value >= -8 && value <= 15) {
            out.write((int) (0xe0 + value));
        } else if (value == (int) value) {
            out.write(0x77);
            int32((int) value);
        } else {
            out.write('L');
            int32((int) (value >> 32));
            int32((int) value);
        }
        return this;
    }

    HessianWriter string(@org.jspecify.annotations.Nullable String value) {
        if (value == null) {
            return nothing();
        }
        int from = 0;
        while (value.length() - from > MAX_CHUNK) {
            chunk('s', value, from, from + MAX_CHUNK);
            from += MAX_CHUNK;
        }
        if (value.length() - from <= 0x1f) {
            out.write(value.length() - from);
            units(value, from, value.length());
        } else {
            chunk('S', value, from, value.length());
        }
        return this;
    }

    HessianWriter beginList(int length) {
        out.write('V');
        if (length < 0x100) {
            out.write('n');
            out.write(length);
        } else {
            out.write('l');
            int32(length);
        }
        return this;
    }

    HessianWriter beginMap() {
        out.write('M');
        return this;
    }

    /** Ends a list or map. */
    HessianWriter end() {
        out.write('z');
        return this;
    }

    /** Bytes that were encoded before. */
    HessianWriter raw(byte[] encoded, int from) {
        out.write(encoded, from, encoded.length - from);
        return this;
    }

    private void chunk(int code, String value, int from, int to) {
        out.write(code);
        out.write((to - from) >> 8);
        out.write(to - from);
        units(value, from, to);
    }

    private void units(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            char unit = value.charAt(i);
            if (unit < 0x80) {
                out.write(unit);
            } else if (unit < 0x800) {
                out.write(0xc0 + (unit >> 6));
                out.write(0x80 + (unit & 0x3f));
            } else {
                out.write(0xe0 + (unit >> 12));
                out.write(0x80 + ((unit >> 6) & 0x3f));
                out.write(0x80 + (unit & 0x3f));
            }
        }
    }

    private void int32(int value) {
        out.write(value >> 24);
        out.write(value >> 16);
        out.write(value >> 8);
        out.write(value);
    }
}

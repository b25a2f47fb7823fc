package io.slotregistry.session.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A publisher's payload: the number of its data boxes, then the boxes as they stand in a push, so that a push is put
 * together by copying. Opaque to everything behind the client port.
 */
final class DataBoxes {
    /** The number of the data box class among the definitions of a push: after the push itself. */
    static final int DEFINITION = 1;

    static final String FIELD = "data";

    private DataBoxes() {}

    /** Texts may be null, as they may in a data box. */
    static byte[] encode(List<@Nullable String> texts) {
        HessianWriter writer =
                new HessianWriter(8 + texts.stream().mapToInt(DataBoxes::size).sum());
        writer.integer(texts.size());
        for (String text : texts) {
            writer.object(DEFINITION).string(text);
        }
        return writer.toBytes();
    }

    private static int size(@Nullable String text) {
        return text == null ? 3 : text.length() + 8;
    }

    /** What the boxes of a payload say, for reading. */
    static List<String> decode(byte[] payload) {
        try {
            HessianReader reader = reader(payload);
            int count = reader.count();
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String text = reader.next(WireClass.DATA_BOX).string(FIELD);
                texts.add(text == null ? "" : text);
            }
            return texts;
        } catch (HessianException malformed) {
            throw new IllegalArgumentException("not a payload of data boxes: " + malformed.getMessage(), malformed);
        }
    }

    /** The data of a push: a map from zone to list of boxes. */
    static byte[] encodeMap(Iterable<? extends Map.Entry<String, ? extends List<byte[]>>> byZone) {
        int size = 128;
        for (var zone : byZone) {
            size += zone.getKey().length()
                    + 16
                    + zone.getValue().stream()
                            .mapToInt(payload -> payload.length)
                            .sum();
        }
        HessianWriter writer = new HessianWriter(size).beginMap();
        boolean defined = false;
        for (var zone : byZone) {
            int boxes = 0;
            for (byte[] payload : zone.getValue()) {
                boxes += countOf(payload);
            }
            writer.string(zone.getKey()).beginList(boxes);
            for (byte[] payload : zone.getValue()) {
                if (!defined && countOf(payload) > 0) {
                    writer.define(WireClass.DATA_BOX, FIELD);
                    defined = true;
                }
                writer.raw(payload, countLength(payload));
            }
            writer.end();
        }
        return writer.end().toBytes();
    }

    private static int countOf(byte[] payload) {
        try {
            return reader(payload).count();
        } catch (HessianException malformed) {
            throw new IllegalArgumentException("not a payload of data boxes: " + malformed.getMessage(), malformed);
        }
    }

    private static int countLength(byte[] payload) {
        int code = payload[0] & 0xff;
        return code == 'I' ? 5 : code >= 0xd0 ? 3 : code >= 0xc0 ? 2 : 1;
    }

    private static HessianReader reader(byte[] payload) {
        return new HessianReader(payload, Integer.MAX_VALUE, WireClass.DATA_BOX, FIELD);
    }
}

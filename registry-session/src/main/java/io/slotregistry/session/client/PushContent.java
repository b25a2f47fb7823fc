package io.slotregistry.session.client;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one view (all zones, or one) of a service shows at one version: publisher payloads by zone, without empty
 * zones. Encoded at most once, by the first connection that it is pushed to. Owned by the event loop of its slot.
 */
public final class PushContent {
    private final long version;
    private final ImmutableMap<String, ImmutableList<byte[]>> payloadsByZone;
    private final long bytes;
    private byte @Nullable [] encoded;

    public PushContent(long version, ImmutableMap<String, ImmutableList<byte[]>> payloadsByZone) {
        this.version = version;
        this.payloadsByZone = payloadsByZone;
        this.bytes = payloadsByZone.values().stream()
                .flatMap(List::stream)
                .mapToLong(payload -> payload.length)
                .sum();
    }

    public long version() {
        return version;
    }

    /** About how large a push of it is. */
    public long bytes() {
        return bytes;
    }

    public ImmutableMap<String, ImmutableList<byte[]>> payloadsByZone() {
        return payloadsByZone;
    }

    /** The encoder's result, remembered. All callers pass the same encoder. */
    public byte[] encoded(Function<PushContent, byte[]> encoder) {
        byte[] bytes = encoded;
        if (bytes == null) {
            bytes = encoder.apply(this);
            encoded = bytes;
        }
        return bytes;
    }
}

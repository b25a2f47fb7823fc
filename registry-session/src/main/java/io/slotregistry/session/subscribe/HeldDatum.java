package io.slotregistry.session.subscribe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Entry;
import io.slotregistry.session.client.PushContent;
import io.slotregistry.session.client.Scope;
import io.slotregistry.session.hold.Footprint;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.DigestValue;
import io.slotregistry.slot.SlotDigest;
import io.slotregistry.slot.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The publishers of one service as the slot's leader last told them. Versions only grow; a delta applies only to the
 * version that it is based on, and what was assembled must have the leader's digest. Belongs to the loop of its slot.
 */
final class HeldDatum {
    private static final String ALL_ZONES = "";

    private final DigestKey key;
    private final Map<String, PushContent> contentByZone = new HashMap<>();
    /** The same at {@link Version#UNKNOWN}. */
    private final Map<String, PushContent> presumedByZone = new HashMap<>();

    private final Map<String, Held> byRegisterId = new LinkedHashMap<>();
    private SlotDigest digest;
    private long version;
    private long bytes;

    HeldDatum(DigestKey key) {
        this.key = key;
        this.digest = new SlotDigest(key);
    }

    /** What an update did. */
    enum Outcome {
        /** Old, or told before. */
        IGNORED,
        /** The same publishers at a greater version. */
        SAME,
        CHANGED,
        /** It does not fit what is held: the whole is needed. */
        MISFIT
    }

    /** 0 while nothing is known. */
    long version() {
        return version;
    }

    DigestValue digest() {
        return digest.value();
    }

    /** That it takes to hold it, roughly. */
    long bytes() {
        return bytes;
    }

    int size() {
        return byRegisterId.size();
    }

    Outcome apply(Content content) {
        if (content.getVersion() <= version) {
            return Outcome.IGNORED;
        }
        if (content.getBaseVersion() != 0 && content.getBaseVersion() != version) {
            return Outcome.MISFIT;
        }
        boolean whole = content.getBaseVersion() == 0;
        SlotDigest next = whole ? new SlotDigest(key) : digest.copy();
        if (!whole) {
            content.getRemovalsList().forEach(registerId -> subtract(registerId, next));
            content.getPutsList().forEach(entry -> subtract(entry.getRegisterId(), next));
        }
        content.getPutsList().forEach(entry -> next.add(entry.getRegisterId(), hashOf(entry)));
        if (!next.value().equals(new DigestValue(content.getDigestHigh(), content.getDigestLow()))) {
            return Outcome.MISFIT;
        }
        boolean same = !Version.isPresumed(version) && next.value().equals(digest.value());
        if (whole) {
            byRegisterId.clear();
            bytes = 0;
        }
        content.getRemovalsList().forEach(registerId -> put(registerId, null));
        content.getPutsList().forEach(entry -> put(entry.getRegisterId(), held(entry)));
        contentByZone.clear();
        presumedByZone.clear();
        digest = next;
        version = content.getVersion();
        return same ? Outcome.SAME : Outcome.CHANGED;
    }

    /** What a subscriber sees that looks at all zones. */
    PushContent content() {
        return contentByZone.computeIfAbsent(ALL_ZONES, all -> assemble(all, version));
    }

    /**
     * What is shown once to a subscriber that may know nothing: at one version, so that nobody takes a second part of a
     * list in place of the first.
     */
    PushContent presumed(Scope scope, String zone) {
        String view = scope == Scope.ZONE ? zone.toUpperCase(Locale.ROOT) : ALL_ZONES;
        return presumedByZone.computeIfAbsent(view, all -> assemble(all, Version.UNKNOWN));
    }

    /** What a subscriber sees that looks at its own zone only. Zone names match without regard to case. */
    PushContent contentOfZone(String zone) {
        return contentByZone.computeIfAbsent(zone.toUpperCase(Locale.ROOT), upper -> assemble(upper, version));
    }

    private PushContent assemble(String upperZone, long atVersion) {
        Map<String, List<byte[]>> byZone = new TreeMap<>();
        for (Held held : byRegisterId.values()) {
            if (upperZone.equals(ALL_ZONES)
                    || held.zone.toUpperCase(Locale.ROOT).equals(upperZone)) {
                byZone.computeIfAbsent(held.zone, zone -> new ArrayList<>()).add(held.payload);
            }
        }
        ImmutableMap.Builder<String, ImmutableList<byte[]>> zones = ImmutableMap.builder();
        byZone.forEach((zone, payloads) -> zones.put(zone, ImmutableList.copyOf(payloads)));
        return new PushContent(atVersion, zones.buildOrThrow());
    }

    private void put(String registerId, @Nullable Held held) {
        Held before = held == null ? byRegisterId.remove(registerId) : byRegisterId.put(registerId, held);
        bytes += footprint(registerId, held) - footprint(registerId, before);
    }

    private static long footprint(String registerId, @Nullable Held held) {
        return held == null ? 0 : Footprint.ofContent(registerId, held.payload.length);
    }

    private void subtract(String registerId, SlotDigest from) {
        Held held = byRegisterId.get(registerId);
        if (held != null) {
            from.remove(registerId, held.contentHash);
        }
    }

    private Held held(Entry entry) {
        return new Held(entry.getZone(), entry.getPayload().toByteArray(), hashOf(entry));
    }

    private long hashOf(Entry entry) {
        return key.contentHash(entry.getZone(), entry.getPayload().toByteArray());
    }

    private record Held(String zone, byte[] payload, long contentHash) {}
}

package io.slotregistry.session.subscribe;

import static io.slotregistry.session.subscribe.HeldDatum.Outcome.CHANGED;
import static io.slotregistry.session.subscribe.HeldDatum.Outcome.IGNORED;
import static io.slotregistry.session.subscribe.HeldDatum.Outcome.MISFIT;
import static io.slotregistry.session.subscribe.HeldDatum.Outcome.SAME;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Entry;
import io.slotregistry.session.client.PushContent;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.DigestValue;
import io.slotregistry.slot.SlotDigest;
import io.slotregistry.slot.Version;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldDatumTest {
    private static final DigestKey KEY = new DigestKey(new byte[DigestKey.LENGTH_BYTES]);

    private final HeldDatum datum = new HeldDatum(KEY);

    @Test
    void versionsOnlyGrow() {
        assertThat(datum.apply(whole(20, "a", "b"))).isEqualTo(CHANGED);
        assertThat(datum.apply(whole(20, "c"))).isEqualTo(IGNORED);
        assertThat(datum.apply(whole(19, "c"))).isEqualTo(IGNORED);
        assertThat(datum.version()).isEqualTo(20);
        assertThat(seen()).containsExactly("a", "b");
    }

    @Test
    void aDeltaAppliesToTheVersionThatItIsBasedOn() {
        datum.apply(whole(20, "a", "b"));
        assertThat(datum.apply(delta(20, 21, List.of("c"), List.of("a"), "b", "c")))
                .isEqualTo(CHANGED);
        assertThat(seen()).containsExactly("b", "c");
        assertThat(datum.apply(delta(20, 22, List.of("d"), List.of(), "b", "c", "d")))
                .isEqualTo(MISFIT);
        assertThat(datum.version()).isEqualTo(21);
        assertThat(seen()).containsExactly("b", "c");
    }

    @Test
    void equalContentAtAGreaterVersionIsTheSame() {
        long certain = Version.ofMillis(1_790_000_000_000L);
        datum.apply(whole(20, "a"));
        assertThat(datum.apply(whole(certain, "a"))).isEqualTo(CHANGED);
        assertThat(datum.apply(whole(certain + 1, "a"))).isEqualTo(SAME);
        assertThat(datum.version()).isEqualTo(certain + 1);
    }

    @Test
    void anEmptyListIsNewsToWhoKnewNothing() {
        assertThat(datum.apply(whole(20))).isEqualTo(CHANGED);
        assertThat(seen()).isEmpty();
    }

    @Test
    void whatDoesNotHaveTheLeadersDigestIsNotShown() {
        datum.apply(whole(20, "a"));
        assertThat(datum.apply(delta(20, 21, List.of("b"), List.of(), "a", "b", "lost")))
                .isEqualTo(MISFIT);
        assertThat(seen()).containsExactly("a");
        assertThat(datum.digest()).isEqualTo(digestOf("a"));
        assertThat(datum.apply(whole(22, "a", "b"))).isEqualTo(CHANGED);
        assertThat(seen()).containsExactly("a", "b");
    }

    @Test
    void aZoneSeesItsOwnPublishersInAnyCase() {
        Entry here = entry("a").toBuilder().setZone("Hangzhou").build();
        SlotDigest digest = new SlotDigest(KEY);
        digest.add("a", KEY.contentHash("Hangzhou", "a".getBytes(StandardCharsets.UTF_8)));
        datum.apply(Content.newBuilder()
                .setVersion(20)
                .addPuts(here)
                .setDigestHigh(digest.value().high())
                .setDigestLow(digest.value().low())
                .build());
        assertThat(payloads(datum.contentOfZone("HANGZHOU"))).containsExactly("a");
        assertThat(payloads(datum.contentOfZone("Shanghai"))).isEmpty();
    }

    private static Content whole(long version, String... registerIds) {
        return delta(0, version, List.of(registerIds), List.of(), registerIds);
    }

    /** @param result the registerIds that there should be afterwards */
    private static Content delta(long base, long version, List<String> puts, List<String> removals, String... result) {
        Content.Builder content = Content.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .setDigestHigh(digestOf(result).high())
                .setDigestLow(digestOf(result).low())
                .addAllRemovals(removals);
        puts.forEach(registerId -> content.addPuts(entry(registerId)));
        return content.build();
    }

    private static Entry entry(String registerId) {
        return Entry.newBuilder()
                .setRegisterId(registerId)
                .setPayload(ByteString.copyFromUtf8(registerId))
                .build();
    }

    private static DigestValue digestOf(String... registerIds) {
        SlotDigest digest = new SlotDigest(KEY);
        for (String registerId : registerIds) {
            digest.add(registerId, KEY.contentHash("", registerId.getBytes(StandardCharsets.UTF_8)));
        }
        return digest.value();
    }

    private List<String> seen() {
        return payloads(datum.content());
    }

    private static List<String> payloads(PushContent content) {
        return content.payloadsByZone().values().stream()
                .flatMap(List::stream)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }
}

package io.slotregistry.data.slot;

import static io.slotregistry.data.slot.FakeSession.KEY;
import static io.slotregistry.data.slot.FakeSession.publication;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Interners;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Entry;
import io.slotregistry.runtime.Limits;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.VirtualTime;
import io.slotregistry.slot.DigestValue;
import io.slotregistry.slot.VersionClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatumTest {
    private final VersionClock versions = FakeSession.versions(new SimulatedClock(new VirtualTime(1), 0));
    private final Datum datum = new Datum(FakeSession.SERVICE, KEY, new Limits());

    @Test
    void theNewestRegistrationWinsWhicheverSessionTellsItFirst() {
        datum.add(entry("s2", "a", 2, "new"));
        datum.add(entry("s1", "a", 1, "old"));
        assertThat(seen()).containsExactly("new");
        datum.add(entry("s3", "a", 3, "newest"));
        assertThat(seen()).containsExactly("newest");
    }

    @Test
    void removingOneSessionsEntryLeavesTheOthers() {
        MirrorEntry old = entry("s1", "a", 1, "old");
        MirrorEntry middle = entry("s2", "a", 2, "middle");
        MirrorEntry newest = entry("s3", "a", 3, "newest");
        List.of(newest, old, middle).forEach(datum::add);
        datum.remove(middle);
        assertThat(seen()).containsExactly("newest");
        datum.remove(newest);
        assertThat(seen()).containsExactly("old");
        datum.remove(old);
        assertThat(seen()).isEmpty();
        assertThat(datum.digest()).isEqualTo(DigestValue.EMPTY);
        assertThat(datum.isUnused()).isTrue();
    }

    @Test
    void unpublishingHidesWhatOtherSessionsHoldFromBefore() {
        datum.add(entry("s1", "a", 1, "x"));
        datum.unpublish("a", 1);
        assertThat(seen()).isEmpty();
        datum.add(entry("s2", "a", 2, "again"));
        assertThat(seen()).containsExactly("again");
    }

    @Test
    void equalContentChangesNoVersion() {
        MirrorEntry before = entry("s1", "a", 1, "x");
        datum.add(before);
        assertThat(datum.commit(versions, true)).isTrue();
        long version = datum.version();
        datum.add(entry("s2", "a", 2, "x"));
        datum.remove(before);
        assertThat(datum.commit(versions, true)).isFalse();
        MirrorEntry fleeting = entry("s1", "b", 1, "y");
        datum.add(fleeting);
        datum.remove(fleeting);
        assertThat(datum.commit(versions, true)).isFalse();
        assertThat(datum.version()).isEqualTo(version);
    }

    @Test
    void aDeltaIsWhatChangedSinceItsBase() {
        MirrorEntry a = entry("s1", "a", 1, "x");
        datum.add(a);
        datum.commit(versions, true);
        long base = datum.version();
        datum.add(entry("s1", "b", 1, "y"));
        datum.commit(versions, true);
        datum.remove(a);
        datum.commit(versions, true);
        Content delta = datum.contentSince(base);
        assertThat(delta.getBaseVersion()).isEqualTo(base);
        assertThat(delta.getVersion()).isEqualTo(datum.version());
        assertThat(delta.getPutsList()).extracting(Entry::getRegisterId).containsExactly("b");
        assertThat(delta.getRemovalsList()).containsExactly("a");
    }

    @Test
    void whoIsTooFarBehindGetsTheWhole() {
        datum.add(entry("s1", "a", 1, "x"));
        datum.commit(versions, true);
        long base = datum.version();
        for (int i = 0; i < 300; i++) {
            datum.add(entry("s1", "b" + i, 1, "y"));
            datum.commit(versions, true);
        }
        Content content = datum.contentSince(base);
        assertThat(content.getBaseVersion()).isZero();
        assertThat(content.getPutsCount()).isEqualTo(301);
    }

    @Test
    void aNewLeaderKeepsTheVersionOfEqualContent() {
        datum.add(entry("s1", "a", 1, "x"));
        long held = versions.next() + 1_000_000;
        datum.heldElsewhere(held, datum.digest(), versions);
        assertThat(datum.settle(versions, true, true)).isTrue();
        assertThat(datum.version()).isEqualTo(held);
        assertThat(versions.next()).isGreaterThan(held);
    }

    @Test
    void aNewLeaderGivesOtherContentAVersionThatIsGreaterThanWhatIsHeld() {
        datum.add(entry("s1", "a", 1, "x"));
        long held = versions.next() + 1_000_000;
        datum.heldElsewhere(held, DigestValue.EMPTY, versions);
        assertThat(datum.settle(versions, true, true)).isTrue();
        assertThat(datum.version()).isGreaterThan(held);
    }

    private static MirrorEntry entry(String session, String registerId, long version, String payload) {
        return new MirrorEntry(
                new FakeSession(session).process,
                publication(registerId, version, payload),
                KEY,
                Interners.newStrongInterner());
    }

    private List<String> seen() {
        return datum.listed().stream()
                .filter(datum::shows)
                .map(entry -> entry.payload.toStringUtf8())
                .toList();
    }
}

package io.slotregistry.slot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotDigestTest {
    private static final DigestKey KEY =
            new DigestKey(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});

    @Test
    void orderDoesNotMatterAndRemovalUndoesAddition() {
        for (long seed = 1; seed <= 100; seed++) {
            Random random = new Random(seed);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                names.add("publisher-" + random.nextInt(1000));
            }
            SlotDigest inOrder = new SlotDigest(KEY);
            names.forEach(name -> inOrder.add(name, 7));
            Collections.shuffle(names, random);
            SlotDigest shuffled = new SlotDigest(KEY);
            names.forEach(name -> shuffled.add(name, 7));
            assertThat(shuffled.value()).as("seed %d", seed).isEqualTo(inOrder.value());

            names.forEach(name -> shuffled.remove(name, 7));
            assertThat(shuffled.value()).as("seed %d", seed).isEqualTo(DigestValue.EMPTY);
            assertThat(shuffled.count()).isZero();
        }
    }

    @Test
    void everyFieldOfAPublicationCounts() {
        assertThat(List.of(
                        digest("a", 1, 1, 1, 1, 1),
                        digest("b", 1, 1, 1, 1, 1),
                        digest("a", 2, 1, 1, 1, 1),
                        digest("a", 1, 2, 1, 1, 1),
                        digest("a", 1, 1, 2, 1, 1),
                        digest("a", 1, 1, 1, 2, 1),
                        digest("a", 1, 1, 1, 1, 2)))
                .doesNotHaveDuplicates();
        assertThat(List.of(
                        KEY.originHash("a", "a", "a"),
                        KEY.originHash("b", "a", "a"),
                        KEY.originHash("a", "b", "a"),
                        KEY.originHash("a", "a", "b")))
                .doesNotHaveDuplicates();
    }

    @Test
    void anotherKeyGivesAnotherDigest() {
        SlotDigest other = new SlotDigest(new DigestKey(new byte[16]));
        other.add("a", 1);
        SlotDigest mine = new SlotDigest(KEY);
        mine.add("a", 1);
        assertThat(mine.value()).isNotEqualTo(other.value());
    }

    private static DigestValue digest(
            String id, long version, long timestamp, long connection, long origin, long content) {
        SlotDigest digest = new SlotDigest(KEY);
        digest.addPublication(id, version, timestamp, connection, origin, content);
        return digest.value();
    }
}

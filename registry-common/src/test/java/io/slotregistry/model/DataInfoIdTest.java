package io.slotregistry.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DataInfoIdTest {
    /** All texts of up to five of the separator's characters and a letter. */
    @Test
    void whatIsAcceptedReadsBackAsItsParts() {
        List<String> texts = texts("", 5);
        for (String text : texts) {
            assertThat(readsBackOrIsRefused(text, "i", "g"))
                    .as("dataId " + text)
                    .isTrue();
            assertThat(readsBackOrIsRefused("d", text, "g"))
                    .as("instanceId " + text)
                    .isTrue();
            assertThat(readsBackOrIsRefused("d", "i", text)).as("group " + text).isTrue();
            assertThat(readsBackOrIsRefused(text, text, text)).as("all " + text).isTrue();
        }
    }

    @Test
    void whatBeginsASeparatorIsRefusedOnlyWhereOneFollows() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DataInfoId("a#@", "i", "g"));
        assertThatIllegalArgumentException().isThrownBy(() -> new DataInfoId("#@", "i", "g"));
        assertThatIllegalArgumentException().isThrownBy(() -> new DataInfoId("a", "i#@", "g"));
        assertThat(DataInfoId.parse(new DataInfoId("a#", "@#i", "@g").toString()))
                .isEqualTo(new DataInfoId("a#", "@#i", "@g"));
    }

    private static boolean readsBackOrIsRefused(String dataId, String instanceId, String group) {
        DataInfoId id;
        try {
            id = new DataInfoId(dataId, instanceId, group);
        } catch (IllegalArgumentException refused) {
            return true;
        }
        return DataInfoId.parse(id.toString()).equals(id);
    }

    private static List<String> texts(String prefix, int more) {
        if (more == 0) {
            return List.of(prefix);
        }
        return Stream.concat(
                        Stream.of(prefix),
                        Stream.of("#", "@", "a").flatMap(next -> texts(prefix + next, more - 1).stream()))
                .toList();
    }
}

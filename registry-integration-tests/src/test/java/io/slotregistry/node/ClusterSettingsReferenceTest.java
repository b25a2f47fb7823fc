package io.slotregistry.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.SettingKey;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ClusterSettingsReferenceTest {
    @Test
    void thePageListsEveryKeyAsItIs() throws IOException {
        StringBuilder table = new StringBuilder(
                "| key | default | values | per service | meaning |\n" + "| --- | --- | --- | --- | --- |\n");
        for (SettingKey<?> key : SettingKey.ALL) {
            table.append("| `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                            key.name(), standard(key), key.range(), key.reach().perService(), key.meaning()));
        }
        assertThat(Files.readString(ConfigurationReferenceTest.ROOT.resolve("docs/operations.md")))
                .contains(table);
    }

    private static String standard(SettingKey<?> key) {
        return key.standard().toString().isEmpty() ? "none" : "`" + key.standard() + "`";
    }
}

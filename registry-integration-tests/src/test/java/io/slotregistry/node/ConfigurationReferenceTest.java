package io.slotregistry.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.data.DataSettings;
import io.slotregistry.data.app.DataPorts;
import io.slotregistry.meta.MetaSettings;
import io.slotregistry.meta.app.MetaNodeSettings;
import io.slotregistry.session.SessionSettings;
import io.slotregistry.session.app.SessionPorts;
import io.slotregistry.session.hold.HoldingSettings;
import io.slotregistry.session.port.ClientPortSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/configuration.md is made from the settings records: their names, defaults and what their Javadoc says. */
class ConfigurationReferenceTest {
    static final Path ROOT = root();
    private static final Path PAGE = ROOT.resolve("docs/configuration.md");
    private static final String HEADER = """
            # Configuration

            Settings are given on the command line as `--key=value`, as environment variables (`REGISTRY_CLUSTER_KEY`
            for `registry.cluster-key`, `REGISTRY_SESSION_PORT` for `registry.session.port`), or in a file of properties
            or YAML that `--spring.config.additional-location=FILE` names; the command line wins over the environment,
            and that over the file. No other file is read, whatever lies in the working directory.

            A value out of its range, an unknown key on the command line or in the file, and a key given twice end the
            start with a line that names it. Keys of other roles are not looked at: servers can share a file.
            Variables that begin with `REGISTRY_` and are no setting of the process are ignored, and named in one line
            at the start: Kubernetes and Docker make such variables for a service that is called `registry`. When one of
            them has the name of a setting (`REGISTRY_SESSION_PORT=tcp://10.0.0.1:9600`), it is ignored as well; set
            `enableServiceLinks: false` in the pod. All other variables are of other programs.

            `REGISTRY_JAVA_OPTS` has options for the JVM of a server, such as `-Xmx4g -XX:+UseG1GC`. They win over the
            defaults of `bin/registry`, a heap of at most 1 GiB that is collected serially.

            In `standalone`, `registry.name` is `standalone`, `registry.bind` is `127.0.0.1`, `registry.metas` is the
            process's own meta server and `registry.cluster-key` is a new random one at each start, unless set.

            This page is made from the settings records by `ConfigurationReferenceTest`.
            """;

    @Test
    void thePageSaysWhatTheRecordsSay() throws IOException {
        StringBuilder page = new StringBuilder(HEADER);
        section(page, "Every node", Map.of("registry", NodeSettings.DEFAULTS));
        section(page, "Admin port", "registry.admin", AdminSettings.DEFAULTS);
        section(page, "Session", "registry.session", SessionPorts.DEFAULTS, SessionSettings.DEFAULTS);
        section(page, "Session: clients", "registry.session.clients", ClientPortSettings.DEFAULTS);
        section(page, "Session: what clients may make it hold", "registry.session.hold", HoldingSettings.DEFAULTS);
        section(page, "Data", "registry.data", DataPorts.DEFAULTS, DataSettings.DEFAULTS);
        section(page, "Meta", "registry.meta", MetaNodeSettings.DEFAULTS, MetaSettings.DEFAULTS);
        if (Boolean.getBoolean("configuration.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("run this test with -Dconfiguration.write=true to write the page anew")
                .isEqualTo(page.toString());
    }

    private static void section(StringBuilder page, String title, Map<String, Record> records) throws IOException {
        for (Map.Entry<String, Record> record : records.entrySet()) {
            section(page, title, record.getKey(), record.getValue());
        }
    }

    private static void section(StringBuilder page, String title, String prefix, Record... records) throws IOException {
        page.append("\n## ").append(title).append("\n\n| key | default | meaning |\n| --- | --- | --- |\n");
        for (Record record : records) {
            rows(page, prefix, record);
        }
    }

    private static void rows(StringBuilder page, String prefix, Record record) throws IOException {
        String source = source(record.getClass());
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            String key = prefix + "." + SettingsReader.kebab(component.getName());
            Object value = value(component, record);
            if (value instanceof Record nested) {
                rows(page, key, nested);
            } else {
                page.append("| `").append(key).append("` | ");
                page.append(String.valueOf(value).isEmpty() ? "" : "`" + value + "`");
                page.append(" | ").append(meaning(source, component.getName())).append(" |\n");
            }
        }
    }

    private static Object value(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String meaning(String source, String name) {
        Matcher param = Pattern.compile("@param " + name + " (.*?)(?= \\* @param| \\*/)", Pattern.DOTALL)
                .matcher(source);
        assertThat(param.find()).as("Javadoc of the component %s", name).isTrue();
        return param.group(1)
                .replaceAll("\\{@code (.*?)}", "`$1`")
                .replaceAll("\\s*\\n\\s*\\*?\\s*", " ")
                .strip();
    }

    private static String source(Class<?> type) throws IOException {
        String path = type.getName().replace('.', '/') + ".java";
        try (Stream<Path> modules = Files.list(ROOT)) {
            Path file = modules.map(module -> module.resolve("src/main/java").resolve(path))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            return Files.readString(file);
        }
    }

    private static Path root() {
        try {
            Path here = Path.of("").toRealPath();
            return Files.exists(here.resolve("mvnw"))
                    ? here
                    : here.resolve("..").toRealPath();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}

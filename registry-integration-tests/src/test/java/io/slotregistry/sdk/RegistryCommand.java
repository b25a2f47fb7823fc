package io.slotregistry.sdk;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts the registry's own processes, as its script does but with small heaps. */
public final class RegistryCommand {
    public static final Path SCRIPT = ModuleFiles.REPOSITORY.resolve("bin/registry");
    public static final Path LIBRARIES = ModuleFiles.REPOSITORY.resolve("registry-standalone/target/lib");
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Path ARCHIVE = archive();

    private RegistryCommand() {}

    /**
     * @param name for messages
     * @param environment beside the one of the tests
     * @param arguments a role and its settings
     */
    public static ChildProcess start(String name, Map<String, String> environment, List<String> arguments) {
        return start(name, environment, List.of(), arguments);
    }

    /** @param flags of the virtual machine, such as {@code -Xmx128m} */
    public static ChildProcess start(
            String name, Map<String, String> environment, List<String> flags, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("-XX:SharedArchiveFile=" + ARCHIVE));
        all.addAll(flags);
        return java(name, environment, all, arguments);
    }

    /** A main class of the tests, with the registry's own classes. */
    public static ChildProcess startClass(String name, Class<?> main) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                LIBRARIES + "/*" + File.pathSeparator + ModuleFiles.TARGET.resolve("test-classes"),
                main.getName());
        return ChildProcess.start(name, command, ModuleFiles.TARGET, Map.of());
    }

    private static ChildProcess java(
            String name, Map<String, String> environment, List<String> more, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off"));
        command.addAll(more);
        command.addAll(List.of("-cp", LIBRARIES + "/*", "io.slotregistry.standalone.RegistryLauncher"));
        command.addAll(arguments);
        return ChildProcess.start(name, command, ModuleFiles.TARGET, environment);
    }

    /** Keeps what one start has loaded: with that, the many others take half as long. */
    private static Path archive() {
        Path archive = ModuleFiles.TARGET.resolve("registry-classes.jsa");
        try {
            if (!Files.exists(archive) || isOlder(archive)) {
                List<String> arguments = new ArrayList<>(List.of("standalone"));
                arguments.addAll(StandalonePorts.free().settings());
                try (ChildProcess first =
                        java("archive", Map.of(), List.of("-XX:ArchiveClassesAtExit=" + archive), arguments)) {
                    first.await(
                            "ready line",
                            START_LIMIT,
                            lines -> lines.stream()
                                    .filter(line -> line.contains("is ready"))
                                    .findFirst());
                    first.terminate(START_LIMIT);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("build registry-standalone first", e);
        }
        return archive;
    }

    private static boolean isOlder(Path archive) throws IOException {
        FileTime time = Files.getLastModifiedTime(archive);
        try (Stream<Path> jars = Files.list(LIBRARIES)) {
            return jars.anyMatch(jar -> jar.toFile().lastModified() > time.toMillis());
        }
    }

    /** A directory of the build that a registry may fill. Removed by a clean build only, so it must be a new one. */
    public static Path directory(String name) {
        return ModuleFiles.TARGET.resolve("registry-under-test").resolve(name);
    }
}

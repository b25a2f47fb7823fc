package io.slotregistry.architecture;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Streams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file that is in version control.
 *
 * @param name its path from the project's root
 */
record SourceFile(String name, Path path, ImmutableList<String> lines) {
    private static final ImmutableSet<String> LEFT_BEHIND =
            ImmutableSet.of(".git", ".idea", ".vscode", ".settings", "target", "slotregistry-data");

    /** All files of the project that the working directory is in, but for what builds, editors and servers leave. */
    static ImmutableList<SourceFile> all() {
        Path root = rootAbove(Path.of("").toAbsolutePath());
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> Streams.stream(root.relativize(path))
                            .noneMatch(part -> LEFT_BEHIND.contains(part.toString())))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .map(path -> read(root, path))
                    .collect(ImmutableList.toImmutableList());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    boolean isJava() {
        return name.endsWith(".java");
    }

    boolean isMainJava() {
        return isJava() && name.contains("/src/main/");
    }

    boolean isMarkdown() {
        return name.endsWith(".md");
    }

    private static Path rootAbove(@Nullable Path directory) {
        if (directory == null) {
            throw new IllegalStateException("the tests run outside of the source tree");
        }
        return Files.exists(directory.resolve("mvnw")) ? directory : rootAbove(directory.getParent());
    }

    private static SourceFile read(Path root, Path path) {
        try {
            String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
            String name = root.relativize(path).toString().replace('\\', '/');
            return new SourceFile(name, path, text.lines().collect(ImmutableList.toImmutableList()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

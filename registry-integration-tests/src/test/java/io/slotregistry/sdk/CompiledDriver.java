package io.slotregistry.sdk;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A driver program compiled against the very jars that it runs with. None of these jars may be on the class path of
 * the tests, so the build cannot compile it.
 */
record CompiledDriver(String classPath) {
    static CompiledDriver compile(Path sources, Path jars, Path classes) {
        String jarPath = String.join(
                File.pathSeparator,
                files(jars, ".jar").stream().map(Path::toString).toList());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            Files.createDirectories(classes);
            StringWriter messages = new StringWriter();
            List<String> options = List.of("-proc:none", "-nowarn", "-cp", jarPath, "-d", classes.toString());
            boolean compiled = compiler.getTask(
                            messages,
                            files,
                            null,
                            options,
                            null,
                            files.getJavaFileObjectsFromPaths(files(sources, ".java")))
                    .call();
            if (!compiled) {
                throw new AssertionError("the driver does not compile against " + jars + ": " + messages);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new CompiledDriver(classes + File.pathSeparator + jarPath);
    }

    private static List<Path> files(Path folder, String extension) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(extension))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("run the build's pre-integration-test phase first: " + folder, e);
        }
    }
}

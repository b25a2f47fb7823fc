package io.slotregistry.sdk;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Installs the Node SDK below the build folder, once. */
final class NodePackages {
    private static final long INSTALL_SECONDS = 120;

    private NodePackages() {}

    static String missing() {
        if (!runs(List.of("node", "--version"), Path.of("."), 10)) {
            return "the Node SDK is not tested: no node on the path";
        }
        if (!runs(List.of("npm", "--version"), Path.of("."), 20)) {
            return "the Node SDK is not tested: no npm on the path";
        }
        return "";
    }

    static Path install() {
        Path folder = ModuleFiles.TARGET.resolve("node");
        try {
            Files.createDirectories(folder);
            for (String file : List.of("package.json", "driver.js")) {
                Files.copy(ModuleFiles.SOURCES.resolve("node").resolve(file), folder.resolve(file), REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean installed = Files.isDirectory(folder.resolve("node_modules/sofa-registry-node"))
                && Files.isDirectory(folder.resolve("node_modules/urllib"));
        List<String> npm = List.of(
                "npm",
                "install",
                "--no-package-lock",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error");
        if (!installed && !runs(npm, folder, INSTALL_SECONDS)) {
            throw new AssertionError("npm cannot install the Node SDK in " + folder);
        }
        return folder;
    }

    private static boolean runs(List<String> command, Path folder, long seconds) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(seconds, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

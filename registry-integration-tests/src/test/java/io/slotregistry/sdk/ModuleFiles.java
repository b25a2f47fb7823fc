package io.slotregistry.sdk;

import java.nio.file.Path;

/** Where the build of this module keeps what the tests start. */
final class ModuleFiles {
    /** Set by the build to this module's folder; an IDE runs in it. */
    static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    static final Path REPOSITORY = MODULE.resolve("..").normalize();
    static final Path TARGET = MODULE.resolve("target");
    static final Path SOURCES = MODULE.resolve("src");

    private ModuleFiles() {}
}

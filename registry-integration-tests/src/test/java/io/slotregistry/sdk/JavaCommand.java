package io.slotregistry.sdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a small child JVM that writes nothing outside of the build folder. */
final class JavaCommand {
    private static final int HEARTBEAT_MILLIS = 500;

    private JavaCommand() {}

    static List<String> run(String mainClass, CompiledDriver driver, String... arguments) {
        Path home = ModuleFiles.TARGET.resolve("sdk-home");
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                // The default of 15 seconds is longer than any test.
                "-Dbolt.tcp.heartbeat.interval=" + HEARTBEAT_MILLIS,
                // The SDKs' logging writes below the user's home.
                "-Duser.home=" + home,
                "-Dlogging.path=" + home,
                "-cp",
                driver.classPath(),
                mainClass));
        command.addAll(List.of(arguments));
        return command;
    }
}

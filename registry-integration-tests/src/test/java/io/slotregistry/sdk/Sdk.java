package io.slotregistry.sdk;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The client SDKs that exist. Java's 5.x versions are all alike, so one stands for them. */
public enum Sdk {
    JAVA_5_4_2("5.4.2"),
    JAVA_6_3_0("6.3.0"),
    JAVA_6_5_6("6.5.6"),
    NODE_0_0_1("0.0.1");

    private final String version;

    Sdk(String version) {
        this.version = version;
    }

    public boolean isJava() {
        return this != NODE_0_0_1;
    }

    /** Why this SDK cannot run here; empty when it can. */
    public String missing() {
        return isJava() ? "" : NodePackages.missing();
    }

    /** Starts a process that hosts clients of this SDK. */
    public SdkProcess start() {
        return start(List.of());
    }

    /** @param prefix of the command, such as one that enters a network namespace; only for Java */
    public SdkProcess start(List<String> prefix) {
        return new SdkProcess(this, isJava() ? startJava(prefix) : startNode());
    }

    /** How long a registration may take to be sent, acknowledged and pushed on a busy machine. */
    Duration patience() {
        return Duration.ofSeconds(isJava() ? 20 : 30);
    }

    private ChildProcess startJava(List<String> prefix) {
        CompiledDriver driver = CompiledDriver.compile(
                ModuleFiles.SOURCES.resolve("sdk/java"),
                ModuleFiles.TARGET.resolve("sdk").resolve(version),
                ModuleFiles.TARGET.resolve("sdk-driver").resolve(version));
        List<String> command = new ArrayList<>(prefix);
        command.addAll(JavaCommand.run("io.slotregistry.sdk.driver.SdkDriver", driver));
        return ChildProcess.start(toString(), command, ModuleFiles.TARGET, Map.of());
    }

    private ChildProcess startNode() {
        Path folder = NodePackages.install();
        return ChildProcess.start(toString(), List.of("node", "driver.js"), folder, Map.of());
    }

    @Override
    public String toString() {
        return (isJava() ? "java-" : "node-") + version;
    }
}

package io.slotregistry.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A process that says when it is ready. It ends with this JVM, however that is stopped, short of kill -9. */
final class Child implements AutoCloseable {
    private static final long READY_SECONDS = 120;
    private static final long STOP_SECONDS = 10;
    private static final double TICKS_PER_SECOND = 100;

    private final String command;
    private final Process process;
    private final long startNanos;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();

    private Child(String command, Process process, long startNanos) {
        this.command = command;
        this.process = process;
        this.startNanos = startNanos;
    }

    /** Java with this JVM's class path. */
    static Child java(List<String> flags, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return start(command);
    }

    /** Does not wait until it is ready. */
    static Child start(List<String> command) throws IOException {
        long startNanos = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .directory(new File(System.getProperty("java.io.tmpdir")))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Child child = new Child(String.join(" ", command), process, startNanos);
        Thread reader = new Thread(child::read, "child-output");
        reader.setDaemon(true);
        reader.start();
        return child;
    }

    /** Reads on when it is ready: a child whose output nobody reads would stop. */
    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.contains("is ready")) {
                    ready.complete(true);
                }
            }
        } catch (IOException ended) {
            // With the child.
        }
        ready.complete(false);
    }

    /** @throws IOException when it ends before it is ready, or takes too long */
    Child awaitReady() throws IOException {
        if (!ready.completeOnTimeout(false, READY_SECONDS, TimeUnit.SECONDS).join()) {
            throw new IOException("the child ended before it was ready, or is not ready: " + command);
        }
        return this;
    }

    /** As kill -9; returns when it has ended. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    long startNanos() {
        return startNanos;
    }

    /** Resident memory in MiB; 0 where it cannot be told. */
    long residentMegabytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                .findFirst()
                .orElse(0);
    }

    /** User and system time so far; 0 where it cannot be told. */
    double cpuSeconds() throws IOException {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        if (!Files.exists(stat)) {
            return 0;
        }
        String text = Files.readString(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            boolean ended = process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

package io.slotregistry.sdk;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A process that talks in lines. Keeps what it printed on standard output as events to wait for, and the end of
 * everything that it printed for the message of a failed wait. Never outlives {@link #close} or this JVM.
 */
public final class ChildProcess implements AutoCloseable {
    private static final int MAX_EVENTS = 50_000;
    private static final int TRANSCRIPT_LINES = 80;
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(5);

    private final String name;
    private final Process process;
    private final BufferedWriter input;
    private final Thread endWithThisJvm;
    private final List<String> events = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    private final Deque<String> transcript = new ArrayDeque<>();
    private Predicate<String> taken = line -> false;
    private boolean outputEnded;

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.endWithThisJvm = new Thread(process::destroyForcibly);
    }

    public static ChildProcess start(
            String name, List<String> command, Path directory, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        try {
            ChildProcess child = new ChildProcess(name, builder.start());
            Runtime.getRuntime().addShutdownHook(child.endWithThisJvm);
            child.read(child.process.getInputStream(), "out");
            child.read(child.process.getErrorStream(), "err");
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + " by " + command, e);
        }
    }

    void send(String line) {
        synchronized (this) {
            remember("in ", line);
        }
        try {
            input.write(line);
            input.newLine();
            input.flush();
        } catch (IOException e) {
            throw new AssertionError(report("does not take '" + line + "'"), e);
        }
    }

    /** Waits until the condition, given every event so far, has a result. */
    public synchronized <T> T await(String what, Duration limit, Function<List<String>, Optional<T>> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> result = condition.apply(List.copyOf(events));
            if (result.isPresent()) {
                return result.get();
            }
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (outputEnded || leftMillis <= 0) {
                throw new AssertionError(report(outputEnded ? "ended before " + what : "no " + what + " in " + limit));
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(report("interrupted before " + what), e);
            }
        }
    }

    /** Lines of standard output for which this is true from now on are not kept. It must not block. */
    synchronized void take(Predicate<String> taker) {
        taken = taker;
    }

    /** What it printed on standard output so far, line by line. */
    public synchronized List<String> events() {
        return List.copyOf(events);
    }

    /** What it printed on standard error so far, line by line. */
    public synchronized List<String> errors() {
        return List.copyOf(errors);
    }

    public synchronized String report(String problem) {
        return name + ": " + problem + System.lineSeparator() + String.join(System.lineSeparator(), transcript);
    }

    /** The first line of standard output that contains the text. */
    synchronized Optional<String> find(String text) {
        return events.stream().filter(event -> event.contains(text)).findFirst();
    }

    /** On Linux: the names of its threads, of which the kernel keeps 15 characters. */
    List<String> threadNames() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path thread : threads) {
                names.add(Files.readString(thread.resolve("comm")).strip());
            }
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
        return names;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** As kill -9: the kernel closes its connections, nothing else is said. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(EXIT_LIMIT);
    }

    /** As kill -STOP: it does nothing more, but its connections stay open. */
    public void freeze() {
        signal("STOP");
    }

    /** As kill -CONT. */
    public void thaw() {
        signal("CONT");
    }

    /** A JVM answers with its threads on standard output. */
    void askForThreads() {
        signal("QUIT");
    }

    private void signal(String signal) {
        try {
            int result = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            if (result != 0) {
                throw new AssertionError(report("cannot be sent " + signal));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(report("interrupted before " + signal), e);
        }
    }

    /** Waits until it has ended and all that it printed was read. */
    public int awaitExitCode(Duration limit) {
        if (!awaitExit(limit) || !join(readers)) {
            throw new AssertionError(report("still runs after " + limit));
        }
        return process.exitValue();
    }

    private static boolean join(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join(EXIT_LIMIT.toMillis());
            }
            return threads.stream().noneMatch(Thread::isAlive);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Asks politely, and waits. */
    public boolean terminate(Duration limit) {
        process.destroy();
        return awaitExit(limit);
    }

    private boolean awaitExit(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(endWithThisJvm);
        } catch (IllegalStateException e) {
            // The JVM is going down: the hook runs.
        }
    }

    private void read(InputStream stream, String origin) {
        Thread reader = new Thread(() -> copyLines(stream, origin), name + "-" + origin);
        reader.setDaemon(true);
        reader.start();
        readers.add(reader);
    }

    private void copyLines(InputStream stream, String origin) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                printed(line, origin);
            }
        } catch (IOException e) {
            // A killed process: the same as the end of its output.
        }
        if (origin.equals("out")) {
            ended();
        }
    }

    private synchronized void printed(String line, String origin) {
        remember(origin, line);
        if (origin.equals("out")) {
            if (taken.test(line)) {
                return;
            }
            if (events.size() == MAX_EVENTS) {
                remember("   ", "more than " + MAX_EVENTS + " lines: killed");
                process.destroyForcibly();
                return;
            }
            events.add(line);
            notifyAll();
        } else if (errors.size() < MAX_EVENTS) {
            errors.add(line);
        }
    }

    private synchronized void ended() {
        outputEnded = true;
        notifyAll();
    }

    private void remember(String origin, String line) {
        if (transcript.size() == TRANSCRIPT_LINES) {
            transcript.removeFirst();
        }
        transcript.addLast(origin + " | " + line);
    }
}

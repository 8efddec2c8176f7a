package io.ngrokd.daemon;

import io.ngrokd.testing.ProcessNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A machine of a suite's own with ngrokd unpacked on it, and a folder that every user may enter. */
final class Machine implements AutoCloseable {

    /** For what takes a moment on an idle machine: only what never comes takes so long on a busy one. */
    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final String NOBODY = "65534";

    /** Saves half of the processor time of a Java machine that lives for seconds; changes nothing that a suite looks at. */
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    /** Commands that hang end; making a start cache on a busy machine takes minutes. */
    private static final Duration LONGEST_COMMAND = Duration.ofMinutes(10);
    private static final Path LOGS = Path.of("target", "daemon-logs");
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String suite;
    private final ProcessNamespace namespace;
    private final Path home;
    private final Path folder;
    private String javaOptions = QUICK_START;

    private Machine(String suite, ProcessNamespace namespace, Path home, Path folder) {
        this.suite = suite;
        this.namespace = namespace;
        this.home = home;
        this.folder = folder;
    }

    /** Opens one; aborts the suite, with the reason, where that is not possible. */
    static Machine open(Class<?> suite) throws IOException {
        ProcessNamespace namespace = ProcessNamespace.open();
        return new Machine(suite.getSimpleName(), namespace, Zip.home(), Zip.folder("m" + COUNT.incrementAndGet()));
    }

    /** Runs the programs with the options of their launchers alone, for those who move many bytes. */
    Machine asShipped() {
        javaOptions = "";
        return this;
    }

    /** Where ngrokd is unpacked. */
    Path home() {
        return home;
    }

    /** The folder of this machine's own; the same path inside and outside. */
    Path folder() {
        return folder;
    }

    /** A launcher of the installation. */
    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /** The hosts file inside. */
    Path hosts() {
        return namespace.etcHosts();
    }

    /** A file of the inside as it is reached from here. */
    Path path(String inside) {
        return namespace.path(inside);
    }

    /** Runs a command inside to its end. */
    Result run(String... command) throws IOException, InterruptedException {
        return run("", Map.of(), command);
    }

    /** Runs a script of the shell inside to its end. */
    Result shell(String script) throws IOException, InterruptedException {
        return run("sh", "-c", script);
    }

    /** Runs a command inside to its end, with this on its standard input and this in its environment. */
    Result run(String input, Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Path in = Files.writeString(Files.createTempFile(folder, "run", ".in"), input);
        Path out = Files.createTempFile(folder, "run", ".out");
        Path err = Files.createTempFile(folder, "run", ".err");
        try {
            Process process = start(builder(environment, List.of(command))
                    .redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()));
            boolean ended = process.waitFor(LONGEST_COMMAND.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            Result result = new Result(List.of(command), ended ? process.exitValue() : -1, text(out), text(err));
            if (!ended) {
                throw new AssertionError("took too long: " + result);
            }
            return result;
        } finally {
            for (Path file : List.of(in, out, err)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Starts a command inside; it is ended with this machine at the latest. */
    Process start(ProcessBuilder builder) throws IOException {
        return namespace.start(builder);
    }

    /** A command with a clean environment and this added. */
    ProcessBuilder builder(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(name ->
                name.startsWith("NGROK") || name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().put("NGROKD_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("NGROKD_JAVA_OPTS", javaOptions);
        builder.environment().putAll(environment);
        return builder;
    }

    /** What makes a command run as a user who may nothing; aborts the test where there can be none. */
    List<String> asNobody() throws IOException, InterruptedException {
        List<String> prefix = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        Assumptions.assumeTrue(run(join(prefix, List.of("true")).toArray(String[]::new)).exitCode() == 0,
                "becoming another user needs root, and setpriv (package util-linux)");
        return prefix;
    }

    /** A daemon of this machine, not started yet. */
    Daemon daemon(String name) throws IOException {
        return new Daemon(this, Files.createDirectories(folder.resolve(name)));
    }

    /** The addresses, one a line: {@code IP/PREFIX INTERFACE}. */
    List<String> addresses() throws IOException, InterruptedException {
        return run("ip", "-oneline", "address").ok().lines().stream()
                .map(line -> line.split("\\s+")).map(words -> words[3] + " " + words[1]).sorted().toList();
    }

    /** The interfaces' names. */
    List<String> interfaces() throws IOException, InterruptedException {
        return run("ip", "-oneline", "link").ok().lines().stream()
                .map(line -> line.split(":\\s+")[1].replaceFirst("@.*", "")).sorted().toList();
    }

    /** Ends everything on it and keeps the logs in {@code target/}. */
    @Override
    public void close() throws IOException {
        namespace.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
                Path kept = LOGS.resolve(suite).resolve(folder.relativize(log).toString().replace('/', '-'));
                Files.createDirectories(kept.getParent());
                Files.copy(log, kept, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** Puts a file in place whole, as an editor that renames does. */
    static void replace(Path file, String text) throws IOException {
        Path fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static List<String> join(List<String> first, List<String> then) {
        List<String> all = new ArrayList<>(first);
        all.addAll(then);
        return all;
    }
}

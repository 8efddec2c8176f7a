package io.ngrokd.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A small machine for processes: a network of its own with {@code lo} up and nothing else, {@code /etc} a private copy
 * in which files can be renamed as on a real one, {@code /run} empty and private. All other files are the machine's. A
 * process holds it open until {@link #close}, and no longer than this Java machine lives.
 */
public final class ProcessNamespace implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String READY = "ready";

    /** Runs inside. A tmpfs is moved over /etc, not bound: renaming over a bind mount of one file would fail. */
    private static final String SET_UP = """
            set -e
            ip link set lo up
            mount -t tmpfs -o mode=755 tmpfs /run
            mkdir /run/etc
            mount -t tmpfs -o mode=755 tmpfs /run/etc
            cp -a /etc/. /run/etc/
            mount --move /run/etc /etc
            rmdir /run/etc
            echo ready
            exec cat > /dev/null
            """;

    private final Process holder;
    private final ConcurrentLinkedQueue<Process> started = new ConcurrentLinkedQueue<>();

    private ProcessNamespace(Process holder) {
        this.holder = holder;
    }

    /** Makes one; aborts the test, with the reason, where that is not allowed. */
    public static ProcessNamespace open() throws IOException {
        for (String program : List.of("unshare", "nsenter", "mount", "ip")) {
            Assumptions.assumeTrue(Commands.find(program).isPresent(), () -> "'" + program + "' is not installed");
        }
        List<String> command = new ArrayList<>(List.of("unshare", "--net", "--mount", "--propagation", "private"));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.add("--map-root-user");
        }
        command.addAll(List.of("sh", "-c", SET_UP));
        // Its standard input is a pipe from us: when we die, it reads the end and dies too.
        Process holder = new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder said = new StringBuilder();
        BufferedReader output = holder.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(READY)) {
                return new ProcessNamespace(holder);
            }
            said.append(line).append(' ');
        }
        holder.destroyForcibly();
        return Assumptions.abort("no namespace here: " + said);
    }

    /** Runs a command inside to its end. */
    public CommandResult exec(List<String> command) throws IOException, InterruptedException {
        return exec(command, LIMIT);
    }

    /** Runs a command inside to its end, and ends it when it takes longer. */
    public CommandResult exec(List<String> command, Duration limit) throws IOException, InterruptedException {
        CommandResult result = Commands.run(inside(command, Path.of("").toAbsolutePath()), limit);
        return new CommandResult(command, result.exitCode(), result.output());
    }

    /**
     * Starts a command inside. Its environment, folder and redirections are the builder's; it is ended with the namespace
     * at the latest. The process is the command itself: its pid and signals are right.
     */
    public Process start(ProcessBuilder command) throws IOException {
        Path folder = command.directory() == null ? Path.of("") : command.directory().toPath();
        ProcessBuilder entering = new ProcessBuilder(inside(command.command(), folder.toAbsolutePath()))
                .redirectErrorStream(command.redirectErrorStream())
                .redirectInput(command.redirectInput())
                .redirectOutput(command.redirectOutput())
                .redirectError(command.redirectError());
        entering.environment().clear();
        entering.environment().putAll(command.environment());
        Process process = entering.start();
        started.add(process);
        return process;
    }

    /** A file of the inside as it is reached from the outside. */
    public Path path(String inside) {
        return Path.of("/proc/" + holder.pid() + "/root").resolve(Path.of("/").relativize(Path.of(inside)));
    }

    /** The hosts file inside. */
    public Path etcHosts() {
        return path("/etc/hosts");
    }

    /** Ends what was started inside and lives, then the namespace. */
    @Override
    public void close() {
        started.forEach(ProcessNamespace::end);
        end(holder);
    }

    private static void end(Process process) {
        Commands.endTree(process);
        try {
            process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> inside(List<String> command, Path folder) {
        List<String> entering = new ArrayList<>(List.of("nsenter", "--target", Long.toString(holder.pid()), "--net", "--mount"));
        if (!"root".equals(System.getProperty("user.name"))) {
            entering.addAll(List.of("--user", "--preserve-credentials"));
        }
        // Entering the mounts moves to their root, which is not where the caller wanted to be.
        entering.addAll(List.of("--", "env", "--chdir=" + folder));
        return Stream.concat(entering.stream(), command.stream()).toList();
    }
}

package io.ngrokd.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A Linux kernel of its own that runs as a program (user-mode Linux), for what this machine's kernel lacks: the {@code
 * dummy} interface type, {@code netem}. It boots in about two seconds, sees this machine's files read-only, with
 * {@code /etc} a copy and {@code /tmp} and {@code /run} empty and its own, runs one command as root, and powers off.
 *
 * <pre>{@code
 * new UserModeLinux(List.of("dummy"), List.of(project)).run(List.of("ip", "link"), Duration.ofSeconds(30)).orThrow();
 * }</pre>
 *
 * @param modules kernel modules to load first, each with the options after it: {@code dummy numdummies=0}
 * @param visible folders below {@code /tmp} that the command is to see (read-only) all the same
 */
public record UserModeLinux(List<String> modules, List<Path> visible) {

    private static final Path MODULES = Path.of("/usr/lib/uml/modules");
    private static final Path TEMPORARY = Path.of("/tmp");

    public UserModeLinux {
        modules = List.copyOf(modules);
        visible = visible.stream().map(path -> path.toAbsolutePath().normalize()).toList();
    }

    /** Boots, runs the command, powers off. Aborts the test, with the reason, where there is no such kernel. */
    public CommandResult run(List<String> command, Duration limit) throws IOException, InterruptedException {
        Path kernel = Commands.find("linux.uml").orElse(null);
        Assumptions.assumeTrue(kernel != null, "linux.uml is not installed (package user-mode-linux)");
        Path work = Files.createTempDirectory("ngrokd-uml");
        try {
            return boot(kernel, work, command, limit);
        } finally {
            delete(work);
        }
    }

    private CommandResult boot(Path kernel, Path work, List<String> command, Duration limit)
            throws IOException, InterruptedException {
        Path init = work.resolve("init");
        Files.writeString(init, script(work, command));
        Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path console = work.resolve("console");
        Process machine = new ProcessBuilder(List.of(
                        kernel.toString(), "mem=1500M", "rootfstype=hostfs", "rootflags=/", "ro", "quiet",
                        "init=" + init, "con=null", "con0=fd:0,fd:1"))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
        boolean ended;
        try {
            ended = machine.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            Commands.endTree(machine);
        }
        String output = read(work.resolve("output"));
        String exitCode = read(work.resolve("exit")).strip();
        if (!ended || exitCode.isEmpty()) {
            throw new AssertionError((ended ? "the machine ended without a result" : "the machine took longer than " + limit)
                    + "\nconsole: " + read(console) + "\noutput: " + output);
        }
        return new CommandResult(command, Integer.parseInt(exitCode), output);
    }

    private String script(Path work, List<String> command) throws IOException {
        StringBuilder script = new StringBuilder("""
                #!/bin/sh
                export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
                mount -t proc proc /proc
                mount -t sysfs sysfs /sys
                mount -t tmpfs tmpfs /run
                mkdir /run/work /run/etc /run/tmp
                mount -t hostfs none /run/work -o %s
                mount -t tmpfs -o mode=755 tmpfs /run/etc
                cp -a /etc/. /run/etc/
                mount --move /run/etc /etc
                mount --bind /tmp /run/tmp
                mount -t tmpfs tmpfs /tmp
                """.formatted(work));
        for (Path path : visible) {
            if (path.startsWith(TEMPORARY)) {
                Path behind = Path.of("/run/tmp").resolve(TEMPORARY.relativize(path));
                script.append("mkdir -p %1$s && mount --bind %2$s %1$s\n".formatted(quoted(path.toString()), quoted(behind.toString())));
            }
        }
        for (String module : modules) {
            String[] words = module.split(" ", 2);
            script.append("insmod " + find(words[0]) + (words.length > 1 ? " " + words[1] : "") + "\n");
        }
        script.append("ip link set lo up\ncd /tmp\n")
                .append(command.stream().map(UserModeLinux::quoted).collect(Collectors.joining(" ")))
                // One at a time: what the command says last must be there before its exit code is.
                .append(" > /run/work/output 2>&1 < /dev/null\necho $? > /run/work/exit\nsync\n")
                // Powers off at once; nothing that runs here is worth an orderly shutdown.
                .append("echo o > /proc/sysrq-trigger\nsleep 10\n");
        return script.toString();
    }

    static Path find(String module) throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(MODULES), MODULES + " is missing (package user-mode-linux)");
        try (Stream<Path> files = Files.walk(MODULES)) {
            List<Path> found = files.filter(file -> file.getFileName().toString().equals(module + ".ko")).toList();
            Assumptions.assumeFalse(found.isEmpty(), "there is no module " + module + " below " + MODULES);
            return found.getFirst();
        }
    }

    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    static String read(Path file) throws IOException {
        return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException stuck) {
                    throw new UncheckedIOException(stuck);
                }
            });
        }
    }
}

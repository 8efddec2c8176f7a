package io.ngrokd.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A whole Debian with systemd, D-Bus and systemd-resolved, in user-mode Linux. It boots in some ten seconds, runs one command as
 * root with {@code /etc}, {@code /var}, {@code /run} and {@code /tmp} of its own, and powers off. All files of this machine are
 * below {@code /host}, read-only.
 *
 * <p>Its files are made once (a minute or two, {@code tests/debian-tree.sh}) and kept in the user's cache folder.
 *
 * @param modules kernel modules to load first, each with the options after it: {@code dummy numdummies=0}
 */
public record DebianMachine(List<String> modules) {

    /** To be counted up when the recipe changes. */
    private static final String TREE = "debian-tree-2";
    private static final Duration MAKING = Duration.ofMinutes(8);
    /** Units of a real machine that are nothing to a test. */
    private static final List<String> MASKED = List.of("e2scrub_reap.service", "systemd-logind.service", "systemd-networkd.service",
            "systemd-networkd.socket", "systemd-timesyncd.service", "systemd-udevd.service", "systemd-udev-trigger.service",
            "systemd-journal-flush.service", "systemd-update-utmp.service", "apt-daily.timer", "apt-daily-upgrade.timer",
            "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer", "systemd-tmpfiles-clean.timer");

    public DebianMachine {
        modules = List.copyOf(modules);
    }

    /** A file of this machine as it is named inside. */
    public static String inside(Path file) {
        return "/host" + file.toAbsolutePath().normalize();
    }

    /** Boots, runs the command, powers off. Aborts the test, with the reason, where that is not possible. */
    public CommandResult run(List<String> command, Duration limit) throws IOException, InterruptedException {
        Path kernel = Commands.find("linux.uml").orElse(null);
        Assumptions.assumeTrue(kernel != null, "linux.uml is not installed (package user-mode-linux)");
        Path tree = tree();
        Path work = Files.createTempDirectory("ngrokd-debian");
        try {
            return boot(kernel, tree, work, command, limit);
        } finally {
            UserModeLinux.delete(work);
        }
    }

    private CommandResult boot(Path kernel, Path tree, Path work, List<String> command, Duration limit)
            throws IOException, InterruptedException {
        Files.writeString(work.resolve("set-up"), setUp());
        Files.writeString(work.resolve("run"), script(command));
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path console = work.resolve("console");
        Process machine = new ProcessBuilder(List.of(
                        kernel.toString(), "mem=1500M", "rootfstype=hostfs", "rootflags=" + tree, "ro", "quiet",
                        "init=/ngrokd-init", "ngrokd_work=" + work, "con=null", "con0=fd:0,fd:1"))
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
        String output = UserModeLinux.read(work.resolve("output"));
        String exitCode = UserModeLinux.read(work.resolve("exit")).strip();
        if (!ended || exitCode.isEmpty()) {
            throw new AssertionError((ended ? "the machine ended without a result" : "the machine took longer than " + limit)
                    + "\nconsole: " + UserModeLinux.read(console) + "\noutput: " + output);
        }
        return new CommandResult(command, Integer.parseInt(exitCode), output);
    }

    /** Runs before systemd, with the machine's folders in place. */
    private String setUp() throws IOException {
        StringBuilder script = new StringBuilder("""
                echo 0123456789abcdef0123456789abcdef > /etc/machine-id
                ip link set lo up
                for unit in %s; do ln -sf /dev/null /etc/systemd/system/$unit; done
                cat > /etc/systemd/system/ngrokd-test.service <<UNIT
                [Unit]
                After=dbus.service systemd-resolved.service
                Wants=dbus.service systemd-resolved.service
                [Service]
                Type=oneshot
                ExecStart=/bin/sh /turn/run
                UNIT
                cat > /etc/systemd/system/ngrokd-test.target <<UNIT
                [Unit]
                Requires=basic.target
                Wants=ngrokd-test.service
                After=basic.target
                AllowIsolate=yes
                UNIT
                ln -sf ngrokd-test.target /etc/systemd/system/default.target
                """.formatted(String.join(" ", MASKED)));
        for (String module : modules) {
            String[] words = module.split(" ", 2);
            script.append("chroot /host /sbin/insmod " + UserModeLinux.find(words[0]) + (words.length > 1 ? " " + words[1] : "") + "\n");
        }
        return script.toString();
    }

    private static String script(List<String> command) {
        return "export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root\ncd /tmp\n"
                + command.stream().map(UserModeLinux::quoted).collect(Collectors.joining(" "))
                // One at a time: what the command says last must be there before its exit code is.
                + " > /turn/output 2>&1 < /dev/null\necho $? > /turn/exit\nsync\nsystemctl poweroff -ff\n";
    }

    private static synchronized Path tree() throws IOException, InterruptedException {
        Path cache = Stream.of(System.getenv("XDG_CACHE_HOME")).filter(folder -> folder != null && !folder.isEmpty())
                .map(Path::of).findFirst().orElse(Path.of(System.getProperty("user.home"), ".cache")).resolve("ngrokd-tests");
        Path tree = cache.resolve(TREE);
        if (!Files.isDirectory(tree)) {
            Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "making a Debian needs root");
            Assumptions.assumeTrue(Commands.find("debootstrap").isPresent(), "debootstrap is not installed");
            CommandResult making = Commands.run(
                    List.of("sh", Path.of("debian-tree.sh").toAbsolutePath().toString(), tree.toString()), MAKING);
            Assumptions.assumeTrue(making.exitCode() == 0, () -> "no Debian could be made: " + making.output());
        }
        return tree;
    }
}

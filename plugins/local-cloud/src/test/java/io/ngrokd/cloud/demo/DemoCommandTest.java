package io.ngrokd.cloud.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo as its user runs it, in a process of its own, with a small stand-in for the daemon. */
@Timeout(500)
@EnabledOnOs(OS.LINUX)
class DemoCommandTest {

    @TempDir
    Path folder;

    @Test
    void showsEveryStepAndEndsWithSuccess() throws Exception {
        Process demo = start("works", "--once");
        String output = finished(demo);
        assertEquals(0, demo.exitValue(), output);
        for (String part : List.of("Local cloud is up", "Daemon registered       k8sop_", "5 of 5",
                "ok  http://hello.ngrokd.demo", "200 endpoint: http://hello.ngrokd.demo", "ok  https://secure.ngrokd.demo",
                "ok  https://foo.wild.ngrokd.demo", "ok  tls://tls.ngrokd.demo:9443", "ok  tcp://echo.ngrokd.demo:7000",
                "echoed \"ngrokd demo\"", "Endpoint appeared", "Endpoint vanished", "everything it had set up was undone")) {
            assertTrue(output.contains(part), output);
        }
        assertFalse(output.contains("\u001b["), "colour belongs on a terminal only");
        assertFalse(Files.exists(demoFolder(output)), output);
    }

    @Test
    void staysUpUntilItIsStopped() throws Exception {
        Process demo = start("works", "--keep");
        await(() -> output().contains("Now try it yourself") && output().contains("${EDITOR:-vi}"));
        String output = output();
        assertTrue(output.contains("  curl --resolve hello.ngrokd.demo:"), output);
        assertTrue(output.contains("  curl --cacert "), output);
        assertTrue(output.contains("NGROKD_SOCKET="), output);
        demo.destroy();
        output = finished(demo);
        assertEquals(0, demo.exitValue(), output);
        assertTrue(output.contains("everything it had set up was undone"), output);
        assertTrue(Files.exists(demoFolder(output).resolve("ngrokd.log")), output);
        try (var files = Files.walk(demoFolder(output))) {
            for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void showsTheLogWhenTheDaemonDies() throws Exception {
        Process demo = start("dies", "--once");
        String output = finished(demo);
        assertEquals(1, demo.exitValue(), output);
        assertTrue(output.contains("the daemon ended by itself"), output);
        assertTrue(output.contains("| the fake daemon can't go on"), output);
        // It left its section, and must not be praised for cleaning up.
        assertTrue(output.contains("its section is still in"), output);
    }

    @Test
    void cleansUpBehindADaemonThatWasKilled() throws Exception {
        Process demo = start("is killed", "--once");
        String output = finished(demo);
        assertEquals(1, demo.exitValue(), output);
        assertTrue(output.contains("it ended with exit code 137; what it had left was cleaned up"), output);
        assertFalse(output.contains("its section is still in"), output);
        assertFalse(Files.exists(demoFolder(output)), output);
    }

    @Test
    void keepsTheJournalWhileNotEverythingIsUndone() throws Exception {
        Process demo = start("is killed for good", "--once");
        String output = finished(demo);
        assertEquals(1, demo.exitValue(), output);
        assertTrue(output.contains("not all of what it had set up could be undone"), output);
        Path kept = demoFolder(output);
        assertTrue(output.contains("    NGROKD_HOSTS_PATH=" + folder.resolve("hosts") + " " + folder.resolve("home/bin/ngrokd")
                + " cleanup --config=" + kept.resolve("config.yml")), output);
        assertTrue(Files.exists(kept.resolve("daemon/journal.json")), output);
    }

    @Test
    void aStopDuringACallIsNoFailure() throws Exception {
        Process demo = start("is interrupted", "--once");
        String output = finished(demo);
        assertEquals(0, demo.exitValue(), output);
        assertTrue(output.contains("everything it had set up was undone"), output);
    }

    @Test
    void leavesNoFolderWhenItCannotEvenLookAround() throws Exception {
        Files.createDirectory(folder.resolve("hosts"));
        Process demo = start("works", "--once");
        String output = finished(demo);
        assertEquals(1, demo.exitValue(), output);
        assertTrue(output.contains("failed"), output);
        try (var left = Files.list(folder.resolve("temporary"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void saysWhenThereIsNoDaemon() {
        StringWriter error = new StringWriter();
        assertEquals(2, new CommandLine(new DemoCommand()).setErr(new PrintWriter(error))
                .execute("--home", folder.resolve("nowhere").toString()));
        assertTrue(error.toString().contains("is not there"), error.toString());
        assertEquals(2, new CommandLine(new DemoCommand()).setErr(new PrintWriter(error)).execute());
        assertTrue(error.toString().contains("says nowhere"), error.toString());
    }

    private Process start(String behaviour, String option) throws IOException {
        Path launcher = Files.createDirectories(folder.resolve("home/bin")).resolve("ngrokd");
        Files.writeString(launcher, "#!/bin/sh\nexec '" + java() + "' -Xshare:auto -XX:TieredStopAtLevel=1 "
                + "-XX:+UseSerialGC '-Dfake=" + behaviour + "' -cp '" + System.getProperty("java.class.path") + "' "
                + FakeDaemon.class.getName() + " \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        return run("--home", folder.resolve("home").toString(), option);
    }

    private Process run(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("temporary")),
                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                DemoCommand.class.getName()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        // Never the machine's own hosts file.
        builder.environment().put("NGROKD_HOSTS_PATH", folder.resolve("hosts").toString());
        return builder.start();
    }

    private String finished(Process demo) throws Exception {
        code(demo);
        return output();
    }

    private int code(Process demo) throws Exception {
        try {
            assertTrue(demo.waitFor(240, TimeUnit.SECONDS), this::output);
            return demo.exitValue();
        } finally {
            demo.descendants().forEach(ProcessHandle::destroyForcibly);
            demo.destroyForcibly();
        }
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path demoFolder(String output) {
        Matcher matcher = Pattern.compile("everything of this demo is in\\s+(\\S+)").matcher(output);
        assertTrue(matcher.find(), output);
        return Path.of(matcher.group(1));
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    private interface Condition {
        boolean holds();
    }

    private void await(Condition condition) throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofSeconds(240));
        while (!condition.holds()) {
            assertTrue(Instant.now().isBefore(end), this::output);
            Thread.sleep(100);
        }
    }
}

package io.ngrokd.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine that it runs on must come out untouched. */
class ProcessNamespaceIT {

    private static final Path MACHINES_HOSTS = Path.of("/etc/hosts");

    @TempDir
    private Path folder;

    @Test
    void etcIsACopyInWhichFilesAreRenamed() throws Exception {
        byte[] before = Files.readAllBytes(MACHINES_HOSTS);
        try (ProcessNamespace machine = ProcessNamespace.open()) {
            assertEquals(new String(before, StandardCharsets.UTF_8), Files.readString(machine.etcHosts()));
            machine.exec(List.of("sh", "-c", "echo 10.107.0.2 inside > /etc/hosts.new && mv /etc/hosts.new /etc/hosts")).orThrow();
            assertEquals("10.107.0.2 inside\n", Files.readString(machine.etcHosts()));
        }
        assertEquals(new String(before, StandardCharsets.UTF_8), Files.readString(MACHINES_HOSTS));
    }

    @Test
    void theNetworkHasItsLoopbackAndNothingElse() throws Exception {
        try (ProcessNamespace machine = ProcessNamespace.open()) {
            List<String> links = machine.exec(List.of("ip", "-oneline", "link")).orThrow().output().lines().toList();
            assertEquals(1, links.size(), links::toString);
            assertTrue(links.getFirst().contains("lo: <LOOPBACK,UP"), links::getFirst);
        }
    }

    @Test
    void runIsPrivate() throws Exception {
        try (ProcessNamespace machine = ProcessNamespace.open()) {
            machine.exec(List.of("touch", "/run/ngrokd-namespace-test")).orThrow();
            assertTrue(Files.exists(machine.path("/run/ngrokd-namespace-test")));
            assertFalse(Files.exists(Path.of("/run/ngrokd-namespace-test")));
        }
    }

    @Test
    void aStartedProcessHasItsEnvironmentItsFolderAndItsOwnPid() throws Exception {
        try (ProcessNamespace machine = ProcessNamespace.open()) {
            ProcessBuilder builder = new ProcessBuilder("sh", "-c", "echo $WORD $PWD $$").directory(folder.toFile());
            builder.environment().put("WORD", "hello");
            Process process = machine.start(builder);
            String said = process.inputReader().readLine();
            assertEquals("hello " + folder.toRealPath() + " " + process.pid(), said);
        }
    }

    @Test
    void closingEndsWhatRunsInside() throws Exception {
        Process process;
        try (ProcessNamespace machine = ProcessNamespace.open()) {
            process = machine.start(new ProcessBuilder("sleep", "600"));
            assertTrue(process.isAlive());
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    }

    @Test
    void aFailureIsReportedWithItsOutput() throws Exception {
        try (ProcessNamespace machine = ProcessNamespace.open()) {
            CommandResult result = machine.exec(List.of("sh", "-c", "echo broken >&2; exit 3"));
            assertEquals(3, result.exitCode());
            assertEquals("broken\n", result.output());
            assertNotEquals(0, machine.exec(List.of("test", "-e", "/nowhere")).exitCode());
        }
    }
}

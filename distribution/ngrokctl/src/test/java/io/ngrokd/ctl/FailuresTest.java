package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a daemon can fail to answer: its exit code, a sentence, a mend. */
class FailuresTest {

    @TempDir
    private Path folder;

    private static void assertFails(int code, String part, Run run) {
        assertEquals(code, run.code(), run.toString());
        assertEquals("", run.output());
        assertTrue(run.errors().startsWith("ngrokctl: "), run.errors());
        assertTrue(run.errors().contains(part), run.errors());
        assertFalse(run.errors().contains("\tat "), run.errors());
        assertFalse(run.errors().contains("Exception"), run.errors());
    }

    @Test
    void noSocket() {
        Run run = Run.Setting.at(folder.resolve("none.sock")).run("status");
        assertFails(3, "there is no socket at " + folder.resolve("none.sock"), run);
        assertTrue(run.errors().contains("NGROKD_SOCKET"), run.errors());
    }

    @Test
    void theOptionBeatsTheEnvironment() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder).data("status", "{}")) {
            Run.Setting elsewhere = Run.Setting.at(folder.resolve("none.sock"));
            assertEquals(0, elsewhere.run("status", "--socket", daemon.path().toString()).code());
            assertEquals(0, elsewhere.run("--socket=" + daemon.path(), "status").code());
        }
    }

    @Test
    void aSocketThatADeadDaemonLeft() throws IOException {
        Path path = folder.resolve("stale.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
        }
        assertFails(3, "nobody answers at " + path, Run.Setting.at(path).run("list"));
    }

    @Test
    void noSocketButAFile() throws IOException {
        Path path = Files.writeString(folder.resolve("file"), "");
        assertFails(1, "is no socket", Run.Setting.at(path).run("list"));
        assertFails(1, "is no socket", Run.Setting.at(folder).run("list"));
    }

    @Test
    void theDaemonSaysNo() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder).raw("list", "{\"success\":false,\"error\":\"unknown command: list\"}\n")) {
            assertFails(1, "unknown command: list", Run.with(daemon, "list"));
            daemon.raw("list", "{\"success\":false}\n");
            assertFails(1, "without a reason", Run.with(daemon, "list", "--json"));
        }
    }

    @Test
    void theDaemonHangs() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder)) {
            Run run = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> Run.with(daemon, "status", "--timeout", "1"));
            assertFails(5, "did not answer within 1 s", run);
        }
    }

    @Test
    void theDaemonHangsInTheMiddle() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder, FakeDaemon.Ending.STAY).raw("status", "{\"success\":true,\"da")) {
            assertFails(5, "did not answer within 1 s", Run.with(daemon, "status", "--timeout=1"));
        }
    }

    @Test
    void aDaemonThatKeepsTheConnectionOpenHasAnsweredAllTheSame() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder, FakeDaemon.Ending.STAY).data("status", "{\"registered\":true}")) {
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> assertEquals(0, Run.with(daemon, "status").code()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "hello\n", "[]", "7", "\"x\"", "{\"success\":true,\"data\":{\"a\":", "{\"success\":true,", "HTTP/1.1 400 Bad Request\r\n\r\n", "{]}", "\u0000\u0001"})
    void garbage(String answer) throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder).raw("status", answer)) {
            assertFails(1, "No good answer from", Run.with(daemon, "status"));
            assertFails(1, "No good answer from", Run.with(daemon, "status", "--json"));
        }
    }

    @Test
    void anAbyss() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder).raw("status", "[".repeat(100_000))
                .raw("list", "{\"success\":true,\"data\":" + "[".repeat(100_000))) {
            assertFails(1, "No good answer from", Run.with(daemon, "status"));
            assertFails(1, "No good answer from", Run.with(daemon, "list"));
        }
    }
}

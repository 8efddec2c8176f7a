package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.ctl.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {

    private static final String CHANGES = "{\"schema\":1,\"subject\":\"candidate\",\"changes\":true,\"diff\":[\"@@ hosts file: hosts-file @@\","
            + "\"- 10.107.0.2\\tapi.myapp\",\"+ 127.0.0.1\\tapi.myapp\",\"~ x\",\"! y\",\"3 endpoints keep their places.\",\"+ \\u001b[2J\"]}";
    private static final String NOTHING =
            "{\"schema\":1,\"subject\":\"file\",\"changes\":false,\"diff\":[\"Nothing would change on this machine.\"]}";

    @TempDir
    private Path folder;

    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(folder);
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    @Test
    void showsTheDiffOfTheFileOnDisk() {
        daemon.http("POST /v1/plan", 200, NOTHING);
        Run run = Run.with(daemon, "plan");
        assertEquals("Nothing would change on this machine.\n", run.output());
        assertEquals(0, run.code());
        assertEquals(0, Run.with(daemon, "plan", "--exit-code").code());
    }

    @Test
    void linesAreAsTheyAreButForWhatATerminalWouldObey() {
        daemon.http("POST /v1/plan", 200, CHANGES);
        assertEquals(List.of("@@ hosts file: hosts-file @@", "- 10.107.0.2\tapi.myapp", "+ 127.0.0.1\tapi.myapp", "~ x", "! y",
                "3 endpoints keep their places.", "+ \\u001b[2J"), Run.with(daemon, "plan").lines());
    }

    @Test
    void coloursAreForTerminalsOnly() {
        daemon.http("POST /v1/plan", 200, CHANGES);
        List<String> lines = Run.Setting.at(daemon.path()).on(new Terminal(80, true, true)).run("plan").lines();
        assertEquals("\u001b[1m@@ hosts file: hosts-file @@\u001b[0m", lines.getFirst());
        assertEquals("\u001b[31m- 10.107.0.2\tapi.myapp\u001b[0m", lines.get(1));
        assertEquals("\u001b[32m+ 127.0.0.1\tapi.myapp\u001b[0m", lines.get(2));
        assertEquals("\u001b[33m~ x\u001b[0m", lines.get(3));
        assertEquals("3 endpoints keep their places.", lines.get(5));
        assertFalse(Run.with(daemon, "plan").output().contains("\u001b"));
    }

    @Test
    void changesAreNoFailureUnlessAskedFor() {
        daemon.http("POST /v1/plan", 200, CHANGES);
        assertEquals(0, Run.with(daemon, "plan").code());
        assertEquals(1, Run.with(daemon, "plan", "--exit-code").code());
        Run json = Run.with(daemon, "plan", "--json", "--exit-code");
        assertEquals(1, json.code());
        assertTrue(json.output().startsWith("{\n  \"schema\": 1,\n  \"subject\": \"candidate\""), json.output());
    }

    @Test
    void aCandidateIsAFileOrTheStandardInput() throws IOException {
        daemon.http("POST /v1/plan", 200, CHANGES);
        Path candidate = Files.writeString(folder.resolve("candidate.yml"), "net: {listen_interface: 0.0.0.0}\n");
        assertEquals(0, Run.with(daemon, "plan", candidate.toString()).code());
        assertTrue(daemon.requests().contains("net: {listen_interface: 0.0.0.0}\n"), daemon.requests().toString());
        assertEquals(0, Run.Setting.at(daemon.path()).typing("api: {}\n").run("plan", "-").code());
        assertTrue(daemon.requests().contains("api: {}\n"), daemon.requests().toString());
    }

    @Test
    void anEmptyCandidateIsNotTakenForTheFile() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.yml"), "\n");
        Run run = Run.with(daemon, "plan", empty.toString());
        assertEquals(1, run.code());
        assertTrue(run.errors().contains("is empty"), run.errors());
        assertEquals(1, Run.with(daemon, "plan", "-").code());
        assertEquals(1, Run.with(daemon, "plan", folder.resolve("none.yml").toString()).code());
    }

    @Test
    void whatIsWrongWithACandidateIsSaidWithItsPlace() throws IOException {
        daemon.http("POST /v1/plan", 409, "{\"detail\":\"/etc/ngrokd/config.yml:3:7: net.subnet: expected a subnet\"}");
        Path candidate = Files.writeString(folder.resolve("candidate.yml"), "x: y\n");
        Run run = Run.with(daemon, "plan", candidate.toString());
        assertEquals(1, run.code());
        assertTrue(run.errors().contains("config.yml:3:7: net.subnet"), run.errors());
        daemon.http("POST /v1/plan", 403, "{\"detail\":\"only root may\"}");
        assertEquals(4, Run.with(daemon, "plan").code());
    }

    @Test
    void withoutADaemonItSaysSo() {
        assertEquals(3, Run.Setting.at(folder.resolve("none.sock")).run("plan").code());
    }
}

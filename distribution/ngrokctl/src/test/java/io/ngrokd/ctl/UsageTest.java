package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

    private static final List<String> COMMANDS = List.of("status", "list", "health", "set-api-key", "config", "refresh-cert", "reload",
            "poll", "wait", "events", "logs", "doctor", "plan", "plugin", "bugreport", "completion", "version", "help");

    @TempDir
    private Path folder;

    private Run run(String... arguments) {
        return Run.Setting.at(folder.resolve("none.sock")).run(arguments);
    }

    @Test
    void helpNamesEveryCommandAndExitCode() {
        for (String[] asked : new String[][] {{"help"}, {"--help"}, {"-h"}}) {
            Run help = run(asked);
            assertEquals(0, help.code());
            COMMANDS.forEach(command -> assertTrue(help.output().contains("\n  " + command + " "), command));
            assertTrue(help.output().contains("3 no daemon"), help.output());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "list", "health", "set-api-key", "config", "refresh-cert", "reload", "poll", "wait", "events", "logs",
        "doctor", "plan", "plugin", "bugreport", "completion", "version", "help"})
    void everyCommandHasHelp(String command) {
        Run help = run("help", command);
        assertEquals(0, help.code());
        assertTrue(help.output().startsWith("Usage: ngrokctl " + command), help.output());
        assertTrue(help.output().contains("--json"), help.output());
        assertEquals(help.output(), run(command, "--help").output());
    }

    @Test
    void helpForPrograms() throws IOException {
        Fields help = Json.fields(run("help", "--json").output().getBytes(StandardCharsets.UTF_8));
        assertEquals(COMMANDS, help.objects("commands").stream()
                .map(command -> command.text("name").orElseThrow().replace("ngrokctl ", "")).toList());
        Fields one = Json.fields(run("help", "--json", "health").output().getBytes(StandardCharsets.UTF_8));
        assertTrue(one.objects("options").stream().anyMatch(option -> option.text("name").orElseThrow().equals("--url")));
    }

    @Test
    void versionNeedsNoDaemon() throws IOException {
        Run own = run("--version");
        assertEquals(0, own.code());
        assertTrue(own.output().matches("ngrokctl \\d+\\.\\d+\\.\\d+\\S*\n"), own.output());
        Run all = run("version");
        assertEquals(0, all.code());
        assertTrue(all.output().contains("No daemon"), all.output());
        try (FakeDaemon daemon = new FakeDaemon(folder).data("status", "{\"version\":\"0.4.7\"}")) {
            assertTrue(Run.with(daemon, "version").output().contains("ngrokd    0.4.7\n"));
            Fields versions = Json.fields(Run.with(daemon, "version", "--json").output().getBytes(StandardCharsets.UTF_8));
            assertEquals("0.4.7", versions.text("ngrokd").orElseThrow());
        }
    }

    @Test
    void wrongUsageIsTwo() {
        for (String[] wrong : new String[][] {
            {}, {"bogus"}, {"--bogus"}, {"status", "--bogus"}, {"status", "more"}, {"--timeout", "x", "status"}, {"status", "--timeout=0"},
            {"help", "bogus"}, {"config"}, {"config", "bogus"}, {"plugin", "info"}, {"wait", "--for=odd"}, {"logs", "-n", "0"}, {"completion"},
            {"completion", "tcsh"}, {"--json"}, {"set-api-key", "a", "b"}, {"--socket"}, {"status", "--socket"}}) {
            Run run = run(wrong);
            assertEquals(2, run.code(), String.join(" ", wrong) + ": " + run);
            assertEquals("", run.output());
            assertTrue(run.errors().contains("Try: ngrokctl"), run.errors());
        }
    }
}

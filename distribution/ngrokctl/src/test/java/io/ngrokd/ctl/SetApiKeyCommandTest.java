package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SetApiKeyCommandTest {

    private static final String KEY = "2abcDEF_ghijk";
    private static final String REQUEST = "{\"command\":\"set-api-key\",\"args\":[\"" + KEY + "\"]}";

    @TempDir
    private Path folder;

    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(folder).data("set-api-key", "\"API key set successfully\"");
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private void accepted(Run run) {
        assertEquals(0, run.code(), run.errors());
        assertEquals(REQUEST, daemon.requests().getLast());
        assertEquals("API key set successfully. See: ngrokctl status\n", run.output());
    }

    @Test
    void takesTheKeyAsAnArgument() {
        accepted(Run.with(daemon, "set-api-key", KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY, KEY + "\n", KEY + "\nnotes below it", "  " + KEY + "\r\n\n"})
    void takesTheKeyFromTheStandardInput(String input) {
        accepted(Run.Setting.at(daemon.path()).typing(input).run("set-api-key", "-"));
    }

    @Test
    void asksForTheKeyAtATerminal() {
        accepted(Run.Setting.at(daemon.path()).prompted(() -> Optional.of(KEY)).run("set-api-key"));
    }

    @Test
    void saysHowWhenThereIsNoTerminal() {
        Run run = Run.with(daemon, "set-api-key");
        assertEquals(2, run.code());
        assertTrue(run.errors().contains("ngrokctl set-api-key - < FILE"), run.errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "two words", "a\u0001b", "schl\u00fcssel", "\n" + KEY})
    void refusesWhatIsNoKey(String input) {
        Run run = Run.Setting.at(daemon.path()).typing(input).run("set-api-key", "-");
        assertEquals(2, run.code());
        assertEquals(0, daemon.requests().size());
    }

    @Test
    void refusesAnEndlessKey() {
        assertEquals(2, Run.Setting.at(daemon.path()).typing("k".repeat(1_000_000)).run("set-api-key", "-").code());
    }

    @Test
    void printsWhatCameBack() {
        assertEquals("{\n  \"schema\": 1,\n  \"message\": \"API key set successfully\"\n}\n", Run.with(daemon, "set-api-key", "--json", KEY).output());
        daemon.data("set-api-key", "{\"message\":\"registered as k8sop_1\",\"operator_id\":\"k8sop_1\"}");
        assertEquals("registered as k8sop_1. See: ngrokctl status\n", Run.with(daemon, "set-api-key", KEY).output());
    }

    @Test
    void neverShowsTheKey() {
        daemon.raw("set-api-key", "{\"success\":false,\"error\":\"the key " + KEY + " was refused: HTTP 401\"}\n");
        Run refused = Run.with(daemon, "set-api-key", KEY);
        assertEquals(1, refused.code());
        assertTrue(refused.errors().contains("the key [key] was refused: HTTP 401"), refused.errors());

        daemon.data("set-api-key", "{\"message\":\"set to " + KEY + "\"}");
        for (String[] arguments : new String[][] {
            {"set-api-key", KEY}, {"set-api-key", "--json", KEY}, {"set-api-key", "other", KEY}, {"set-api-kee", KEY}, {KEY},
            {"list", KEY}, {"set-api-key", "--key=" + KEY}, {"set-api-key", "--key", KEY}}) {
            Run run = Run.with(daemon, arguments);
            assertFalse((run.output() + run.errors()).contains(KEY), run.toString());
        }
    }
}

package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Editors that fail, and what users write that cannot be used: the config file stays as it was. */
class ConfigEditCommandTest {

    private static final String BEFORE = "net: {start_port: 1}\n";

    @TempDir
    private Path folder;

    private FakeDaemon daemon;
    private Path config;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(folder);
        config = Files.writeString(folder.resolve("config.yml"), BEFORE);
        daemon.data("status", "{\"config_path\":\"" + config + "\"}");
        daemon.http("POST /v1/config/check", 200, "{\"message\":\"good\"}");
        daemon.http("POST /v1/actions/reload", 200, "{\"message\":\"The config was reloaded\"}");
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private Run edit(String editor, String input, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("NGROKD_SOCKET", daemon.path().toString());
        if (!editor.isEmpty()) {
            environment.put("VISUAL", editor);
        }
        return new Run.Setting(environment, input, Run.PIPE, Optional::empty).run("config", "edit");
    }

    /** By a script: what is behind the editor's name are its options. */
    private Run editBy(String script, String input) throws IOException {
        Path editor = Files.writeString(folder.resolve("editor"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(editor, PosixFilePermissions.fromString("rwxr-xr-x"));
        return edit(editor.toString(), input, Map.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            exit 3                     | failed with 3
            kill -9 $$                 | failed with 137
            rm "$1"                    | The editor left no file
            echo x >> "$1"; exit 1     | failed with 1
            """)
    void anEditorThatFailsChangesNothing(String script, String complaint) throws IOException {
        Run run = editBy(script, "");
        assertEquals(1, run.code(), run::toString);
        assertTrue(run.errors().contains(complaint) && run.errors().contains("stays as it was"), run::errors);
        assertEquals(BEFORE, Files.readString(config));
    }

    @Test
    void anEditorThatIsNotThereIsSaid() throws IOException {
        Run run = edit("no-such-editor-here", "", Map.of());
        assertEquals(1, run.code());
        assertTrue(run.errors().contains("The editor (no-such-editor-here) failed with 127") && run.errors().contains("VISUAL=nano"),
                run::errors);
        Run none = edit("", "", Map.of("PATH", folder.resolve("empty").toString()));
        assertTrue(none.errors().contains("There is no editor"), none::errors);
        assertEquals(BEFORE, Files.readString(config));
    }

    @Test
    void whatCannotBeUsedMayBeEditedAgainOrLeft() throws IOException {
        daemon.http("POST /v1/config/check", 409, "{\"status\":409,\"detail\":\"line 2: 'nett' is no key\"}");
        Run kept = editBy("echo 'nett: {}' >> \"$1\"", "x\nk\n");
        assertEquals(1, kept.code());
        assertTrue(kept.errors().contains("line 2: 'nett'") && kept.errors().contains("stays as it was"), kept::errors);
        assertEquals(1, editBy("echo 'nett: {}' >> \"$1\"", "").code(), "the end of the input is no wish to go on");
        Run again = editBy("if grep -q nett \"$1\"; then printf 'net: {start_port: 1}\\n' > \"$1\"; else echo 'nett: {}' >> \"$1\"; fi",
                "e\n");
        assertEquals("Nothing was changed.\n", again.output(), again::toString);
        assertEquals(BEFORE, Files.readString(config));
    }

    @Test
    void whatIsGoodTakesTheFilesPlaceAndIsReloaded() throws IOException {
        Run run = editBy("printf 'net: {start_port: 2}\\n' > \"$1\"", "");
        assertEquals("The config was reloaded.\n", run.output(), run::toString);
        assertEquals("net: {start_port: 2}\n", Files.readString(config));
    }

    @Test
    void whatSomebodyElseWroteMeanwhileStays() throws IOException {
        Run run = editBy("echo '# mine' >> \"$1\"; echo '# theirs' >> " + config, "");
        assertEquals(1, run.code());
        assertTrue(run.errors().contains("changed by somebody else") && run.errors().contains("What you wrote is in "), run::errors);
        assertEquals(BEFORE + "# theirs\n", Files.readString(config));
        Files.deleteIfExists(Path.of(run.errors().replaceFirst("(?s).*What you wrote is in (\\S+).*", "$1")));
    }
}

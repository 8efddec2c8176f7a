package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The daemon's command line, and what it does not start with. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartIT {

    private Machine machine;

    @BeforeAll
    void open() throws IOException {
        machine = Machine.open(StartIT.class);
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void versionAndHelp() throws Exception {
        String version = System.getProperty("ngrokd.version");
        for (String option : new String[] {"--version", "-version"}) {
            assertEquals("ngrokd version " + version + "\n", ngrokd(option).ok().output());
        }
        for (String option : new String[] {"--help", "-h"}) {
            String help = ngrokd(option).ok().output();
            assertTrue(help.contains("--config") && help.contains("cleanup") && help.contains("-v"), help);
        }
        assertTrue(ngrokd("--frobnicate").exits(2).errors().contains("--frobnicate"));
    }

    @Test
    void aConfigFileThatWasNamedMustBeThere() throws Exception {
        Result refused = ngrokd("--config=/nowhere/config.yml").exits(1);
        assertTrue(refused.errors().contains("/nowhere/config.yml"), refused::toString);
        Result cleanup = ngrokd("cleanup", "--config=/nowhere/config.yml").exits(1);
        assertTrue(cleanup.errors().contains("/nowhere/config.yml"), cleanup::toString);
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestRightOne() throws Exception {
        Result refused = startWith("bound_endpoints:\n  pol_interval: 3\nserver:\n  sockt_path: /x\n");
        assertTrue(refused.errors().contains("pol_interval") && refused.errors().contains("poll_interval"), refused::toString);
        assertTrue(refused.errors().contains("socket_path"), () -> "every problem at once: " + refused);
        assertTrue(refused.errors().contains("config.yml:2"), () -> "the place: " + refused);
    }

    @Test
    void wrongValuesAreRefused() throws Exception {
        Result refused = startWith("api:\n  url: http://api.example.com\nserver:\n  log_level: loud\nnet:\n  subnet: 10.0.0.0\n");
        assertTrue(refused.errors().contains("https") && refused.errors().contains("loud") && refused.errors().contains("10.0.0.0"),
                refused::toString);
    }

    @Test
    void whatIsNoYamlIsRefused() throws Exception {
        Result refused = startWith("api: [url\nserver: }\n");
        assertTrue(refused.errors().contains("config.yml"), refused::toString);
    }

    @Test
    void aStateFolderThatCannotBeUsedIsRefused() throws Exception {
        Daemon daemon = machine.daemon("readonly");
        machine.run("chmod", "755", daemon.folder().toString()).ok();
        daemon.set("server.client_cert", "/proc/ngrokd/tls.crt").set("server.client_key", "/proc/ngrokd/tls.key").writeConfig();
        Result refused = daemon.runToItsEnd("--config=" + daemon.config()).exits(1);
        assertTrue(refused.errors().contains("/proc/ngrokd") && refused.errors().contains("server.state_dir"), refused::toString);
    }

    @Test
    void aSocketPathThatIsTooLongIsRefused() throws Exception {
        Daemon daemon = machine.daemon("long").set("server.socket_path", "/tmp/" + "x".repeat(120)).writeConfig();
        Result refused = daemon.runToItsEnd("--config=" + daemon.config()).exits(1);
        assertTrue(refused.errors().contains("socket_path"), refused::toString);
    }

    @Test
    void verboseLogsAtDebugWhateverTheConfigSays() throws Exception {
        Daemon daemon = machine.daemon("verbose").of(Cloud.start(machine, "http://hello.demo")).set("server.log_level", "error").writeConfig();
        daemon.startAsIs("-v").awaitServed("http://hello.demo");
        assertEquals(0, daemon.terminate());
        assertTrue(daemon.log().contains(" DEBUG "), daemon::log);
        daemon.startAsIs().awaitServed("http://hello.demo");
        assertEquals(0, daemon.terminate());
        assertTrue(!daemon.log().contains(" INFO "), daemon::log);
    }

    @Test
    void launchersAreFoundThroughLinksAndFromAnyFolder() throws Exception {
        Files.createSymbolicLink(machine.folder().resolve("linked"), Path.of(machine.program("ngrokd")));
        assertTrue(machine.shell("cd / && " + machine.folder() + "/linked --version").ok().output().startsWith("ngrokd version"));
        assertTrue(machine.run("", Map.of("PATH", machine.home() + "/bin:/usr/bin:/bin"), "sh", "-c", "cd /tmp && ngrokctl --version")
                .ok().output().contains(System.getProperty("ngrokd.version")));
    }

    private Result startWith(String config) throws Exception {
        Daemon daemon = machine.daemon("refused");
        Files.writeString(daemon.config(), config);
        return daemon.runToItsEnd("--config=" + daemon.config()).exits(1);
    }

    private Result ngrokd(String... arguments) throws Exception {
        return machine.run("", Map.of(), Machine.join(List.of(machine.program("ngrokd")), List.of(arguments))
                .toArray(String[]::new));
    }
}

package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How the daemon gets its API key, and that it tells it to nobody. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiKeyIT {

    private static final String WRONG = "a-wrong-key-0123456789";
    private static final String COMMENT = "# This comment must stay.\n";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(ApiKeyIT.class);
        cloud = Cloud.start(machine, "http://hello.demo");
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @BeforeEach
    void keyless() throws Exception {
        daemon = machine.daemon("daemon" + ++count).of(cloud).environment("NGROK_API_KEY", "").set("server.log_level", "debug")
                .writeConfig();
    }

    @AfterEach
    void end() throws Exception {
        daemon.stop();
    }

    @Test
    void withoutAKeyItWaits() throws Exception {
        daemon.startAsIs();
        daemon.await("it waits", () -> daemon.status().path("state").asText().equals("waiting for an API key"));
        assertFalse(daemon.status().path("registered").asBoolean());
        assertTrue(daemon.ngrokctl("status").ok().output().contains("set-api-key"));
        assertEquals("not ready\n503", machine.run("curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:8081/readyz").ok().output());
        assertEquals("healthy\n200", machine.run("curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:8081/healthz").ok().output());
    }

    @Test
    void aKeyGivenAsAnArgumentRegistersAndIsKept() throws Exception {
        Files.writeString(daemon.config(), COMMENT + Machine.text(daemon.config()));
        Files.setPosixFilePermissions(daemon.config(), PosixFilePermissions.fromString("rw-r--r--"));
        daemon.startAsIs();
        assertTrue(daemon.ngrokctl("set-api-key", Cloud.KEY).ok().output().contains("API key set"));
        daemon.awaitServed("http://hello.demo");
        assertKeptPrivately();

        assertEquals(0, daemon.terminate());
        daemon.startAsIs().awaitServed("http://hello.demo");
        machine.run("curl", "-sS", "--fail", "http://hello.demo/").ok();
    }

    @Test
    void aKeyFromTheStandardInputRegistersAndIsKept() throws Exception {
        Files.writeString(daemon.config(), COMMENT + Machine.text(daemon.config()));
        daemon.startAsIs();
        daemon.ngrokctlWith(Cloud.KEY + "\n", "set-api-key", "-").ok();
        daemon.awaitServed("http://hello.demo");
        assertKeptPrivately();
    }

    @Test
    void aWrongKeyIsRefusedInNgroksWordsAndTheOldOneStays() throws Exception {
        daemon.startAsIs();
        Result refused = daemon.ngrokctl("set-api-key", WRONG).exits(1);
        assertTrue(refused.errors().contains("ERR_NGROK_"), refused::toString);
        assertFalse(refused.errors().contains(WRONG) || refused.output().contains(WRONG), refused::toString);
        assertFalse(Machine.text(daemon.config()).contains(WRONG), "a refused key is not kept");
        daemon.ngrokctl("set-api-key", Cloud.KEY).ok();
        daemon.awaitServed("http://hello.demo");
        daemon.ngrokctl("set-api-key", WRONG).exits(1);
        daemon.awaitServed("http://hello.demo");
        daemon.await("the polls go on", () -> daemon.status().path("last_poll").path("ok").asBoolean());
        assertTellsNobody(WRONG);
    }

    @Test
    void whatIsNoKeyIsRefused() throws Exception {
        daemon.startAsIs();
        daemon.ngrokctl("set-api-key", "two words").exits(2);
        daemon.ngrokctl("set-api-key", "").exits(2);
        daemon.ngrokctlWith("", "set-api-key").exits(2);
        assertEquals("{\"success\":false,\"error\":\"API key required\"}\n", daemon.control("{\"command\":\"set-api-key\",\"args\":[]}\n"));
    }

    @Test
    void theKeyOfTheEnvironmentCounts() throws Exception {
        daemon.environment("NGROK_API_KEY", Cloud.KEY).startAsIs().awaitServed("http://hello.demo");
        assertFalse(Machine.text(daemon.config()).contains(Cloud.KEY));
        assertTellsNobody(Cloud.KEY);
    }

    @Test
    void theKeyOfAFileCounts() throws Exception {
        Path file = Files.writeString(daemon.folder().resolve("key"), Cloud.KEY + "\n");
        daemon.environment("NGROK_API_KEY_FILE", file.toString()).startAsIs().awaitServed("http://hello.demo");
        assertTellsNobody(Cloud.KEY);
        assertEquals(0, daemon.terminate());
        Result refused = daemon.environment("NGROK_API_KEY_FILE", "/nowhere/key").runToItsEnd("--config=" + daemon.config()).exits(1);
        assertTrue(refused.errors().contains("NGROK_API_KEY_FILE") && refused.errors().contains("/nowhere/key"), refused::toString);
    }

    private void assertKeptPrivately() throws Exception {
        String config = Machine.text(daemon.config());
        assertTrue(config.contains(Cloud.KEY), "the key is kept");
        assertTrue(config.startsWith(COMMENT), config);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.config())));
        assertTellsNobody(Cloud.KEY);
    }

    private void assertTellsNobody(String key) throws Exception {
        assertFalse(daemon.log().contains(key), "the log");
        for (String command : new String[] {"status", "list", "health"}) {
            Result result = daemon.ngrokctl(command, "--json");
            assertFalse(result.toString().contains(key), result::toString);
        }
        assertFalse(Machine.text(Path.of("/proc/" + daemon.pid() + "/cmdline")).contains(key), "the list of processes");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.state("tls.key"))));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.state("tls.crt"))));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.state(""))));
    }
}

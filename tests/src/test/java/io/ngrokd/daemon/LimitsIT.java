package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Limits of the config, changed while connections are up, and how it shows what they did. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HTTP = "http://hello.demo";
    private static final String TCP = "tcp://echo.demo:7000";
    private static final String PAGE_OF_JSON = "curl -sS --max-time 60 -H 'Accept: application/json' http://hello.demo/";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(LimitsIT.class);
        cloud = Cloud.start(machine, HTTP, TCP);
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @BeforeEach
    void serve() throws Exception {
        daemon = machine.daemon("daemon" + ++count).of(cloud).start();
        daemon.awaitServed(HTTP, TCP);
    }

    @AfterEach
    void end() throws Exception {
        cloud.failsAtTheIngress();
        daemon.stop();
    }

    private JsonNode endpoint(String url) throws IOException {
        return daemon.endpoint(url).orElseThrow();
    }

    @Test
    void theCapFollowsTheLimitOfOpenFilesUnlessItIsSet() throws Exception {
        long files = Long.parseLong(machine.shell("grep 'Max open files' /proc/" + daemon.pid() + "/limits | awk '{print $4}'").ok().output().strip());
        long expected = Math.clamp((files - Math.max(256, files / 4)) / 2, 16, 1_000_000);
        daemon.await("the cap is logged", () -> daemon.log().contains(
                "Connections are capped. max=" + expected + " max_per_endpoint=0 max_from=the limit of open files"));
    }

    @Test
    void aChangedCapCountsForNewConnectionsAndShows() throws Exception {
        try (Connection web = Connection.open(machine, "hello.demo", 80); Connection first = Connection.open(machine, "echo.demo", 7000);
                Connection second = Connection.open(machine, "echo.demo", 7000)) {
            web.get("hello.demo", "/status/200");
            first.send("a").read(1);
            second.send("a").read(1);
            daemon.set("connections.max_per_endpoint", 1).set("connections.max", 100).writeConfig().hup();
            daemon.await("it counts", () -> daemon.log().contains("Connections are capped. max=100 max_per_endpoint=1 max_from=config"));

            JsonNode page = JSON.readTree(machine.shell(PAGE_OF_JSON).ok().output());
            assertEquals("TOO_MANY_CONNECTIONS", page.path("error").asText(), page::toString);
            assertEquals(503, page.path("status").asInt());
            assertTrue(page.path("message").asText().contains("connections.max_per_endpoint") && !page.path("advice").asText().isEmpty(), page::toString);
            try (Connection third = Connection.open(machine, "echo.demo", 7000)) {
                assertEquals("read 0 and the end", third.readAll().answer());
            }
            for (String url : new String[] {HTTP, TCP}) {
                daemon.await("the list has it", () -> endpoint(url).path("errors").asInt() == 1);
                daemon.await("with its cause", () -> endpoint(url).path("last_error_cause").asText().equals("TOO_MANY_CONNECTIONS"));
                assertTrue(endpoint(url).path("last_error").asText().contains("max_per_endpoint"), () -> url);
            }
            assertTrue(daemon.ngrokctl("list").ok().output().contains("connections.max_per_endpoint"));
            first.send("b").read(1);
            second.send("b").read(1);
        }
        daemon.await("there is room again", () -> machine.shell("curl -sS --fail http://hello.demo/").exitCode() == 0);
        daemon.set("connections.max_per_endpoint", 0).writeConfig().hup();
        daemon.await("the cap is gone", () -> daemon.log().contains("Connections are capped. max=100 max_per_endpoint=0 max_from=config"));
    }

    @Test
    void aStallingIngressIsGivenUpInTimeAndCounted() throws Exception {
        // Streams that are up already know nothing of it.
        daemon.set("ingress.http_pool", false).set("ingress.pool", "{size: 0}").set("ingress.exchange_timeout", 1).writeConfig().hup();
        cloud.failsAtTheIngress("{kind: stall}");
        daemon.await("a dial ends in time", () -> {
            JsonNode page = JSON.readTree(machine.shell(PAGE_OF_JSON).ok().output());
            return page.path("status").asInt() == 504;
        });
        long errors = endpoint(TCP).path("errors").asLong();
        try (Connection client = Connection.open(machine, "echo.demo", 7000)) {
            assertEquals("read 0 and the end", client.readAll().answer());
        }
        daemon.await("it is counted", () -> endpoint(TCP).path("errors").asLong() == errors + 1);
        daemon.await("with its cause", () -> endpoint(TCP).path("last_error_cause").asText().equals("TIMEOUT"));
        assertTrue(daemon.ngrokctl("list").ok().output().contains(endpoint(TCP).path("last_error").asText().substring(0, 20)));
    }

    @Test
    void anIngressThatIsDownIsCountedAndTheErrorStaysWhenItIsBack() throws Exception {
        cloud.stop();
        try {
            JsonNode page = JSON.readTree(machine.shell(PAGE_OF_JSON).ok().output());
            assertEquals("UNREACHABLE", page.path("error").asText(), page::toString);
            daemon.await("the list has it", () -> endpoint(HTTP).path("last_error_cause").asText().equals("UNREACHABLE"));
            assertEquals(1, endpoint(HTTP).path("errors").asLong());
        } finally {
            cloud.start();
        }
        daemon.await("it is served again", () -> machine.shell("curl -sS --fail http://hello.demo/").exitCode() == 0);
        assertEquals("UNREACHABLE", endpoint(HTTP).path("last_error_cause").asText(), "the last error stays, with its time");
        assertTrue(endpoint(HTTP).path("last_error_at").asText().endsWith("Z"));
    }

    @Test
    void anIdleStreamEndsWhenItsTimeIsUp() throws Exception {
        try (Connection before = Connection.open(machine, "echo.demo", 7000)) {
            before.send("a").read(1);
            // Longer than a client of a busy machine needs for its first byte.
            daemon.set("connections.idle_timeout", 6).set("connections.max", 200).writeConfig().hup();
            daemon.await("it counts", () -> daemon.log().contains("Connections are capped. max=200 "));
            try (Connection after = Connection.open(machine, "echo.demo", 7000)) {
                after.send("a").read(1);
                assertTrue(after.readAll().answer().startsWith("read 0 and "));
            }
            before.send("b").read(1);
        }
    }
}

package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The control socket, ngrokctl, and the health page. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String URL = "http://hello.demo";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(ControlIT.class);
        cloud = Cloud.start(machine, URL);
        daemon = machine.daemon("daemon").of(cloud).start();
        daemon.awaitServed(URL);
    }

    @AfterAll
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void theGoDaemonsProtocolThroughNc() throws Exception {
        String ip = daemon.address(URL);
        String list = nc("{\"command\":\"list\"}\n");
        assertTrue(list.startsWith("{\"success\":true,\"data\":[{\"id\":\"ep_") && list.endsWith("]}\n"), list);
        JsonNode endpoint = JSON.readTree(list).path("data").path(0);
        assertEquals("hello.demo", endpoint.path("hostname").asText());
        assertEquals(ip, endpoint.path("ip").asText());
        assertEquals(80, endpoint.path("port").asInt());
        assertEquals(URL, endpoint.path("url").asText());
        assertTrue(endpoint.path("local_listener").isBoolean() && endpoint.path("local_listener").asBoolean());
        assertTrue(endpoint.path("network_port").isInt() && endpoint.path("network_port").asInt() == 0);
        assertEquals("virtual", endpoint.path("listen_interface").asText());

        JsonNode status = JSON.readTree(nc("{\"command\":\"status\"}"));
        assertTrue(status.path("success").asBoolean());
        assertTrue(status.path("data").path("registered").asBoolean());
        assertTrue(status.path("data").path("operator_id").asText().startsWith("k8sop_"));
        assertEquals(1, status.path("data").path("endpoint_count").asInt());
        assertEquals("localhost:4443", status.path("data").path("ingress_endpoint").asText());
    }

    @Test
    void anEmptyListIsAnEmptyArray() throws Exception {
        cloud.serves();
        daemon.awaitServed();
        assertEquals("{\"success\":true,\"data\":[]}\n", nc("{\"command\":\"list\"}\n"));
        assertEquals("{\"schema\":1,\"endpoints\":[]}", daemon.ngrokctl("list", "--json").ok().output().replaceAll("\\s", ""));
        assertTrue(daemon.ngrokctl("list").ok().output().contains("No endpoints"));
        cloud.serves(URL);
        daemon.awaitServed(URL);
    }

    @Test
    void oddCommandsAreAnsweredAndHarmNothing() throws Exception {
        assertEquals("{\"success\":false,\"error\":\"unknown command: frobnicate\"}\n", nc("{\"command\":\"frobnicate\"}\n"));
        for (String odd : new String[] {"garbage\n", "{}\n", "[1]\n", "\u0000\u0001\n", "{\"command\":7}\n", "{\"command\":\"list\"\n}x"}) {
            JsonNode answer = JSON.readTree(nc(odd));
            assertTrue(answer.has("success"), () -> odd + ": " + answer);
        }
        String huge = nc("{\"command\":\"" + "x".repeat(3 << 20) + "\"}\n");
        assertTrue(huge.isEmpty() || huge.startsWith("{\"success\":false"), huge);
        assertTrue(nc("").startsWith("{\"success\":false"), "whoever says nothing is told what to say");
        assertEquals(0, daemon.ngrokctl("status").exitCode());
    }

    @Test
    void aCommandThatComesInPiecesIsUnderstood() throws Exception {
        Result pieces = machine.shell("(printf '{\"comm'; sleep 0.5; printf 'and\":\"list\"}') | nc -N -U " + daemon.socket()).ok();
        assertTrue(pieces.output().startsWith("{\"success\":true"), pieces::toString);
    }

    @Test
    void everyCommandInWordsAndAsJson() throws Exception {
        Result status = daemon.ngrokctl("status").ok();
        assertTrue(status.output().contains("serving") && status.output().contains("linux-bridge") && status.output().contains("1 ready"),
                status::toString);
        JsonNode json = json("status");
        assertEquals("serving", json.path("state").asText());
        assertEquals(daemon.pid(), json.path("pid").asLong());
        assertEquals("linux-bridge", json.path("netif").path("backend").asText());
        assertEquals("hosts-file", json.path("hosts").path("backend").asText());
        assertEquals(System.getProperty("ngrokd.version"), json.path("version").asText());
        assertTrue(json.path("last_poll").path("ok").asBoolean() && json.path("certificate").has("not_after"), json::toString);
        for (JsonNode choice : json.path("netif").path("choices")) {
            assertTrue(!choice.path("reason").asText().isEmpty(), json::toString);
        }

        Result list = daemon.ngrokctl("list").ok();
        assertTrue(list.output().contains(URL) && list.output().contains(daemon.address(URL) + ":80") && list.output().contains("ready"),
                list::toString);
        assertEquals(URL, json("list").path("endpoints").path(0).path("url").asText());

        assertTrue(daemon.ngrokctl("health").ok().output().contains(URL));
        assertTrue(json("health").path("healthy").asBoolean());
        assertEquals("http://127.0.0.1:8081", "http://" + json.path("health_address").asText());
        assertTrue(daemon.ngrokctl("health", "--url", "http://127.0.0.1:8081").ok().output().contains(URL));

        assertTrue(daemon.ngrokctl("help").ok().output().contains("set-api-key"));
        assertEquals(List.of("status", "list", "health", "set-api-key", "config", "refresh-cert", "reload", "poll", "wait", "events", "logs",
                        "doctor", "plan", "plugin", "bugreport", "completion", "version", "help"),
                json("help").path("commands").valueStream()
                        .map(command -> command.path("name").asText().replaceFirst(".* ", "")).toList());
        assertTrue(daemon.ngrokctl("version").ok().output().contains(System.getProperty("ngrokd.version")));
        assertEquals(System.getProperty("ngrokd.version"), json("version").path("ngrokd").asText());
        JsonNode set = JSON.readTree(daemon.ngrokctl("--json", "set-api-key", Cloud.KEY).ok().output());
        assertTrue(set.path("message").asText().startsWith("API key set"), set::toString);
        daemon.ngrokctl("frobnicate").exits(2);
    }

    @Test
    void withoutADaemonTheExitCodeIs3() throws Exception {
        for (String command : new String[] {"status", "list"}) {
            for (String[] arguments : new String[][] {{command}, {command, "--json"}}) {
                Result result = machine.run("", Map.of("NGROKD_SOCKET", "/nowhere/ngrokd.sock"),
                        Machine.join(List.of(machine.program("ngrokctl")), List.of(arguments)).toArray(String[]::new)).exits(3);
                assertTrue(result.errors().contains("/nowhere/ngrokd.sock") && result.output().isEmpty(), result::toString);
            }
        }
    }

    @Test
    void theHealthPages() throws Exception {
        for (String path : new String[] {"health", "healthz"}) {
            assertEquals("healthy\n200", page(path));
        }
        for (String path : new String[] {"ready", "readyz"}) {
            assertEquals("ready\n200", page(path));
        }
        machine.run("curl", "-sS", "--fail", URL).ok();
        JsonNode status = JSON.readTree(machine.run("curl", "-sS", "--fail", "http://127.0.0.1:8081/status").ok().output());
        assertTrue(status.path("healthy").asBoolean() && status.path("ready").asBoolean());
        assertTrue(status.path("uptime").asText().endsWith("s") && status.path("start_time").asText().endsWith("Z"), status::toString);
        JsonNode endpoint = status.path("endpoints").valueStream().findFirst().orElseThrow();
        assertTrue(status.path("endpoints").fieldNames().next().startsWith("ep_"));
        assertEquals("hello.demo", endpoint.path("name").asText());
        assertEquals(daemon.address(URL) + ":80", endpoint.path("local_address").asText());
        assertEquals(URL, endpoint.path("target_uri").asText());
        assertTrue(endpoint.path("active").asBoolean() && endpoint.path("total_connections").asLong() >= 1, endpoint::toString);
        assertTrue(endpoint.has("connections") && endpoint.has("last_activity") && endpoint.has("errors"), endpoint::toString);
        assertEquals("404", machine.run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:8081/x").ok().output());
    }

    @Test
    void theHealthPageMovesWithItsAddressAndItsPortMayBeTaken() throws Exception {
        Daemon moved = machine.daemon("moved").environment("NGROK_API_KEY", "").set("server.health_address", "127.0.0.1:0")
                .environment("NGROKD_HOSTS_PATH", machine.folder().resolve("hosts").toString()).set("net.interface_name", "moved0")
                .set("net.subnet", "10.109.0.0/24").start();
        String address = moved.status().path("health_address").asText();
        assertEquals("healthy\n", machine.run("curl", "-sS", "http://" + address + "/health").ok().output());
        assertTrue(moved.ngrokctl("health").ok().output().contains("healthy"));
        assertEquals(0, moved.terminate());

        moved.set("server.health_address", "127.0.0.1:8081").start();
        moved.await("it warns", () -> moved.status().path("warnings").toString().contains("server.health_address"));
        assertEquals(0, moved.terminate());
        assertEquals("healthy\n200", page("health"));
    }

    private String nc(String command) throws Exception {
        return machine.run(command, Map.of(), "nc", "-N", "-U", daemon.socket().toString()).output();
    }

    private JsonNode json(String command) throws Exception {
        return JSON.readTree(daemon.ngrokctl(command, "--json").ok().output());
    }

    private String page(String path) throws Exception {
        return machine.run("curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:8081/" + path).ok().output();
    }
}

package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code ngrokctl doctor}: all is well, then one thing after the other is broken, and the hop that says so has the mend. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WEB = "http://hello.demo";
    private static final String TLS = "tls://tls.demo:8443";
    private static final String TCP = "tcp://echo.demo:7000";
    private static final String WILD = "http://*.apps.demo";
    private static final String OFFLINE = "http://off.demo";
    private static final String LATE = "tcp://late.demo:7070";
    private static final String[] ALL = {WEB, TLS, TCP, WILD, "{url: \"" + OFFLINE + "\", offline: true}"};
    /** The daemon may repair what was broken before the doctor has looked. */
    private static final int TRIES = 5;

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private boolean touched;

    private interface Deed {
        void run() throws Exception;
    }

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(DoctorIT.class);
        cloud = Cloud.start(machine, ALL);
        // What is polled is looked after: this daemon is to leave broken things alone for a while.
        daemon = machine.daemon("daemon").of(cloud).set("bound_endpoints.poll_interval", 3600).start();
        daemon.awaitServed(WEB, TLS, TCP, WILD, OFFLINE);
        daemon.await("names below the wildcard are found", () -> daemon.status().path("dns").path("backend").asText().length() > 0);
    }

    @AfterEach
    void mendEverything() throws Exception {
        if (!touched) {
            return;
        }
        touched = false;
        daemon.await("all is well again", () -> {
            daemon.ngrokctl("poll").ok();
            return daemon.ngrokctl("doctor", "hello.demo").exitCode() == 0;
        });
    }

    @AfterAll
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    private JsonNode doctor(String... arguments) throws Exception {
        return JSON.readTree(daemon.ngrokctl(Machine.join(List.of("doctor", "--json"), List.of(arguments)).toArray(String[]::new)).output());
    }

    private static List<String> inState(JsonNode answer, String state) {
        List<String> names = new ArrayList<>();
        answer.path("hops").forEach(hop -> {
            if (hop.path("state").asText().equals(state)) {
                names.add(hop.path("hop").asText());
            }
        });
        return names;
    }

    private static String of(JsonNode answer, String name, String field) {
        for (JsonNode hop : answer.path("hops")) {
            if (hop.path("hop").asText().equals(name)) {
                return hop.path(field).asText();
            }
        }
        throw new AssertionError("no hop " + name + " in " + answer);
    }

    /** On a machine that has much to do a hop may take longer than the doctor waits. */
    private JsonNode well(String name) throws Exception {
        JsonNode[] answer = new JsonNode[1];
        daemon.await("no hop of " + name + " fails", () -> {
            answer[0] = doctor(name);
            return answer[0].path("failed").asInt(-1) == 0;
        });
        return answer[0];
    }

    /** Breaks something until the doctor has seen it broken, and returns what it said. */
    private JsonNode broken(String name, String hop, Deed deed) throws Exception {
        touched = true;
        JsonNode answer = null;
        for (int tries = 0; tries < TRIES; tries++) {
            deed.run();
            answer = doctor(name);
            if (inState(answer, "failed").contains(hop)) {
                return answer;
            }
        }
        throw new AssertionError("'" + hop + "' never failed: " + answer);
    }

    /** Waits until a fault that comes some time later shows at this hop and no other. */
    private JsonNode awaitOnly(String name, String hop) throws Exception {
        touched = true;
        JsonNode[] answer = new JsonNode[1];
        daemon.await("only '" + hop + "' fails for " + name, () -> {
            answer[0] = doctor(name);
            return inState(answer[0], "failed").equals(List.of(hop));
        });
        return answer[0];
    }

    @Test
    void allIsWell() throws Exception {
        well("echo.demo:7000");
        JsonNode web = well("hello.demo");
        assertEquals(1, web.path("schema").asInt());
        assertEquals(0, web.path("warnings").asInt(), web::toString);
        assertEquals(daemon.address(WEB), web.path("address").asText());
        assertEquals("the service says HTTP/1.1 200 OK", of(web, "first bytes", "saw"));
        assertEquals("HTTP/1.1 200 OK", of(web, "answer", "saw"));
        JsonNode wild = well("one.apps.demo");
        assertEquals("one.apps.demo is " + daemon.address(WILD), of(wild, "resolver", "saw"));
        assertEquals(List.of("hosts file"), inState(wild, "skipped"), wild::toString);
        JsonNode tls = well(TLS);
        assertTrue(of(tls, "answer", "saw").startsWith("TLSv1.3 with "), tls::toString);
        daemon.await("the machine has all endpoints, and all is well", () -> {
            Result all = daemon.ngrokctl("doctor");
            return all.exitCode() == 0 && all.output().contains(WEB + " ");
        });
        String[] asNobody = Machine.join(machine.asNobody(), List.of(machine.program("ngrokctl"), "doctor", "hello.demo")).toArray(String[]::new);
        daemon.await("whoever may connect may ask", () -> machine.run("", Map.of("NGROKD_SOCKET", daemon.socket().toString()), asNobody)
                .output().endsWith("\nhello.demo: all is well.\n"));
    }

    @Test
    void aLineThatSomebodyTookOutOfTheHostsFile() throws Exception {
        JsonNode answer = broken("hello.demo", "hosts file", () ->
                machine.shell("grep -v 'hello[.]demo' /etc/hosts > /tmp/hosts.$$; cat /tmp/hosts.$$ > /etc/hosts; rm /tmp/hosts.$$").ok());
        assertEquals("/etc/hosts has no line for hello.demo", of(answer, "hosts file", "saw"));
        assertTrue(of(answer, "hosts file", "mend").contains("puts it back by itself"), answer::toString);
    }

    @Test
    void anAddressThatSomebodyDeleted() throws Exception {
        String address = daemon.address(WEB);
        JsonNode answer = broken("hello.demo", "address", () -> {
            String place = machine.addresses().stream().filter(line -> line.startsWith(address + "/")).findFirst().orElse("");
            if (!place.isEmpty()) {
                machine.run("ip", "address", "delete", place.split(" ")[0], "dev", place.split(" ")[1]).ok();
            }
        });
        assertTrue(of(answer, "address", "saw").startsWith(address + " is no address of this machine"), answer::toString);
        assertTrue(inState(answer, "skipped").containsAll(List.of("listener", "port", "connect", "answer")), answer::toString);
        assertEquals("ok", of(answer, "binding exchange", "state"), "the way beyond is good");
    }

    @Test
    void aPortThatAnotherProgramTook() throws Exception {
        Process other = machine.start(machine.builder(Map.of(), List.of("nc", "-lk", "7070")));
        try {
            daemon.await("nc listens", () -> machine.run("nc", "-z", "127.0.0.1", "7070").exitCode() == 0);
            cloud.serves(Machine.join(List.of(ALL), List.of(LATE)).toArray(String[]::new));
            daemon.await("the new endpoint is here", () -> {
                daemon.ngrokctl("poll").ok();
                return daemon.endpoint(LATE).filter(endpoint -> endpoint.path("network_port").isInt()
                        && endpoint.path("local_listener").asBoolean()).isPresent();
            });
            JsonNode answer = awaitOnly("late.demo", "port");
            assertTrue(of(answer, "port", "saw").contains(":7070 is held by nc (pid "), answer::toString);
            assertTrue(of(answer, "port", "mend").startsWith("Stop that program"), answer::toString);
            assertEquals(1, daemon.ngrokctl("doctor", "late.demo").exitCode());
        } finally {
            other.destroy();
            cloud.serves(ALL);
        }
    }

    @Test
    void theIngress() throws Exception {
        cloud.failsAtTheIngress("{kind: wrong_certificate}");
        JsonNode wrong = awaitOnly("hello.demo", "ingress TLS");
        assertTrue(of(wrong, "ingress TLS", "saw").contains("is not trusted"), wrong::toString);
        assertTrue(of(wrong, "ingress TLS", "mend").contains("server.ingress_ca"), wrong::toString);
        assertEquals("'ingress TLS' failed", of(wrong, "answer", "saw"));
        cloud.failsAtTheIngress();

        daemon.set("ingressEndpoint", "localhost:1").writeConfig();
        daemon.ngrokctl("reload").ok();
        daemon.ngrokctl("poll").ok();
        JsonNode nowhere = awaitOnly("hello.demo", "ingress");
        assertTrue(of(nowhere, "ingress", "saw").contains("localhost:1"), nowhere::toString);
        assertTrue(of(nowhere, "ingress", "mend").contains("ingressEndpoint"), nowhere::toString);
        daemon.of(cloud).writeConfig();
        daemon.ngrokctl("reload").ok();
    }

    @Test
    void aKeyThatNgrokRefuses() throws Exception {
        cloud.failsFromNowOn("{path: /kubernetes_operators, status: 401}");
        JsonNode answer = awaitOnly("hello.demo", "API key");
        assertTrue(of(answer, "API key", "mend").contains("ngrokctl set-api-key"), answer::toString);
        assertEquals("ok", of(answer, "answer", "state"), "what was discovered is served");
        cloud.failsFromNowOn();
    }

    @Test
    void anEndpointWithNobodyBehindIt() throws Exception {
        JsonNode answer = awaitOnly(OFFLINE, "binding exchange");
        touched = false;
        assertTrue(of(answer, "binding exchange", "saw").startsWith("ERR_NGROK_3200: "), answer::toString);
        assertEquals("Start the agent or service that serves this endpoint.", of(answer, "binding exchange", "mend"));
        assertTrue(inState(answer, "skipped").containsAll(List.of("first bytes", "answer")), answer::toString);
    }

    @Test
    void aNameThatIsNone() throws Exception {
        Result result = daemon.ngrokctl("doctor", "helo.demo").exits(1);
        assertTrue(result.output().contains("no endpoint is named helo.demo") && result.output().contains("Did you mean hello.demo"), result::toString);
    }

    @Test
    void noDaemon() throws Exception {
        Daemon other = machine.daemon("other").writeConfig();
        daemon.await("it says what it can find out", () -> {
            Result good = other.ngrokctl("doctor", "hello.demo", "--config", other.config().toString()).exits(3);
            return good.output().contains("there is no socket at " + other.socket()) && good.output().contains(other.config() + " is good")
                    && good.output().contains("an ngrokd answers at http://127.0.0.1:8081") && good.output().contains(daemon.socket().toString());
        });
        Machine.replace(other.config(), "servre: {}\n");
        JsonNode bad = JSON.readTree(other.ngrokctl("doctor", "--json", "--config", other.config().toString()).exits(3).output());
        assertEquals(List.of("daemon", "config"), inState(bad, "failed"), bad::toString);
        assertTrue(of(bad, "config", "saw").contains("did you mean 'server'"), bad::toString);
    }
}

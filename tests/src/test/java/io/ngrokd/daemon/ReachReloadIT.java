package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * How ngrok is reached changes while the daemon runs: API, proxy, ingress. It counts for what comes; connections that are there
 * go on over the way that they were made by.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReachReloadIT {

    private static final String WEB = "http://hello.demo";
    private static final String TCP = "tcp://echo.demo:7000";
    private static final String PROXY = "http://ali:open%20sesame@127.0.0.1:" + ProxyLab.PORT;

    private Machine machine;
    private Daemon daemon;
    private Path proxyLog;
    private Connection staying;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(ReachReloadIT.class);
        Files.writeString(machine.hosts(), Machine.text(machine.hosts()) + "127.0.0.1 ingress.test\n");
        Cloud cloud = Cloud.startAs(machine, "ingress.test", WEB, TCP);
        proxyLog = ProxyLab.start(machine, cloud);
        // Each request and each connection shows by itself which way is in force.
        daemon = machine.daemon("daemon").of(cloud).set("ingress.http_pool", false).set("proxy.no_proxy", "[127.0.0.1, localhost]").start();
        daemon.awaitServed(WEB, TCP);
        staying = Connection.open(machine, daemon.address(TCP), 7000).send("x").read(1);
    }

    @AfterAll
    void stop() throws IOException {
        if (staying != null) {
            staying.close();
        }
        if (machine != null) {
            machine.close();
        }
    }

    /** Saves a changed file, waits until that shows, and says how long it took; the connection from before is still there then. */
    private void change(String key, String value, String what, Wait.Condition shows) throws Exception {
        daemon.set(key, value).writeConfig();
        long begin = System.nanoTime();
        daemon.await(what, shows);
        System.out.printf("%s=%s: %s after %d ms%n", key, value.replaceFirst("//.*@", "//***@"), what,
                (System.nanoTime() - begin) / 1_000_000);
        staying.send("x").read(1);
    }

    private boolean lastPollIs(boolean good) throws IOException {
        return daemon.status().path("last_poll").path("ok").asBoolean() == good;
    }

    private Result curl() throws Exception {
        return machine.run("curl", "-sS", "--max-time", "20", WEB + "/");
    }

    private long connects() throws IOException {
        return Machine.text(proxyLog).lines().filter(line -> line.equals("CONNECT ingress.test:4443 let through")).count();
    }

    @Test
    @Order(1)
    void theApi() throws Exception {
        change("api.url", "http://127.0.0.1:4999", "a poll at the new address failed", () -> lastPollIs(false));
        JsonNode status = daemon.status();
        assertEquals("http://127.0.0.1:4999", status.path("api_url").asText());
        assertTrue(status.path("last_poll").path("error").asText().contains("127.0.0.1:4999"), status::toString);
        daemon.awaitServed(WEB, TCP);
        assertTrue(curl().output().contains("endpoint: " + WEB));
        change("api.url", "http://localhost:4040", "a poll at the right one is good", () -> lastPollIs(true));
        assertEquals("http://localhost:4040", daemon.status().path("api_url").asText());
        assertEquals(1, daemon.log().lines().filter(line -> line.contains("Registered")).count(), "nobody registered anew");
    }

    @Test
    @Order(2)
    void theProxy() throws Exception {
        assertEquals(0, connects());
        change("proxy.url", PROXY, "a new connection is made through the proxy", () -> curl().exitCode() == 0 && connects() > 0);
        assertTrue(daemon.status().path("proxy").asText().contains("***@127.0.0.1:" + ProxyLab.PORT), daemon.status()::toString);
        change("proxy.url", "http://ali:wrong@127.0.0.1:" + ProxyLab.PORT, "the proxy refuses the new password", () -> curl().output()
                .contains("407"));
        change("proxy.no_proxy", "[127.0.0.1, localhost, ingress.test]", "the ingress is reached without the proxy", () -> curl().output()
                .contains("endpoint: " + WEB));
        long before = connects();
        assertTrue(curl().output().contains("endpoint: " + WEB));
        assertEquals(before, connects());
    }

    @Test
    @Order(3)
    void theIngress() throws Exception {
        change("ingressEndpoint", "ingress.test:4444", "new connections go where nobody is", () -> curl().output().contains("UNREACHABLE"));
        assertEquals("ingress.test:4444", daemon.status().path("ingress_endpoint").asText());
        change("ingressEndpoint", "ingress.test:4443", "and come back", () -> curl().output().contains("endpoint: " + WEB));
        assertFalse(daemon.log().contains("Endpoint removed"), daemon::log);
        assertEquals(1, daemon.log().split("Backend chosen. role=netif", -1).length - 1, "nobody touched addresses");
    }
}

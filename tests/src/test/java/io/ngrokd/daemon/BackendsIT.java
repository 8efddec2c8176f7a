package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Where addresses and ports come from, and what happens when there are none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackendsIT {

    private static final String FIRST = "http://first.demo";
    private static final String SECOND = "tcp://second.demo:7000";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(BackendsIT.class);
        cloud = Cloud.start(machine);
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @BeforeEach
    void prepare() throws Exception {
        cloud.serves(FIRST, SECOND);
        daemon = machine.daemon("daemon" + ++count).of(cloud);
    }

    @AfterEach
    void end() throws Exception {
        daemon.stop();
    }

    @Test
    void theBestBackendThatWorksIsTakenAndTheReasonsAreShown() throws Exception {
        daemon.start().awaitServed(FIRST, SECOND);
        JsonNode netif = daemon.status().path("netif");
        boolean dummy = machine.run("ip", "link", "add", "probe0", "type", "dummy").exitCode() == 0;
        assertEquals(dummy ? "linux-dummy" : "linux-bridge", netif.path("backend").asText(), netif::toString);
        assertEquals(List.of("linux-dummy", "linux-bridge", "linux-lo", "linux-loopback"),
                netif.path("choices").valueStream().map(choice -> choice.path("name").asText()).toList());
        if (!dummy) {
            assertTrue(netif.path("choices").path(0).path("reason").asText().contains("EOPNOTSUPP"), netif::toString);
            assertTrue(daemon.log().contains("backend=linux-dummy available=false"), "and logged");
        }
        assertTrue(machine.addresses().contains("10.107.0.1/16 ngrokd0"), () -> "the gateway address");
        assertEquals(2, machine.addresses().stream().filter(address -> address.startsWith("10.107.") && !address.startsWith("10.107.0.1/")).count());
    }

    @Test
    void addressesOnLoWhenTheConfigSaysSo() throws Exception {
        daemon.set("plugins.netif", "linux-lo").start().awaitServed(FIRST, SECOND);
        assertEquals("linux-lo", daemon.status().path("netif").path("backend").asText());
        assertEquals(List.of("lo"), machine.interfaces().stream().filter(name -> !name.startsWith("probe")).toList());
        assertTrue(machine.addresses().stream().anyMatch(address -> address.equals(served(FIRST) + "/32 lo")));
        machine.run("curl", "-sS", "--fail", FIRST).ok();
        assertEquals(0, daemon.terminate());
        assertFalse(machine.addresses().stream().anyMatch(address -> address.startsWith("10.107.")));
    }

    @Test
    void aBackendThatDoesNotExistOrWorkIsNamed() throws Exception {
        daemon.set("plugins.netif", "linux-dumy").start();
        daemon.awaitState(FIRST, "degraded", "linux-dumy", "linux-dummy");
        assertTrue(daemon.ngrokctl("list").ok().output().contains("linux-dumy"));
    }

    @Test
    void withoutPrivilegesEndpointsAreServedOnLoopback() throws Exception {
        cloud.serves("http://first.demo:8080", SECOND);
        Path hosts = Files.writeString(daemon.folder().resolve("hosts"), "127.0.0.1 localhost\n");
        daemon.set("server.ingress_ca", readableCa()).asNobody().environment("NGROKD_HOSTS_PATH", hosts.toString()).start().awaitServed("http://first.demo:8080", SECOND);
        JsonNode netif = daemon.status().path("netif");
        assertEquals("linux-loopback", netif.path("backend").asText(), netif::toString);
        for (JsonNode choice : netif.path("choices")) {
            assertEquals(choice.path("chosen").asBoolean(), choice.path("available").asBoolean(), choice::toString);
            assertFalse(choice.path("reason").asText().isEmpty());
        }
        String address = daemon.address("http://first.demo:8080");
        assertTrue(address.startsWith("127."), address);
        assertTrue(Machine.text(hosts).contains(address + "\tfirst.demo\n"));
        assertTrue(machine.run("curl", "-sS", "--fail", "--connect-to", "::" + address + ":8080", "http://first.demo:8080/")
                .ok().output().contains("endpoint: http://first.demo:8080"));
        assertEquals("x", machine.run("x", Map.of(), "nc", "-N", daemon.address(SECOND), "7000").ok().output());
        assertEquals(0, daemon.terminate());
        assertEquals("127.0.0.1 localhost\n", Machine.text(hosts));
    }

    @Test
    void withoutPrivilegesALowPortIsExplainedAndTheOthersGoOn() throws Exception {
        machine.shell("echo 1024 > /proc/sys/net/ipv4/ip_unprivileged_port_start").ok();
        Path hosts = Files.writeString(daemon.folder().resolve("hosts"), "");
        daemon.set("server.ingress_ca", readableCa()).asNobody().environment("NGROKD_HOSTS_PATH", hosts.toString()).start();
        daemon.awaitState(SECOND, "ready");
        daemon.awaitState(FIRST, "degraded", "80");
        assertEquals("x", machine.run("x", Map.of(), "nc", "-N", daemon.address(SECOND), "7000").ok().output());
    }

    @Test
    void exhaustionIsAnErrorOfThoseThatGotNone() throws Exception {
        String[] urls = {"http://a.demo", "http://b.demo", "http://c.demo", "http://d.demo", "http://e.demo", "http://f.demo", "http://g.demo"};
        cloud.serves(urls);
        daemon.set("net.subnet", "10.107.0.0/29").start();
        daemon.await("all are listed", () -> daemon.list().size() == urls.length);
        List<JsonNode> without = daemon.list().valueStream().filter(endpoint -> endpoint.path("state").asText().equals("degraded")).toList();
        assertEquals(2, without.size(), () -> "8 less network, broadcast and gateway: " + without);
        for (JsonNode endpoint : without) {
            assertTrue(endpoint.path("reason").asText().contains("no address is left in 10.107.0.0/29"), endpoint::toString);
        }
        machine.run("curl", "-sS", "--fail", "http://a.demo/").ok();
        cloud.serves("http://c.demo", "http://f.demo", "http://g.demo");
        daemon.awaitServed("http://c.demo", "http://f.demo", "http://g.demo");
        machine.run("curl", "-sS", "--fail", "http://g.demo/").ok();
    }

    @Test
    void anAddressThatSomebodyDeletesIsRestored() throws Exception {
        daemon.start().awaitServed(FIRST, SECOND);
        String address = machine.addresses().stream().filter(line -> line.startsWith(served(FIRST) + "/")).findFirst().orElseThrow();
        // It may be back before anybody could look.
        machine.run("ip", "address", "delete", address.split(" ")[0], "dev", address.split(" ")[1]).ok();
        daemon.await("the address is back", () -> machine.addresses().contains(address));
        daemon.await("it answers", () -> machine.run("curl", "-sS", "--fail", "--max-time", "20", FIRST).exitCode() == 0);
    }

    @Test
    void anInterfaceThatSomebodyDeletesIsRestored() throws Exception {
        daemon.start().awaitServed(FIRST, SECOND);
        machine.run("ip", "link", "delete", "ngrokd0").ok();
        daemon.await("it answers again", () -> machine.run("curl", "-sS", "--fail", "--max-time", "20", FIRST).exitCode() == 0);
        assertEquals("x", machine.run("x", Map.of(), "nc", "-N", "second.demo", "7000").ok().output());
    }

    @Test
    void whenAnotherProgramHasThePortTheNextIsTakenAndGivenBack() throws Exception {
        Process other = machine.start(machine.builder(Map.of(), List.of("nc", "-l", "-k", "0.0.0.0", "7000")));
        Wait.until("the other program listens", () -> "", () -> machine.shell("ss -ltn | grep -q 0.0.0.0:7000").exitCode() == 0);
        daemon.start();
        daemon.await("the next port is taken", () -> daemon.endpoint(SECOND).orElseThrow().path("port").asInt() == 7001);
        JsonNode moved = daemon.endpoint(SECOND).orElseThrow();
        assertTrue(moved.path("local_listener").asBoolean(), moved::toString);
        assertTrue(moved.path("reason").asText().contains("7000") && moved.path("reason").asText().contains("7001"), moved::toString);
        assertTrue(daemon.ngrokctl("list").ok().output().contains(daemon.address(SECOND) + ":7001"));
        assertEquals("x", machine.run("x", Map.of(), "nc", "-N", "second.demo", "7001").ok().output());
        machine.run("curl", "-sS", "--fail", FIRST).ok();

        other.destroy();
        daemon.await("it moves back", () -> daemon.endpoint(SECOND).orElseThrow().path("port").asInt() == 7000);
        daemon.awaitServed(FIRST, SECOND);
        assertEquals("x", machine.run("x", Map.of(), "nc", "-N", "second.demo", "7000").ok().output());
    }

    /** The cloud keeps its state to itself. */
    private Path readableCa() throws IOException {
        return Files.writeString(daemon.folder().resolve("ca.pem"), Machine.text(cloud.ca()));
    }

    private String served(String url) {
        try {
            return daemon.address(url);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}

package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Where endpoints are listened for when addresses are shared: on all of them, on an interface, side by side with virtual ones. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkModeIT {

    private static final String ONE = "http://one.demo";
    private static final String TWO = "http://two.demo";
    private static final String DB = "tcp://db.demo:7000";
    private static final String LAN = "192.168.77.1";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(NetworkModeIT.class);
        // A bridge stands for a network card: every kernel has it, and without members it is up all the same.
        machine.shell("ip link add lan0 type bridge && ip link set lan0 up").ok();
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
        machine.shell("ip link set lan0 up; ip address flush dev lan0; ip address add " + LAN + "/24 dev lan0").ok();
        cloud.serves(ONE, TWO, DB);
        // What these tests look at is where it listens; without DNS this machine finds the names in its hosts file.
        daemon = machine.daemon("daemon" + ++count).of(cloud).set("dns.enabled", false);
    }

    @AfterEach
    void end() throws Exception {
        daemon.stop();
    }

    @Test
    void onAllAddressesEndpointsShareTheirPortsAndRawStreamsHaveTheirOwn() throws Exception {
        daemon.set("net.listen_interface", "\"0.0.0.0\"").start().awaitServed(ONE, TWO, DB);
        for (String address : List.of(LAN, "127.0.0.1")) {
            assertTrue(curl(address, "one.demo").contains("endpoint: " + ONE));
            assertTrue(curl(address, "two.demo").contains("endpoint: " + TWO));
            assertEquals("x", machine.run("x", Map.of(), "nc", "-N", address, "9080").ok().output());
        }
        JsonNode one = daemon.endpoint(ONE).orElseThrow();
        assertEquals("80 80 0.0.0.0 true", text(one, "port", "network_port", "listen_interface", "local_listener"));
        assertEquals("7000 9080 0.0.0.0 true", text(daemon.endpoint(DB).orElseThrow(), "port", "network_port", "listen_interface", "local_listener"));
        assertTrue(daemon.ngrokctl("list").ok().output().contains("0.0.0.0:9080"));
        assertEquals("{\n  \"db.demo:7000\" : 9080\n}\n", Machine.text(daemon.state("network_ports.json")));
        // Endpoints are served before it is told how their names are found.
        daemon.await("status has it", () -> daemon.status().path("network").path("addresses").toString().contains(LAN));
        assertTrue(daemon.ngrokctl("status").ok().output().contains("this machine is " + LAN));
    }

    @Test
    void aPortOfItsOwnStaysAcrossRestartsAndMovesWhenItStaysTaken() throws Exception {
        daemon.set("net.listen_interface", "\"0.0.0.0\"").start().awaitServed(ONE, TWO, DB);
        assertEquals(0, daemon.terminate());
        cloud.serves(ONE, TWO, DB, "tcp://a.demo:7000");
        daemon.start().awaitServed(ONE, TWO, DB, "tcp://a.demo:7000");
        assertEquals("9080", text(daemon.endpoint(DB).orElseThrow(), "network_port"));
        assertEquals("9081", text(daemon.endpoint("tcp://a.demo:7000").orElseThrow(), "network_port"));
        assertEquals(0, daemon.terminate());

        Process other = machine.start(machine.builder(Map.of(), List.of("nc", "-l", "-k", "0.0.0.0", "9080")));
        Wait.until("the other program listens", () -> "", () -> machine.shell("ss -ltn | grep -q 0.0.0.0:9080").exitCode() == 0);
        daemon.start().awaitServed(ONE, TWO, DB, "tcp://a.demo:7000");
        assertEquals("9082", text(daemon.endpoint(DB).orElseThrow(), "network_port"), "9081 is another's");
        assertEquals("x", machine.run("x", Map.of(), "nc", "-N", LAN, "9082").ok().output());
        daemon.await("the lease moved", () -> Machine.text(daemon.state("network_ports.json")).contains("\"db.demo:7000\" : 9082"));
        other.destroy();
    }

    @Test
    void anInterfaceIsFollowedWhenItsAddressChanges() throws Exception {
        daemon.set("net.listen_interface", "lan0").start().awaitServed(ONE, TWO, DB);
        assertTrue(curl(LAN, "one.demo").contains("endpoint: " + ONE));
        assertEquals(LAN + " lan0", text(daemon.endpoint(ONE).orElseThrow(), "ip", "listen_interface"));
        daemon.await("without DNS the hosts file stands in", () -> Machine.text(machine.hosts()).contains(LAN + "\tone.demo\n"));
        assertFalse(machine.shell("ss -Hltn").ok().output().contains("0.0.0.0:80 "), "nowhere else");

        machine.shell("ip address add 192.168.77.9/24 dev lan0 && ip address delete " + LAN + "/24 dev lan0"
                + " && (ip address show dev lan0 | grep -q 192.168.77.9 || ip address add 192.168.77.9/24 dev lan0)").ok();
        daemon.await("it listens at the new address", () -> daemon.endpoint(ONE).orElseThrow().path("ip").asText().equals("192.168.77.9"));
        daemon.awaitServed(ONE, TWO, DB);
        assertTrue(curl("192.168.77.9", "two.demo").contains("endpoint: " + TWO));
        assertEquals("x", machine.run("x", Map.of(), "nc", "-N", "192.168.77.9", "9080").ok().output());
        daemon.await("the hosts file follows", () -> Machine.text(machine.hosts()).contains("192.168.77.9\tone.demo\n"));

        machine.run("ip", "link", "set", "lan0", "down").ok();
        daemon.awaitState(ONE, "degraded", "'lan0' is an interface that is down");
        machine.run("ip", "link", "set", "lan0", "up").ok();
        daemon.awaitServed(ONE, TWO, DB);
        assertTrue(curl("192.168.77.9", "one.demo").contains("endpoint: " + ONE));
    }

    @Test
    void aWrongNameListsTheRightOnesAndTheOthersAreServed() throws Exception {
        daemon.set("net.listen_interface", "eth7").set("net.overrides", "{two.demo: lan0, db.demo: 192.168.99.99}").start();
        daemon.awaitState(TWO, "ready");
        daemon.awaitState(ONE, "degraded", "net.listen_interface: 'eth7'", "lan0 (" + LAN + ")");
        daemon.awaitState(DB, "degraded", "net.overrides, db.demo: '192.168.99.99' is no address of this machine");
        machine.run("ip", "address", "add", "192.168.99.99/24", "dev", "lan0").ok();
        daemon.awaitState(DB, "ready");
    }

    @Test
    void virtualAndSharedEndpointsLiveOnTheSamePort() throws Exception {
        daemon.set("net.listen_interface", "\"0.0.0.0\"").set("net.overrides", "{one.demo: virtual}").start().awaitServed(ONE, TWO, DB);
        String own = daemon.address(ONE);
        assertTrue(own.startsWith("10.107."), own);
        assertTrue(curl(own, "one.demo").contains("endpoint: " + ONE));
        assertTrue(curl(own, "any.name").contains("endpoint: " + ONE), "its own address leads nowhere else");
        assertTrue(curl(LAN, "two.demo").contains("endpoint: " + TWO));
        assertEquals(421, code(LAN, "one.demo"), "nor does it answer at the shared one");

        daemon.set("net.overrides", "{}").writeConfig().hup();
        daemon.await("it is shared now", () -> daemon.endpoint(ONE).orElseThrow().path("ip").asText().equals("0.0.0.0"));
        daemon.awaitServed(ONE, TWO, DB);
        assertTrue(curl(LAN, "one.demo").contains("endpoint: " + ONE));

        daemon.set("net.listen_interface", "virtual").writeConfig().hup();
        daemon.await("all are virtual now", () -> daemon.list().valueStream().allMatch(each -> each.path("ip").asText().startsWith("10.107.")));
        daemon.awaitServed(ONE, TWO, DB);
        for (String host : List.of("one.demo", "two.demo")) {
            assertTrue(machine.run("curl", "-sS", "--fail", "http://" + host + "/").ok().output().contains("endpoint: http://" + host));
        }
        daemon.await("nobody listens on all addresses", () -> !machine.shell("ss -Hltn").ok().output().contains("0.0.0.0:80 "));

        daemon.set("net.overrides", "{two.demo: \"0.0.0.0\"}").writeConfig().hup();
        daemon.await("one is shared again", () -> daemon.endpoint(TWO).orElseThrow().path("ip").asText().equals("0.0.0.0"));
        daemon.awaitServed(ONE, TWO, DB);
        assertTrue(curl(daemon.address(ONE), "one.demo").contains("endpoint: " + ONE));
        assertTrue(curl(LAN, "two.demo").contains("endpoint: " + TWO));
    }

    @Test
    void onlyWhatAChangeConcernsIsBoundAnew() throws Exception {
        daemon.set("net.listen_interface", "lan0").set("net.overrides", "{db.demo: virtual}").start().awaitServed(ONE, TWO, DB);
        try (Connection connection = Connection.open(machine, daemon.address(DB), 7000)) {
            connection.send("abc").read(3);
            daemon.set("net.listen_interface", "\"0.0.0.0\"").set("net.start_port", 9100).writeConfig().hup();
            daemon.await("it is everywhere", () -> daemon.endpoint(ONE).orElseThrow().path("ip").asText().equals("0.0.0.0"));
            daemon.awaitServed(ONE, TWO, DB);
            connection.send("def").read(3);
        }
    }

    private String curl(String address, String host) throws IOException, InterruptedException {
        return machine.run("curl", "-sS", "--fail", "--max-time", "60", "--connect-to", "::" + address + ":80", "http://" + host + "/")
                .ok().output();
    }

    private int code(String address, String host) throws IOException, InterruptedException {
        return Integer.parseInt(machine.run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "60",
                "--connect-to", "::" + address + ":80", "http://" + host + "/").ok().output());
    }

    private static String text(JsonNode endpoint, String... fields) {
        return String.join(" ", List.of(fields).stream().map(field -> endpoint.path(field).asText()).toList());
    }
}

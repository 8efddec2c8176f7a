package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What ngrokd adds to a machine goes again, however the daemon ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CleanUpIT {

    private static final String FIRST = "http://first.demo";
    private static final String SECOND = "tcp://second.demo:7000";

    private Machine machine;
    private Cloud cloud;
    private byte[] hostsBefore;
    private List<String> addressesBefore;
    private List<String> etcBefore;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(CleanUpIT.class);
        cloud = Cloud.start(machine);
        hostsBefore = Files.readAllBytes(machine.hosts());
        addressesBefore = machine.addresses();
        etcBefore = machine.run("ls", "-A", "/etc").ok().lines();
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @BeforeEach
    void serve() throws Exception {
        cloud.serves(FIRST, SECOND);
        daemon = machine.daemon("daemon" + ++count).of(cloud).start();
        daemon.awaitServed(FIRST, SECOND);
        assertTrue(machine.interfaces().contains("ngrokd0"));
        assertTrue(Machine.text(machine.hosts()).contains("first.demo"));
    }

    @AfterEach
    void end() throws Exception {
        daemon.stop();
    }

    @Test
    void sigtermLeavesNothing() throws Exception {
        assertEquals(0, daemon.terminate());
        assertNothingIsLeft();
    }

    @Test
    void sigintLeavesNothing() throws Exception {
        machine.run("kill", "-INT", Long.toString(daemon.pid())).ok();
        daemon.awaitEnd();
        assertNothingIsLeft();
    }

    @Test
    void sigtermDoesNotWaitForConnectionsForEver() throws Exception {
        Process held = machine.start(machine.builder(Map.of(), List.of("sh", "-c", "sleep 600 | nc second.demo 7000")));
        daemon.await("a connection is open", () -> daemon.endpoint(SECOND).orElseThrow().path("connections").asLong() == 1);
        assertEquals(0, daemon.terminate());
        assertNothingIsLeft();
        held.destroy();
    }

    @Test
    void afterKill9AStartLeavesNoLeftoversAndServes() throws Exception {
        String gone = daemon.address(SECOND);
        daemon.kill9();
        assertTrue(Machine.text(machine.hosts()).contains("second.demo"), "a killed daemon leaves its section");
        cloud.serves(FIRST);
        daemon.startAsIs().awaitServed(FIRST);
        assertFalse(Machine.text(machine.hosts()).contains("second.demo"));
        assertFalse(machine.addresses().stream().anyMatch(address -> address.startsWith(gone + "/")));
        machine.run("curl", "-sS", "--fail", FIRST).ok();
        assertEquals(0, daemon.terminate());
        assertNothingIsLeft();
    }

    @Test
    void afterKill9CleanupLeavesNothing() throws Exception {
        daemon.kill9();
        assertTrue(machine.interfaces().contains("ngrokd0"));
        assertTrue(daemon.cleanup().ok().output().contains("Cleaned up."));
        assertNothingIsLeft();
        assertTrue(daemon.cleanup().ok().output().contains("nothing to clean up"));
    }

    @Test
    void afterKill9AndAnotherInterfaceNameTheOldOneGoes() throws Exception {
        daemon.kill9();
        daemon.set("net.interface_name", "other0").start().awaitServed(FIRST, SECOND);
        assertFalse(machine.interfaces().contains("ngrokd0"), "the old one is gone");
        assertTrue(machine.interfaces().contains("other0"));
        machine.run("curl", "-sS", "--fail", FIRST).ok();
        assertEquals(0, daemon.terminate());
        assertNothingIsLeft();
    }

    @Test
    void afterKill9AndAnotherSubnetTheOldAddressesGo() throws Exception {
        daemon.kill9();
        daemon.set("net.subnet", "10.108.0.0/24").start().awaitServed(FIRST, SECOND);
        assertFalse(machine.addresses().stream().anyMatch(address -> address.startsWith("10.107.")), () -> "old addresses");
        machine.run("curl", "-sS", "--fail", FIRST).ok();
        assertEquals(0, daemon.terminate());
        assertNothingIsLeft();
    }

    @Test
    void cleanupIsRefusedWhileTheDaemonRuns() throws Exception {
        Result refused = daemon.cleanup().exits(1);
        assertTrue(refused.errors().contains("(pid " + daemon.pid() + ")"), refused::toString);
        machine.run("curl", "-sS", "--fail", FIRST).ok();
        assertEquals(0, daemon.ngrokctl("status").exitCode());
    }

    @Test
    void aSecondDaemonOnTheSameStateFolderIsRefused() throws Exception {
        Daemon second = machine.daemon("second").of(cloud).set("server.state_dir", daemon.state(""))
                .set("server.health_address", "127.0.0.1:8082").writeConfig();
        Result refused = second.runToItsEnd("--config=" + second.config()).exits(1);
        assertTrue(refused.errors().contains("another ngrokd") && refused.errors().contains("(pid " + daemon.pid() + ")"), refused::toString);
        machine.run("curl", "-sS", "--fail", FIRST).ok();
    }

    @Test
    void aSecondDaemonOnTheSameSocketIsRefused() throws Exception {
        Daemon second = machine.daemon("third").of(cloud).set("server.socket_path", daemon.socket())
                .set("server.health_address", "127.0.0.1:8082").writeConfig();
        Result refused = second.runToItsEnd("--config=" + second.config()).exits(1);
        assertTrue(refused.errors().contains(daemon.socket().toString()), refused::toString);
        assertEquals(0, daemon.ngrokctl("status").exitCode());
        machine.run("curl", "-sS", "--fail", FIRST).ok();
    }

    private void assertNothingIsLeft() throws Exception {
        assertArrayEquals(hostsBefore, Files.readAllBytes(machine.hosts()), "the hosts file, byte for byte");
        assertEquals(addressesBefore, machine.addresses());
        assertEquals(List.of("lo"), machine.interfaces());
        assertEquals(etcBefore, machine.run("ls", "-A", "/etc").ok().lines(), "no file beside it");
        assertFalse(Files.exists(daemon.socket()), "the socket");
    }
}

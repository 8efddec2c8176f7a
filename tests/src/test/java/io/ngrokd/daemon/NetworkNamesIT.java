package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Names that no hosts file can hold: the DNS server, this machine's way to it, and what stands in where there is none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkNamesIT {

    private static final String ONE = "http://one.demo";
    private static final String WILD = "http://*.wild.demo";
    private static final String LAN = "192.168.77.1";
    private static final String RESOLV_CONF = "# ours\nnameserver 192.168.77.53\n";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        try (Stream<Path> plugins = Files.list(Zip.home().resolve("plugins"))) {
            Assumptions.assumeTrue(plugins.anyMatch(jar -> jar.getFileName().toString().startsWith("dns-resolv-conf")),
                    "the zip has no plugin dns-resolv-conf");
        }
        machine = Machine.open(NetworkNamesIT.class);
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
        machine.shell("ip address flush dev lan0; ip address add " + LAN + "/24 dev lan0; rm -f /etc/resolv.conf").ok();
        Files.writeString(machine.path("/etc/resolv.conf"), RESOLV_CONF);
        cloud.serves(ONE, WILD);
        daemon = machine.daemon("daemon" + ++count).of(cloud).set("plugins.dns", "resolv-conf");
    }

    @AfterEach
    void end() throws Exception {
        daemon.stop();
    }

    @Test
    void namesBelowAVirtualWildcardAreFoundByEveryProgram() throws Exception {
        daemon.start().awaitServed(ONE, WILD);
        awaitWorking("resolv-conf");
        assertTrue(machine.run("curl", "-sS", "--fail", "http://any.wild.demo/").ok().output().contains("host:     any.wild.demo"));
        assertEquals(daemon.address(WILD), found("deep.below.wild.demo"));
        daemon.await("nothing keeps the names from being found", () -> text(daemon.endpoint(WILD).orElseThrow(), "reason").isEmpty());
        String status = daemon.ngrokctl("status").ok().output();
        assertTrue(status.contains("DNS server") && status.contains("on 127.0.107.53:53, 2 names"), status);
        assertTrue(status.contains("DNS routing") && status.contains("(resolv-conf)"), status);
        assertEquals(0, daemon.terminate());
        assertEquals(RESOLV_CONF, Machine.text(machine.path("/etc/resolv.conf")));
    }

    @Test
    void inNetworkModeEachAnswerIsTheAddressThatWasAskedAndFollowsTheLan() throws Exception {
        daemon.set("net.listen_interface", "\"0.0.0.0\"").start().awaitServed(ONE, WILD);
        awaitWorking("resolv-conf");
        assertEquals(LAN, dig(LAN, "one.demo"));
        assertEquals(LAN, dig(LAN, "any.wild.demo"));
        assertTrue(machine.run("curl", "-sS", "--fail", "http://one.demo/").ok().output().contains("endpoint: " + ONE));
        daemon.await("the resolver alone finds it", () -> !Machine.text(machine.hosts()).contains("one.demo"));
        machine.shell("ip address add 10.9.9.9/24 dev lan0").ok();
        daemon.await("it answers at the new address", () -> dig("10.9.9.9", "one.demo").equals("10.9.9.9"));
        machine.shell("ip address delete " + LAN + "/24 dev lan0").ok();
        daemon.await("the old one is gone", () -> !daemon.status().path("network").path("dns_listening").toString().contains(LAN));
        assertTrue(machine.run("curl", "-sS", "--fail", "http://one.demo/").ok().output().contains("endpoint: " + ONE));
    }

    @Test
    void whereTheResolverIsLeftAloneTheHostsFileStandsIn() throws Exception {
        daemon.set("net.listen_interface", "\"0.0.0.0\"").set("plugins.dns", "none").start().awaitServed(ONE, WILD);
        daemon.await("the hosts file stands in", () -> Machine.text(machine.hosts()).contains("127.0.0.1\tone.demo\n"));
        assertTrue(machine.run("curl", "-sS", "--fail", "http://one.demo/").ok().output().contains("endpoint: " + ONE));
        assertEquals(LAN, dig(LAN, "any.wild.demo"), "the LAN finds all");
        daemon.await("status says so",
                () -> daemon.status().path("dns").path("reason").asText().contains("the hosts file has the exact names"));
        daemon.awaitState(WILD, "ready", "do not find names below wild.demo");
        assertEquals(RESOLV_CONF, Machine.text(machine.path("/etc/resolv.conf")));

        daemon.set("plugins.dns", "resolv-conf").writeConfig().hup();
        awaitWorking("resolv-conf");
        daemon.await("it does no more", () -> !Machine.text(machine.hosts()).contains("one.demo"));
        assertTrue(machine.run("curl", "-sS", "--fail", "http://any.wild.demo/").ok().output().contains("host:     any.wild.demo"));
    }

    @Test
    void whatAStrategyDidIsUndoneWhenItDoesNotWork() throws Exception {
        machine.shell("sed -i 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf || echo 'hosts: files' > /etc/nsswitch.conf").ok();
        try {
            daemon.set("net.listen_interface", "\"0.0.0.0\"").start().awaitServed(ONE, WILD);
            daemon.await("it gave up", () -> daemon.status().path("warnings").toString().contains("resolv-conf: the system's resolver does not find"));
            daemon.await("it is undone", () -> Machine.text(machine.path("/etc/resolv.conf")).equals(RESOLV_CONF));
            daemon.await("the hosts file stands in", () -> Machine.text(machine.hosts()).contains("127.0.0.1\tone.demo\n"));
        } finally {
            machine.shell("sed -i 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf").ok();
        }
    }

    @Test
    void cleanupPutsBackWhatAKilledDaemonChanged() throws Exception {
        daemon.start().awaitServed(ONE, WILD);
        awaitWorking("resolv-conf");
        daemon.kill9();
        assertFalse(RESOLV_CONF.equals(Machine.text(machine.path("/etc/resolv.conf"))), "it is left");
        daemon.cleanup().ok();
        assertEquals(RESOLV_CONF, Machine.text(machine.path("/etc/resolv.conf")));
    }

    private void awaitWorking(String strategy) throws InterruptedException {
        daemon.await(strategy + " is seen to work", () -> daemon.status().path("dns").path("backend").asText().equals(strategy));
    }

    private String dig(String server, String name) throws IOException, InterruptedException {
        return machine.run("dig", "+short", "+tries=3", "+time=5", "@" + server, name, "A").output().strip();
    }

    private String found(String name) throws IOException, InterruptedException {
        return machine.run("getent", "ahostsv4", name).ok().output().split("\\s+")[0];
    }

    private static String text(JsonNode endpoint, String field) {
        return endpoint.path(field).asText();
    }
}

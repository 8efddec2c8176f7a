package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host that is no legal name, or that would hijack, is refused alone; the API's word is not enough. */
class RefusedHostsIT {

    private static final String FINE = "http://fine.demo";

    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        machine = Machine.open(RefusedHostsIT.class);
    }

    @AfterEach
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void hostsThatWouldHijackAreRefusedAlone() throws Exception {
        String own = machine.run("uname", "-n").ok().output().strip().toLowerCase(Locale.ROOT);
        Files.writeString(machine.hosts(), Machine.text(machine.hosts()) + "127.0.0.1 ingress.test api.test\n");
        String before = Machine.text(machine.hosts());
        String[] hijackers = {"localhost", "x.localhost", "wpad", "wpad.corp.test", own, "ingress.test", "ip6-allnodes", "*.test"};
        List<String> urls = new ArrayList<>(List.of(FINE));
        List.of(hijackers).forEach(host -> urls.add("http://" + host));
        Cloud cloud = Cloud.startAs(machine, "ingress.test", urls.toArray(String[]::new));
        Daemon daemon = machine.daemon("daemon").of(cloud).start();
        daemon.awaitState(FINE, "ready");
        assertRefused(daemon, hijackers.length);
        assertTrue(daemon.endpoint("http://ingress.test").orElseThrow().path("reason").asText().contains("hijack"));
        Result list = daemon.ngrokctl("list").ok();
        assertTrue(list.output().contains("refused") && list.output().contains("hijack"), list::toString);
        machine.run("curl", "-sS", "--fail", FINE).ok();
        assertEquals(0, daemon.terminate());
        assertEquals(before, Machine.text(machine.hosts()));
    }

    @Test
    void hostsThatAreNoNamesNeverReachTheFile() throws Exception {
        List<String> odd = List.of("two words", "line\\nbreak.demo", "return\\rbreak.demo", "tab\\tbed.demo", "comment#.demo", "empty..label",
                ".leading", "-dash.demo", "dash-.demo", "10.0.0.1", "127.1", "a.*.demo", "b\\u00fccher.demo".replace("\\u00fc", "\u00fc"),
                "x".repeat(64) + ".demo", ("x".repeat(60) + ".").repeat(5) + "demo", "nul\\0.demo", "# END ngrokd managed section");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp",
                machine.home() + "/lib/*:" + Path.of(OddCloud.class.getProtectionDomain().getCodeSource().getLocation().toURI()),
                OddCloud.class.getName(), machine.folder().resolve("cloud").toString(), "fine.demo"));
        command.addAll(odd);
        Path log = machine.folder().resolve("odd-cloud.log");
        machine.start(machine.builder(Map.of("LC_ALL", "C.UTF-8"), command).redirectErrorStream(true).redirectOutput(log.toFile()));
        Wait.until("the odd cloud is up", () -> log.toString(), () -> Machine.text(log).contains("up at"));
        Daemon daemon = machine.daemon("daemon").set("ingressEndpoint", "localhost:" + Cloud.INGRESS_PORT)
                .set("server.ingress_ca", machine.folder().resolve("cloud/ca.pem")).start();
        String before = Machine.text(machine.hosts()).replaceAll("(?s)# BEGIN.*", "");
        daemon.awaitState(FINE, "ready");
        assertRefused(daemon, odd.size());
        String hosts = Machine.text(machine.hosts());
        assertEquals(before, hosts.replaceAll("(?s)# BEGIN.*", ""));
        assertEquals(List.of("# BEGIN ngrokd managed section", daemon.address(FINE) + "\tfine.demo", "# END ngrokd managed section"),
                hosts.lines().dropWhile(line -> !line.startsWith("# BEGIN")).toList());
        machine.run("curl", "-sS", "--fail", FINE).ok();
        Result list = daemon.ngrokctl("list").ok();
        assertFalse(list.output().contains("\r") || list.output().contains("\u0000"), "control characters do not reach the terminal");
        assertEquals(0, daemon.terminate());
    }

    private static void assertRefused(Daemon daemon, int count) throws IOException {
        List<JsonNode> refused = daemon.list().valueStream().filter(endpoint -> endpoint.path("state").asText().equals("refused")).toList();
        assertEquals(count, refused.size(), () -> "refused: " + refused);
        assertEquals(count, daemon.status().path("endpoints_refused").asInt());
        for (JsonNode endpoint : refused) {
            assertFalse(endpoint.path("reason").asText().isEmpty(), endpoint::toString);
        }
    }
}

package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** What plans say is what then happens, and planning changes nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlanIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ONE = "http://one.demo";
    private static final String TWO = "http://two.demo:8000";
    private static final String LAN = "192.168.77.1";
    private static final String RESOLV_CONF = "/etc/resolv.conf";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private Daemon running;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(PlanIT.class);
        machine.shell("ip link add lan0 type bridge && ip link set lan0 up && ip address add " + LAN + "/24 dev lan0"
                + " && printf 'nameserver 192.0.2.53\\n' > /etc/resolv.conf").ok();
        cloud = Cloud.start(machine, ONE, TWO);
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @AfterEach
    void end() throws Exception {
        if (daemon != running) {
            daemon.stop();
        }
    }

    /** The daemon of all tests but one. */
    private void running() throws Exception {
        if (running == null) {
            running = machine.daemon("running").of(cloud);
            daemon = running;
            daemon.start().awaitServed(ONE, TWO);
        }
        daemon = running;
        awaitNothingToDo();
    }

    @Test
    @Order(1)
    void aStartMakesWhatItsPlanSays() throws Exception {
        daemon = machine.daemon("started").of(cloud);
        assertTrue(daemon.writeConfig().plan().output().contains("not registered at ngrok yet"), "nothing is known before the first start");
        assertFalse(Files.exists(daemon.state("")), "a plan makes no state folder");
        daemon.start().awaitServed(ONE, TWO);
        daemon.await("the listing is kept", () -> Files.exists(daemon.state("endpoints.json")));
        assertEquals(0, daemon.terminate());

        Snapshot before = Snapshot.of(machine, daemon);
        JsonNode plan = JSON.readTree(daemon.plan("--json", "--exit-code").exits(1).output());
        String text = text(plan);
        assertEquals(before, Snapshot.of(machine, daemon), "planning changes nothing");
        assertTrue(text.contains("+ 10.107.0.2\tone.demo\n") && text.contains("+ one.demo:80 at 10.107.0.2:80\n")
                && text.contains("the last run saw"), text);

        daemon.start().awaitServed(ONE, TWO);
        isAsPlanned(plan, before);
        assertTrue(daemon.plan().exits(1).errors().contains("ngrokctl plan"), "a daemon that runs is asked itself");

        assertEquals(0, daemon.terminate());
        Files.delete(daemon.state("endpoints.json"));
        String listed = daemon.plan().ok().output();
        assertTrue(listed.contains("ngrok lists now") && listed.contains("+ 10.107.0.2\tone.demo\n"), listed);
        assertFalse(Files.exists(daemon.state("endpoints.json")), "nor does it keep what it asked for");

        String looking = daemon.asNobody().plan().ok().output();
        assertTrue(looking.contains("@@ hosts file: hosts-file @@\n! ngrokd may not read or write /etc/hosts; run it as root")
                && Pattern.compile("(?m)^! 127[.\\d]+:80   \\(listening on .* needs a privilege;").matcher(looking).find(), looking);
    }

    /** The last one: from here on it is another daemon. */
    @Test
    @Order(4)
    void aReloadMakesWhatThePlanOfItsConfigSays() throws Exception {
        running();
        Snapshot before = Snapshot.of(machine, daemon);
        Path candidate = Files.writeString(daemon.folder().resolve("candidate.yml"), Machine.text(daemon.config())
                + "net: {listen_interface: 0.0.0.0}\nhttp: {forwarded_headers: false}\n");
        JsonNode plan = JSON.readTree(daemon.ngrokctl("plan", "--json", candidate.toString()).ok().output());
        String text = text(plan);
        assertEquals(before, Snapshot.of(machine, daemon), "planning changes nothing");
        assertTrue(text.contains("~ one.demo:80 moves from 10.107.0.2:80 to 0.0.0.0:80") && text.contains("- 10.107.0.2:80\n")
                && text.contains("+ 0.0.0.0:80\n") && text.contains("+ nameserver 127.0.107.53"), text);

        Machine.replace(daemon.config(), Machine.text(candidate));
        daemon.ngrokctl("reload").ok();
        daemon.await("they are shared now", () -> daemon.list().valueStream().allMatch(each -> each.path("ip").asText().equals("0.0.0.0")));
        daemon.awaitServed(ONE, TWO);
        awaitNothingToDo();
        isAsPlanned(plan, before);
    }

    @Test
    @Order(2)
    void whatOthersTookAwayShowsUntilItIsRepaired() throws Exception {
        running();
        String address = daemon.address(ONE);
        Path rest = daemon.folder().resolve("hosts-without");
        // The daemon repairs it sooner or later: each try is a new one.
        Wait.until("the plan says what is missing", () -> daemon.log(), () -> {
            machine.shell("ip address delete " + address + "/32 dev ngrokd0; grep -v one.demo /etc/hosts > "
                    + rest + "; cat " + rest + " > /etc/hosts");
            String text = text(plan(""));
            return text.contains("+ " + address + "/32 on ngrokd0\n") && text.contains("+ " + address + "\tone.demo\n")
                    && text.contains("2 endpoints keep their places and their connections.");
        });
    }

    @Test
    @Order(3)
    void anotherBackendComesAndTheOneAtWorkGoes() throws Exception {
        running();
        String config = Machine.text(daemon.config());
        String lines = text(plan(config + "plugins: {netif: linux-lo}\n"));
        assertTrue(lines.contains("@@ addresses: linux-bridge, which goes @@\n- 10.107.0.1/16 on ngrokd0\n"), lines);
        assertTrue(lines.contains("\n- ngrokd0 (bridge)\n@@ addresses: linux-lo @@\n+ 10.107.0.1/32 on lo\n+ 10.107.0.2/32 on lo\n"), lines);
        assertTrue(lines.contains("~ one.demo:80 is bound anew at 10.107.0.2:80"), lines);
        assertFalse(lines.contains("\n+ 10.107.0.2:80"), "listeners are there before and after: " + lines);
    }

    @Test
    @Order(3)
    void whatIsWrongInTheWayOrForLaterIsSaid() throws Exception {
        running();
        String config = Machine.text(daemon.config());
        assertEquals("Nothing would change on this machine.\n", daemon.ngrokctl("plan", "--exit-code").ok().output());
        Result broken = daemon.ngrokctlWith("api: {}\nnet:\n  subnet: 10.0.0\n", "plan", "-").exits(1);
        assertTrue(broken.errors().contains(":3:11: ") && broken.errors().contains("net.subnet"), broken.toString());
        String elsewhere = config.replace("server:\n", "server:\n  health_address: 127.0.0.1:8099\n");
        assertTrue(text(plan(elsewhere)).contains("Needs a restart of ngrokd to count: server.health_address"));
        Process holder = machine.start(machine.builder(Map.of(), List.of("nc", "-l", "-k", LAN, "80")));
        Wait.until("the other program listens", () -> "", () -> machine.shell("ss -ltn | grep -q '" + LAN + ":80 '").exitCode() == 0);
        String taken = text(plan(config + "net: {listen_interface: 0.0.0.0}\n"));
        holder.destroy();
        Wait.until("it is gone", () -> "", () -> machine.shell("ss -ltn | grep -q '" + LAN + ":80 '").exitCode() != 0);
        assertTrue(taken.contains("+ 0.0.0.0:9080   (port 80 of 0.0.0.0 is held by nc"), taken);
    }

    private void awaitNothingToDo() throws InterruptedException {
        daemon.await("there is nothing to do", () -> {
            JsonNode plan = plan("");
            assertEquals("Nothing would change on this machine.\n", text(plan));
            return !plan.path("changes").asBoolean();
        });
    }

    /** As ngrokctl asks for it: what a config would change, or the file on disk when it is empty. */
    private JsonNode plan(String config) throws IOException {
        byte[] body = config.getBytes(StandardCharsets.UTF_8);
        String answer = daemon.control("POST /v1/plan HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/yaml\r\n"
                + "Content-Length: " + body.length + "\r\n\r\n" + config);
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        return JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")));
    }

    private static String text(JsonNode plan) {
        return plan.path("diff").valueStream().map(line -> line.asText() + "\n").collect(Collectors.joining());
    }

    private void isAsPlanned(JsonNode plan, Snapshot before) throws InterruptedException {
        daemon.await("the machine is as planned: " + plan.path("diff"), () -> {
            Snapshot now = Snapshot.of(machine, daemon);
            assertEquals(patched(before.addresses(), plan, "netif", "address"), now.addresses());
            assertEquals(patched(before.interfaces(), plan, "netif", "interface"), now.interfaces());
            assertEquals(patched(before.listeners(), plan, "", "listener"), now.listeners());
            assertEquals(patched(before.hosts(), plan, "hosts", "file-line"), now.hosts());
            assertEquals(patched(before.resolver(), plan, "dns", "file-line"), now.resolver());
            return true;
        });
    }

    /** What stands before, without what the plan says goes and with what it says comes. */
    private static List<String> patched(List<String> before, JsonNode plan, String role, String kind) {
        List<String> lines = new ArrayList<>(before);
        for (JsonNode section : plan.path("sections")) {
            if (!role.isEmpty() && !section.path("role").asText().equals(role)) {
                continue;
            }
            for (JsonNode change : section.path("changes")) {
                String line = change.path("line").asText();
                if (change.path("kind").asText().equals(kind)) {
                    assertFalse(change.path("action").asText().equals("remove") && !lines.remove(line), () -> line + " was not there: " + before);
                    if (change.path("action").asText().equals("add")) {
                        lines.add(line);
                    }
                }
            }
        }
        return lines.stream().sorted().toList();
    }

    /** A machine at one moment; what a plan must leave alone. */
    private record Snapshot(
            List<String> addresses, List<String> interfaces, List<String> listeners, List<String> hosts, List<String> resolver,
            TreeMap<String, String> files) {

        static Snapshot of(Machine machine, Daemon daemon) throws Exception {
            List<String> addresses = machine.addresses().stream().filter(line -> !line.contains(":"))
                    .map(line -> line.replace(" ", " on ")).sorted().toList();
            List<String> interfaces = machine.interfaces().stream().map(name -> name.equals("ngrokd0") ? "ngrokd0 (bridge)" : name)
                    .sorted().toList();
            List<String> listeners = machine.shell("ss -Hltn | awk '{print $4}'").ok().lines().stream()
                    .map(line -> line.replaceAll("[\\[\\]]|::ffff:|%.*(?=:)", "").replace("*:", "0.0.0.0:")).sorted().toList();
            TreeMap<String, String> files = new TreeMap<>();
            machine.shell("find /etc -type f -printf '%p %T@ %s %m\\n'").ok().lines().forEach(line -> files.put(line, ""));
            if (Files.exists(daemon.state(""))) {
                try (Stream<Path> all = Files.walk(daemon.state(""))) {
                    for (Path file : all.toList()) {
                        files.put(file.toString(), Files.getLastModifiedTime(file)
                                + (Files.isRegularFile(file) ? Machine.text(file) : ""));
                    }
                }
            }
            return new Snapshot(addresses, interfaces, listeners, Machine.text(machine.hosts()).lines().sorted().toList(),
                    Machine.text(machine.path(RESOLV_CONF)).lines().sorted().toList(), files);
        }
    }
}

package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A reload touches what the change is about and nothing else; and it happens however the file is saved. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReloadGranularityIT {

    private static final String HTTP = "http://hello.demo";
    private static final String TCP = "tcp://echo.demo:7000";
    private static final String OTHER = "http://other.demo";
    private static final int SECONDS = 30;

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(ReloadGranularityIT.class);
        cloud = Cloud.start(machine, HTTP, TCP, OTHER);
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
        daemon.awaitServed(HTTP, TCP, OTHER);
    }

    @AfterEach
    void end() throws Exception {
        daemon.stop();
    }

    /** A setting that is none of the load's business. */
    private void change(String key, Object value) throws Exception {
        int before = occurrences(daemon.log(), "Config reloaded.");
        daemon.set(key, value).writeConfig();
        daemon.await(key + " is in force", () -> occurrences(daemon.log(), "Config reloaded.") > before);
        String last = daemon.log().lines().filter(line -> line.contains("Config reloaded.")).toList().getLast();
        assertTrue(last.contains("changed=" + key), last);
    }

    @Test
    void connectionsNoticeNothingOfWhatDoesNotConcernThem() throws Exception {
        String address = daemon.address(HTTP);
        Path out = machine.folder().resolve("load.log");
        Process load = machine.start(machine.builder(Map.of(), Programs.java(SteadyLoad.class, Integer.toString(SECONDS), address,
                daemon.address(TCP), "7000")).redirectErrorStream(true).redirectOutput(out.toFile()));
        change("server.log_level", "debug");
        change("plugins.hosts", "hosts-file");
        change("bound_endpoints.poll_interval", 2);
        change("net.overrides", "{other.demo: nosuch0}");
        daemon.await("the other one is elsewhere", () -> daemon.endpoint(OTHER).orElseThrow().path("listen_interface").asText().equals("nosuch0"));
        change("ingress.pool", "{size: 2, max_age: 5}");
        change("net.start_port", 10_000);
        change("bound_endpoints.selectors", "['true', 'false']");
        change("registration.description", "other");
        change("connections.max_per_endpoint", 5000);
        change("net.overrides", "{}");
        assertTrue(load.waitFor(SECONDS + 120, TimeUnit.SECONDS), () -> "the load does not end\n" + daemon.log());
        String result = Machine.text(out);
        System.out.print("Reloads under load: " + result);
        assertTrue(result.contains(" errors=0"), () -> result + daemon.log());
        daemon.awaitServed(HTTP, TCP, OTHER);
        assertEquals(address, daemon.address(HTTP));
        assertEquals(1, occurrences(daemon.log(), "Backend chosen. role=netif"), "nobody touched the addresses");
        assertEquals(1, occurrences(daemon.log(), "Backend chosen. role=forward.virtual"), "nor the listeners");
        assertEquals(2, occurrences(daemon.log(), "Backend chosen. role=hosts"), "the names were somebody else's from then on");
        machine.run("curl", "-sS", "--fail", OTHER).ok();
    }

    private static int occurrences(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void anotherSubnetMovesAddressesAndLeavesTheListenersBackendAlone() throws Exception {
        change("net.subnet", "10.120.0.0/24");
        daemon.await("the new subnet is in force", () -> daemon.endpoint(HTTP).orElseThrow().path("ip").asText().startsWith("10.120.0."));
        daemon.awaitServed(HTTP, TCP, OTHER);
        machine.run("curl", "-sS", "--fail", HTTP).ok();
        daemon.await("the old addresses go", () -> machine.addresses().stream().noneMatch(address -> address.startsWith("10.107.")));
        assertEquals(1, occurrences(daemon.log(), "Backend chosen. role=forward.virtual"));
        assertEquals(1, occurrences(daemon.log(), "Backend chosen. role=hosts"));
    }

    @Test
    void whatNeedsARestartIsNamed() throws Exception {
        Path elsewhere = machine.folder().resolve("elsewhere");
        daemon.set("server.health_address", "127.0.0.1:8099").set("server.state_dir", elsewhere).set("server.log_level", "warn")
                .writeConfig();
        String said = "server.health_address, server.state_dir changed since the start: restart ngrokd for them to count";
        daemon.await("it says so", () -> daemon.status().path("warnings").toString().contains(said));
        assertFalse(daemon.status().path("warnings").toString().contains("log_level"));
        assertFalse(Files.exists(elsewhere));
    }

    @Test
    void aFileThatIsHalfThereChangesNothingAndIsShownUntilItIsWhole() throws Exception {
        String whole = Machine.text(daemon.config()) + "http: {forwarded_headers: true}\n";
        Files.writeString(daemon.config(), whole.substring(0, whole.length() - 8));
        daemon.await("it is shown in the status", () -> daemon.status().path("warnings").toString().contains("the old one is in force"));
        Result health = machine.run("curl", "-sS", "--fail", "http://127.0.0.1:8081/status").ok();
        assertTrue(health.output().contains("the old one is in force"), health::toString);
        machine.run("curl", "-sS", "--fail", HTTP).ok();
        Files.writeString(daemon.config(), whole);
        daemon.await("the warning goes", () -> daemon.status().path("warnings").isEmpty());
        daemon.awaitLogged("Config reloaded.", "changed=http.forwarded_headers");
        assertFalse(machine.run("curl", "-sS", "--fail", "http://127.0.0.1:8081/status").ok().output().contains("in force"));
        daemon.hup();
        daemon.await("the signal is an event", () -> daemon.ngrokctl("events").ok().output()
                .contains("a signal asked for it; changed: nothing"));
        String events = daemon.ngrokctl("events").ok().output();
        for (String event : new String[] {"operator.registered +registered as k8sop_", "backend.chosen +netif: linux-bridge",
                "config.invalid +.*config.yml:",
            "config.mended +the config file can be used again", "config.reloaded +the file was saved; changed: http.forwarded_headers\n"}) {
            assertTrue(Pattern.compile(event).matcher(events).find(), () -> event + " is not among\n" + events);
        }
    }

    @Test
    void aMountedConfigMapIsFollowed() throws Exception {
        Path mount = Files.createDirectories(daemon.folder().resolve("mount"));
        String text = Machine.text(daemon.config());
        data(mount, "1", text);
        Files.createSymbolicLink(mount.resolve("config.yml"), Path.of("..data", "config.yml"));
        Files.delete(daemon.config());
        Files.createSymbolicLink(daemon.config(), mount.resolve("config.yml"));
        data(mount, "2", text + "http: {forwarded_headers: true}\n");
        long begin = System.nanoTime();
        daemon.await("the new version is in force", () -> daemon.log().contains("changed=http.forwarded_headers"));
        System.out.printf("A swapped mount counted after %d ms%n", (System.nanoTime() - begin) / 1_000_000);
        assertTrue(Files.isSymbolicLink(daemon.config()));
    }

    /** As the kubelet does: a new folder, and one rename of the link that leads to it. */
    private static void data(Path mount, String version, String text) throws IOException {
        Path folder = Files.createDirectory(mount.resolve(".." + version));
        Files.writeString(folder.resolve("config.yml"), text);
        Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of(".." + version));
        Files.move(mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}

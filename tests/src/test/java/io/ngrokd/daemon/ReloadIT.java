package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A changed config file counts without a restart; what fails meanwhile takes nothing down. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReloadIT {

    private static final String URL = "http://hello.demo";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(ReloadIT.class);
        cloud = Cloud.start(machine, URL);
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
        daemon.awaitServed(URL);
    }

    @AfterEach
    void end() throws Exception {
        cloud.fails();
        cloud.serves(URL);
        daemon.stop();
    }

    @Test
    void theLogLevelChangesWithSighup() throws Exception {
        assertFalse(daemon.log().contains(" DEBUG "));
        daemon.set("server.log_level", "debug").writeConfig().hup();
        daemon.await("it is reloaded", () -> daemon.log().contains("Config reloaded"));
        cloud.serves(URL, "http://another.demo");
        daemon.awaitServed(URL, "http://another.demo");
        daemon.awaitLogged(" DEBUG ");
        daemon.set("server.log_level", "error").writeConfig().hup();
        cloud.serves(URL);
        daemon.awaitServed(URL);
    }

    @Test
    void thePollIntervalChangesWhenTheFileDoes() throws Exception {
        daemon.set("bound_endpoints.poll_interval", 86400).writeConfig();
        daemon.await("the next poll is a day away", () -> Instant.parse(daemon.status().path("next_poll_at").asText())
                .isAfter(Instant.now().plus(Duration.ofHours(12))));
        daemon.set("bound_endpoints.poll_interval", 1).writeConfig();
        daemon.await("the next poll is near", () -> Instant.parse(daemon.status().path("next_poll_at").asText())
                .isBefore(Instant.now().plus(Duration.ofMinutes(1))));
    }

    @Test
    void theIngressChanges() throws Exception {
        daemon.set("ingressEndpoint", "localhost:4444").writeConfig().hup();
        daemon.await("the new ingress is in force", () -> daemon.status().path("ingress_endpoint").asText().equals("localhost:4444"));
        daemon.await("connections go there", () -> {
            String page = machine.run("curl", "-sS", "-w", "%{http_code}", URL).ok().output();
            return page.endsWith("502") && page.contains("UNREACHABLE");
        });
        daemon.set("ingressEndpoint", cloud.ingress()).writeConfig().hup();
        daemon.await("the old ingress is in force", () -> machine.run("curl", "-sS", "--fail", URL).exitCode() == 0);
    }

    @Test
    void theSubnetAndTheInterfaceChange() throws Exception {
        assertTrue(daemon.address(URL).startsWith("10.107."));
        daemon.set("net.subnet", "10.108.0.0/24").set("net.interface_name", "other0").writeConfig().hup();
        daemon.await("the new subnet is in force", () -> daemon.endpoint(URL).orElseThrow().path("ip").asText().startsWith("10.108.0."));
        daemon.awaitServed(URL);
        daemon.await("the old interface goes", () -> !machine.interfaces().contains("ngrokd0"));
        assertTrue(machine.interfaces().contains("other0"));
        assertFalse(machine.addresses().stream().anyMatch(address -> address.startsWith("10.107.")));
        machine.run("curl", "-sS", "--fail", URL).ok();
        assertEquals(0, daemon.terminate());
        assertFalse(machine.interfaces().contains("other0"));
    }

    @Test
    void aBrokenFileChangesNothingAndIsShownUntilItIsMended() throws Exception {
        String good = Machine.text(daemon.config());
        for (String broken : new String[] {good + "nett: {}\n", "api: [\n", good.replace("poll_interval: 1", "poll_interval: never")}) {
            Machine.replace(daemon.config(), broken);
            daemon.hup();
            daemon.await("it warns", () -> daemon.status().path("warnings").toString().contains("the old one is in force"));
            machine.run("curl", "-sS", "--fail", URL).ok();
            daemon.awaitServed(URL);
            daemon.await("status warns", () -> daemon.ngrokctl("status").ok().output().contains("the old one is in force"));
            Machine.replace(daemon.config(), good);
            daemon.hup();
            daemon.await("it does not warn any more", () -> daemon.status().path("warnings").isEmpty());
        }
    }

    @Test
    void aBrokenFileThatIsMendedIsForgivenWithoutASignal() throws Exception {
        String good = Machine.text(daemon.config());
        Machine.replace(daemon.config(), good + "nett: {}\n");
        daemon.await("it warns", () -> daemon.status().path("warnings").toString().contains("nett"));
        Machine.replace(daemon.config(), good);
        daemon.await("it does not warn any more", () -> daemon.status().path("warnings").isEmpty());
    }

    /** The signal is quicker than the watch, which then has seen neither the break nor the mend. */
    @Test
    void aBreakThatASignalFoundIsForgivenWhenTheFileIsMended() throws Exception {
        String good = Machine.text(daemon.config());
        Machine.replace(daemon.config(), good + "nett: {}\n");
        daemon.hup();
        daemon.await("it warns", () -> daemon.status().path("warnings").toString().contains("nett"));
        Machine.replace(daemon.config(), good);
        daemon.await("it does not warn any more", () -> daemon.status().path("warnings").isEmpty());
    }

    @Test
    void aConfigFileThatDisappearsTakesNothingDown() throws Exception {
        Files.delete(daemon.config());
        daemon.hup();
        daemon.await("it is noticed", () -> daemon.status().path("warnings").toString().contains("the file is gone"));
        machine.run("curl", "-sS", "--fail", URL).ok();
    }

    @Test
    void whatNeedsARestartSaysSo() throws Exception {
        daemon.set("server.health_address", "127.0.0.1:8099").writeConfig().hup();
        daemon.await("it says so", () -> daemon.status().path("warnings").toString().contains("restart ngrokd"));
        daemon.set("server.health_address", "127.0.0.1:8081").writeConfig().hup();
        daemon.await("no warning is left", () -> daemon.status().path("warnings").isEmpty());
    }

    @Test
    void whileTheApiIsDownEndpointsStayUp() throws Exception {
        cloud.fails("{path: /, status: 503}");
        daemon.await("a poll failed", () -> !daemon.status().path("last_poll").path("ok").asBoolean(true));
        assertTrue(daemon.status().path("last_poll").path("error").asText().contains("503"), () -> "says why");
        daemon.awaitServed(URL);
        machine.run("curl", "-sS", "--fail", URL).ok();
        assertEquals("ready\n200", machine.run("curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:8081/ready").ok().output());
        cloud.fails();
        daemon.await("a poll succeeded", () -> daemon.status().path("last_poll").path("ok").asBoolean());
    }

    @Test
    void anAnswerThatIsCutOffOrEmptyTakesNothingDown() throws Exception {
        cloud.fails("{path: /kubernetes_operators, truncate: true}");
        daemon.await("a poll failed", () -> !daemon.status().path("last_poll").path("ok").asBoolean(true));
        daemon.awaitServed(URL);
        machine.run("curl", "-sS", "--fail", URL).ok();
    }

    @Test
    void whenTheCloudIsGoneNamesStayAndItRecovers() throws Exception {
        cloud.stop();
        try {
            daemon.await("a poll failed", () -> !daemon.status().path("last_poll").path("ok").asBoolean(true));
            daemon.awaitServed(URL);
            Result failed = machine.run("curl", "-sS", "-w", "%{http_code}", URL).ok();
            assertTrue(failed.output().endsWith("502"), failed::toString);
        } finally {
            cloud.start();
        }
        daemon.await("it is served again", () -> machine.run("curl", "-sS", "--fail", URL).exitCode() == 0);
        daemon.await("a poll succeeded", () -> daemon.status().path("last_poll").path("ok").asBoolean());
    }

    @Test
    void aDeletedOperatorIsRegisteredAnew() throws Exception {
        String before = daemon.status().path("operator_id").asText();
        cloud.forgetsOperators();
        daemon.await("it has another operator", () -> {
            String now = daemon.status().path("operator_id").asText();
            return !now.isEmpty() && !now.equals(before);
        });
        daemon.await("it serves again", () -> machine.run("curl", "-sS", "--fail", URL).exitCode() == 0);
    }
}

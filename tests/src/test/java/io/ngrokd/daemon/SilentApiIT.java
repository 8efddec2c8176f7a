package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An API that accepts, does what it is asked for, perhaps, and never answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SilentApiIT {

    private static final String HTTP = "http://hello.demo";
    private static final String TCP = "tcp://echo.demo:7000";
    private static final String SILENCE = "no answer from " + Cloud.API + " within 30 s";
    /** A few times what the daemon allows the API. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(SilentApiIT.class);
        cloud = Cloud.start(machine, HTTP, TCP);
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @BeforeEach
    void prepare() throws Exception {
        daemon = machine.daemon("daemon" + ++count).of(cloud);
    }

    @AfterEach
    void end() throws Exception {
        daemon.stop();
        cloud.failsFromNowOn("{path: /none, status: 500, times: " + count + "}");
    }

    @Test
    void aRegistrationThatIsNotAnsweredIsGivenUpForNowAndFoundLater() throws Exception {
        int before = cloud.operators().size();
        cloud.failsFromNowOn("{path: /, delay: 10m}");
        daemon.start();
        daemon.await("it says what it is about", () -> daemon.status().path("state").asText().equals("registering"));
        awaitTold();
        assertEquals("not ready\n503", machine.run("curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:8081/readyz").ok().output());
        assertEquals("healthy\n200", machine.run("curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:8081/healthz").ok().output());
        assertAKeyIsTakenAllTheSame();

        cloud.failsFromNowOn();
        awaitListing();
        daemon.awaitServed(HTTP, TCP);
        machine.run("curl", "-sS", "--fail", HTTP).ok();
        assertEquals(before + 1, cloud.operators().size(), "what was asked for in vain had been done once");
    }

    @Test
    void listingsAndARecoveryThatAreNotAnsweredCostNothingThatServes() throws Exception {
        daemon.start().awaitServed(HTTP, TCP);
        String address = daemon.address(HTTP);
        Path goOn = machine.folder().resolve("go-on");
        Path echoed = machine.folder().resolve("echoed");
        Process live = machine.start(machine.builder(Map.of(), List.of("sh", "-c", "(echo before; while [ ! -e " + goOn
                + " ]; do sleep 0.2; done; echo after) | timeout 600 nc -N echo.demo 7000")).redirectOutput(echoed.toFile()));
        Wait.until("a connection is up", daemon::log, () -> Machine.text(echoed).equals("before\n"));

        cloud.failsFromNowOn("{path: /kubernetes_operators, delay: 10m}");
        awaitTold();
        daemon.awaitServed(HTTP, TCP);
        machine.run("curl", "-sS", "--fail", HTTP).ok();
        assertAKeyIsTakenAllTheSame();
        machine.run("curl", "-sS", "--fail", HTTP).ok();
        cloud.failsFromNowOn();
        awaitListing();

        cloud.forgetsOperators("{method: POST, path: /kubernetes_operators, delay: 10m}");
        daemon.await("it notices", PATIENCE, () -> daemon.log().contains("Our operator was deleted; registering anew"));
        awaitTold();
        daemon.awaitServed(HTTP, TCP);
        assertEquals(address, daemon.address(HTTP));
        Files.createFile(goOn);
        assertTrue(live.waitFor(Machine.PATIENCE.toSeconds(), TimeUnit.SECONDS), daemon::log);
        assertEquals("before\nafter\n", Machine.text(echoed));

        cloud.failsFromNowOn();
        awaitListing();
        daemon.awaitServed(HTTP, TCP);
        assertEquals(address, daemon.address(HTTP));
        assertEquals(List.of(daemon.status().path("operator_id").asText()), cloud.operators(), "the one that was made in silence");
        machine.run("curl", "-sS", "--fail", HTTP).ok();
    }

    /** Within the time that ngrokctl allows, with the truth. */
    private void assertAKeyIsTakenAllTheSame() throws Exception {
        Result taken = daemon.ngrokctlWith(Cloud.KEY, "set-api-key", "-").ok();
        assertTrue(taken.output().replaceAll("\\s+", " ").contains("API key set, but ngrok could not be asked about it yet"), taken::toString);
    }

    private void awaitTold() throws Exception {
        daemon.await("status has it", PATIENCE, () -> daemon.status().path("last_poll").path("error").asText().contains(SILENCE));
        assertTrue(daemon.status().path("warnings").toString().contains(SILENCE));
        String status = daemon.ngrokctl("status").ok().output().replaceAll("\\s+", " ");
        assertTrue(status.contains(SILENCE), status);
        assertTrue(machine.run("curl", "-sS", "http://127.0.0.1:8081/status").ok().output().contains(SILENCE));
        assertTrue(daemon.log().contains("what is up stays up") && daemon.log().contains(SILENCE), daemon::log);
    }

    private void awaitListing() throws Exception {
        daemon.await("it lists again", PATIENCE, () -> daemon.status().path("last_poll").path("ok").asBoolean());
    }
}

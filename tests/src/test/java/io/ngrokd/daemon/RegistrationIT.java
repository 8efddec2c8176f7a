package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ngrok does not register us, or does and nobody hears of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistrationIT {

    private static final String URL = "http://hello.demo";
    private static final String NOT_ENABLED = "status: 400, error_code: ERR_NGROK_19002, msg: Kubernetes bindings are not enabled for this account.}";
    private static final String IN_NGROKS_WORDS = "Kubernetes bindings are not enabled for this account. (ERR_NGROK_19002)";
    private static final String MEND = "have them enabled";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(RegistrationIT.class);
        cloud = Cloud.start(machine, URL);
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
    void bindingsThatAreNotEnabledAreExplainedEverywhereAndTriedAgain() throws Exception {
        List<String> before = cloud.operators();
        cloud.failsFromNowOn("{method: POST, path: /kubernetes_operators, " + NOT_ENABLED);
        daemon.start();
        awaitTold(IN_NGROKS_WORDS, MEND);
        assertFalse(daemon.status().path("registered").asBoolean());
        assertEquals("not ready\n503", machine.run("curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:8081/readyz").ok().output());

        Result asked = daemon.ngrokctlWith(Cloud.KEY, "set-api-key", "-").exits(1);
        String answer = oneLine(asked.errors());
        assertTrue(answer.contains("the API key is right") && answer.contains(IN_NGROKS_WORDS) && answer.contains(MEND), asked::toString);
        assertEquals(before, cloud.operators());
        // The daemon goes on trying by itself, and each attempt has a pending key until it is answered.
        daemon.await("refused is known to be refused", () -> !Files.exists(daemon.state("pending.key")));

        cloud.failsFromNowOn();
        daemon.ngrokctlWith(Cloud.KEY, "set-api-key", "-").ok();
        daemon.awaitServed(URL);
        assertEquals(before.size() + 1, cloud.operators().size());
        daemon.await("all is well again", () -> !daemon.status().path("warnings").toString().contains("ERR_NGROK"));
    }

    @Test
    void bindingsThatAreSwitchedOffLaterCostNothingThatServes() throws Exception {
        daemon.start().awaitServed(URL);
        cloud.failsFromNowOn("{path: /kubernetes_operators, " + NOT_ENABLED);
        awaitTold(IN_NGROKS_WORDS, MEND);
        assertServes();
        cloud.failsFromNowOn();
        daemon.await("it lists again", () -> daemon.status().path("last_poll").path("ok").asBoolean());
    }

    @ParameterizedTest
    @CsvSource({"401, ERR_NGROK_202, The API key was revoked.", "403, ERR_NGROK_9399, This key may not manage operators."})
    void aKeyThatIsRefusedSaysTheMendAtTheFirstStartAndLater(int status, String code, String words) throws Exception {
        String fault = "{path: /, status: " + status + ", error_code: " + code + ", msg: " + words + "}";
        cloud.failsFromNowOn(fault);
        daemon.start();
        awaitTold(words + " (" + code + ")", "ngrokctl set-api-key");
        assertFalse(daemon.status().path("registered").asBoolean());
        cloud.failsFromNowOn();
        daemon.ngrokctlWith(Cloud.KEY, "set-api-key", "-").ok();
        daemon.awaitServed(URL);

        cloud.failsFromNowOn(fault);
        awaitTold(words + " (" + code + ")", "ngrokctl set-api-key");
        assertServes();
        Result renewal = daemon.ngrokctl("refresh-cert", "--force").exits(1);
        String refusal = oneLine(renewal.errors());
        assertTrue(refusal.contains(code) && refusal.contains("ngrokctl set-api-key"), renewal::toString);
        assertServes();
        cloud.failsFromNowOn();
        daemon.ngrokctlWith(Cloud.KEY, "set-api-key", "-").ok();
        daemon.await("it lists again", () -> daemon.status().path("last_poll").path("ok").asBoolean());
    }

    @Test
    void anOperatorWhoseMakerWasKilledIsTakenOverByTheNextStart() throws Exception {
        List<String> before = cloud.operators();
        cloud.failsFromNowOn("{method: POST, path: /kubernetes_operators, truncate: true}", "{method: GET, path: /kubernetes_operators, status: 503}");
        daemon.start();
        daemon.await("ngrok made an operator and nobody heard of it", () -> cloud.operators().size() > before.size()
                && daemon.status().path("last_poll").has("error"));
        daemon.kill9();
        List<String> made = new ArrayList<>(cloud.operators());
        made.removeAll(before);
        assertEquals(1, made.size());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.state("pending.key"))));
        assertFalse(Files.exists(daemon.state("operator_id")));

        cloud.failsFromNowOn();
        daemon.startAsIs().awaitServed(URL);
        assertEquals(made.getFirst(), daemon.status().path("operator_id").asText());
        assertEquals(before.size() + 1, cloud.operators().size());
        assertFalse(Files.exists(daemon.state("pending.key")));
        machine.run("curl", "-sS", "--fail", URL).ok();
        assertEquals(0, daemon.terminate());
        daemon.startAsIs().awaitServed(URL);
        assertEquals(made.getFirst(), daemon.status().path("operator_id").asText());
    }

    /** In the status as people and programs read it, on the health page and in the log. */
    private void awaitTold(String words, String mend) throws Exception {
        daemon.await("status has: " + words, () -> daemon.status().path("last_poll").path("error").asText().contains(words));
        String status = oneLine(daemon.ngrokctl("status").ok().output());
        assertTrue(status.contains(words) && status.contains(mend), status);
        assertTrue(daemon.status().path("warnings").toString().contains(mend), () -> "the warnings");
        String health = machine.run("curl", "-sS", "http://127.0.0.1:8081/status").ok().output();
        assertTrue(health.contains(words) && health.contains(mend), health);
        daemon.awaitLogged(" WARN ", words, mend);
    }

    private void assertServes() throws Exception {
        daemon.awaitServed(URL);
        machine.run("curl", "-sS", "--fail", URL).ok();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}

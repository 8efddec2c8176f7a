package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Certificates come and go, operators are deleted, disks are read-only, and who is connected notices nothing. With
 * {@code -Drenewal.minutes=5} the load lasts so long instead of 40 seconds.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RenewalIT {

    private static final String HTTP = "http://hello.demo";
    private static final String TCP = "tcp://echo.demo:7000";
    private static final String NO_RENEWALS = "{method: PATCH, path: /kubernetes_operators, status: 503}";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(RenewalIT.class).asShipped();
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
    void connectionsNoticeNothingOfRenewals() throws Exception {
        long seconds = Long.getLong("renewal.minutes", 0) > 0 ? Long.getLong("renewal.minutes") * 60 : 40;
        cloud.certificatesLive("30s");
        daemon.start().awaitServed(HTTP, TCP);
        Path out = machine.folder().resolve("steady.log");
        Process load = machine.start(machine.builder(Map.of(), Programs.java(SteadyLoad.class, Long.toString(seconds), "hello.demo", "echo.demo", "7000"))
                .redirectErrorStream(true).redirectOutput(out.toFile()));
        assertTrue(load.waitFor(seconds + 180, TimeUnit.SECONDS), () -> "the load does not end\n" + daemon.log());
        String result = Machine.text(out);
        int renewals = occurrences(daemon.log(), "The client certificate is renewed.");
        System.out.print("Renewal under load: seconds=" + seconds + " renewals=" + renewals + " " + result);
        assertTrue(result.contains(" errors=0"), () -> result + daemon.log());
        assertTrue(renewals >= seconds / 25, () -> renewals + " renewals\n" + daemon.log());
        assertEquals(1, cloud.operators().stream().filter(daemon.log()::contains).count());
        daemon.await("each renewal is an event, begun and done", () -> {
            String events = daemon.ngrokctl("events").ok().output();
            return occurrences(events, "certificate.renewing") >= renewals && occurrences(events, "certificate.renewed") >= renewals;
        });
        assertTrue(daemon.status().path("certificate").path("last_error").isMissingNode());
        cloud.certificatesLive("90d");
    }

    private static int occurrences(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void aDeletedOperatorIsRegisteredAnewAndEndpointsStayUp() throws Exception {
        daemon.start().awaitServed(HTTP, TCP);
        String address = daemon.address(HTTP);
        String before = daemon.status().path("operator_id").asText();
        cloud.forgetsOperators("{method: POST, path: /kubernetes_operators, status: 503, times: 2}",
                "{method: POST, path: /kubernetes_operators, truncate: true, times: 1}");
        daemon.await("it is registered anew", () -> !List.of("", before).contains(daemon.status().path("operator_id").asText()));
        daemon.awaitServed(HTTP, TCP);
        assertEquals(address, daemon.address(HTTP));
        assertFalse(daemon.log().contains("Endpoint removed"), daemon::log);
        daemon.await("and nothing is left of the tries",
                () -> List.of(daemon.status().path("operator_id").asText()).equals(cloud.operators()));
        machine.run("curl", "-sS", "--fail", "http://hello.demo/").ok();
    }

    @Test
    void aUserMayHaveItRenewed() throws Exception {
        daemon.start().awaitServed(HTTP, TCP);
        String before = Machine.text(daemon.state("tls.crt"));
        String key = Machine.text(daemon.state("tls.key"));
        Result notDue = daemon.ngrokctl("refresh-cert").ok();
        assertTrue(notDue.output().contains("not due") && notDue.output().contains("expires") && notDue.output().contains("--force"), notDue::toString);
        assertEquals(before, Machine.text(daemon.state("tls.crt")));
        Result renewed = daemon.ngrokctl("refresh-cert", "--force").ok();
        assertTrue(renewed.output().contains("renewed") && renewed.output().contains("old one") && renewed.output().contains("new one"), renewed::toString);
        assertNotEquals(before, Machine.text(daemon.state("tls.crt")));
        assertNotEquals(key, Machine.text(daemon.state("tls.key")));
        JsonNode json = new ObjectMapper().readTree(daemon.ngrokctl("refresh-cert", "--json").ok().output());
        assertFalse(json.path("renewed").asBoolean(true));
        assertEquals(daemon.status().path("certificate").path("not_after").asText(), json.path("not_after").asText());
        machine.run("curl", "-sS", "--fail", "http://hello.demo/").ok();

        // What was written is what the next start uses.
        assertEquals(0, daemon.terminate());
        daemon.start().awaitServed(HTTP, TCP);
        machine.run("curl", "-sS", "--fail", "http://hello.demo/").ok();

        cloud.failsFromNowOn("{method: PATCH, path: /kubernetes_operators, status: 500}");
        Result refused = daemon.ngrokctl("refresh-cert", "--force");
        assertEquals(1, refused.exitCode());
        assertTrue(refused.errors().contains("was not renewed"), refused::toString);
    }

    @Test
    void anExpiredCertificateSaysSoEverywhereUntilItIsRenewed() throws Exception {
        // The first one lives long: on a busy machine a short one could be over before anything is served with it.
        daemon.start().awaitServed(HTTP, TCP);
        cloud.certificatesLive("6s");
        daemon.ngrokctl("refresh-cert", "--force").ok();
        cloud.failsFromNowOn(NO_RENEWALS);
        daemon.await("the failure is seen before the end", () -> daemon.status().path("certificate").has("last_error"));
        assertTrue(daemon.ngrokctl("events").ok().output().contains("certificate.failed"));
        daemon.awaitState(HTTP, "degraded", "the client certificate expired");
        assertEquals("not ready\n503", machine.run("curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:8081/readyz").ok().output());
        assertEquals("healthy\n200", machine.run("curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:8081/healthz").ok().output());
        assertTrue(machine.run("curl", "-sS", "http://127.0.0.1:8081/status").ok().output().contains("\"expired\" : true"));
        daemon.await("status says what it means", () -> {
            String status = daemon.ngrokctl("status").ok().output().replaceAll("\\s+", " ");
            return status.contains("expired") && status.contains("ngrok refuses new connections");
        });
        assertTrue(daemon.ngrokctl("list").ok().output().contains("certificate expired"));
        daemon.await("the log has it", () -> daemon.log().contains("Attention: the client certificate expired"));

        cloud.certificatesLive("90d");
        cloud.failsFromNowOn();
        daemon.awaitServed(HTTP, TCP);
        assertEquals("ready\n200", machine.run("curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:8081/readyz").ok().output());
        machine.run("curl", "-sS", "--fail", "http://hello.demo/").ok();
    }

    @Test
    void aClockThatIsFarFromNgroksIsWarnedAboutUntilItIsSet() throws Exception {
        cloud.failsFromNowOn("{path: /, clock: 26h}");
        daemon.start().awaitServed(HTTP, TCP);
        String behind = "this machine's clock is 26 hours behind ngrok's";
        daemon.await("status has it", () -> daemon.status().path("warnings").toString().contains(behind));
        String status = daemon.ngrokctl("status").ok().output().replaceAll("\\s+", " ");
        assertTrue(status.contains(behind) && status.contains("timedatectl"), status);
        daemon.awaitLogged("Attention: " + behind);
        assertEquals(1, occurrences(daemon.log(), "Attention: " + behind), daemon::log);
        machine.run("curl", "-sS", "--fail", "http://hello.demo/").ok();
        cloud.failsFromNowOn();
        daemon.await("the clocks agree again", () -> !daemon.status().path("warnings").toString().contains(behind));
    }

    @Test
    void aReadOnlyStateFolderKeepsNobodyFromServing() throws Exception {
        daemon.start().awaitServed(HTTP, TCP);
        String before = Machine.text(daemon.state("tls.crt"));
        readOnly(true);
        Result renewed = daemon.ngrokctl("refresh-cert", "--force", "--json").ok();
        assertTrue(renewed.output().contains("could not be saved"), renewed::toString);
        assertEquals(before, Machine.text(daemon.state("tls.crt")));
        String warnings = daemon.status().path("warnings").toString();
        assertTrue(warnings.contains("a restart finds the old one"), warnings);
        machine.run("curl", "-sS", "--fail", "http://hello.demo/").ok();
        readOnly(false);
        daemon.ngrokctl("refresh-cert", "--force").ok();
        assertNotEquals(before, Machine.text(daemon.state("tls.crt")));
        assertFalse(daemon.status().path("warnings").toString().contains("certificate"));
    }

    @Test
    void nobodyRegistersWhatCannotBeSaved() throws Exception {
        List<String> before = cloud.operators();
        daemon.environment("NGROK_API_KEY", "").start();
        readOnly(true);
        Result refused = daemon.ngrokctlWith(Cloud.KEY, "set-api-key", "-");
        assertEquals(1, refused.exitCode());
        assertTrue(refused.errors().contains("registration waits until it can be written"), refused::toString);
        assertEquals(before, cloud.operators());
        readOnly(false);
        daemon.ngrokctlWith(Cloud.KEY, "set-api-key", "-").ok();
        daemon.awaitServed(HTTP, TCP);
    }

    /** A full disk shows in the same places as one that is read-only, and at others too. */
    @Test
    void aFullStateFolderLeavesNoOrphanAndNoMixture() throws Exception {
        List<String> before = cloud.operators();
        machine.run("mkdir", "-p", daemon.state("").toString()).ok();
        machine.run("mount", "-t", "tmpfs", "-o", "size=64k,nr_inodes=64", "full", daemon.state("").toString()).ok();
        try {
            daemon.environment("NGROK_API_KEY", "").start();
            machine.shell("dd if=/dev/zero of=" + daemon.state("filler") + " bs=1k count=100");
            Result refused = daemon.ngrokctlWith(Cloud.KEY, "set-api-key", "-");
            assertEquals(1, refused.exitCode(), refused::toString);
            assertEquals(before, cloud.operators());
            machine.run("rm", daemon.state("filler").toString()).ok();
            daemon.ngrokctlWith(Cloud.KEY, "set-api-key", "-").ok();
            daemon.awaitServed(HTTP, TCP);

            machine.shell("dd if=/dev/zero of=" + daemon.state("filler") + " bs=1k count=100");
            String renewed = daemon.ngrokctl("refresh-cert", "--force", "--json").ok().output();
            assertTrue(renewed.contains("could not be saved"), renewed);
            machine.run("curl", "-sS", "--fail", "http://hello.demo/").ok();
            assertEquals(0, daemon.terminate());
            machine.run("rm", daemon.state("filler").toString()).ok();
            daemon.environment("NGROK_API_KEY", Cloud.KEY).start().awaitServed(HTTP, TCP);
            machine.run("curl", "-sS", "--fail", "http://hello.demo/").ok();
            assertEquals(before.size() + 1, cloud.operators().size());
        } finally {
            daemon.stop();
            machine.run("umount", daemon.state("").toString());
        }
    }

    private void readOnly(boolean on) throws IOException, InterruptedException {
        String folder = daemon.state("").toString();
        if (on) {
            machine.run("mount", "--bind", folder, folder).ok();
            machine.run("mount", "-o", "remount,bind,ro", folder).ok();
        } else {
            // Lazily: the daemon may be looking at a file of it right now.
            machine.run("umount", "--lazy", folder).ok();
        }
    }
}

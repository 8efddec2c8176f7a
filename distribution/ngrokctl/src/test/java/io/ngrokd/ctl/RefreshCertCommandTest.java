package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefreshCertCommandTest {

    private static final String RENEWED = """
            {"renewed":true,"old_not_after":"2026-11-21T13:00:00Z","not_after":"2027-02-19T12:00:00Z","renew_at":"2027-01-20T12:00:00Z",\
            "message":"Renewed"}""";

    @TempDir
    private Path folder;

    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(folder).data("refresh-cert", RENEWED);
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    @Test
    void saysWhenTheOldOneAndTheNewOneExpire() {
        Run run = Run.with(daemon, "refresh-cert", "--force");
        assertEquals("{\"command\":\"refresh-cert\",\"args\":[\"--force\"]}", daemon.requests().getLast());
        assertEquals(0, run.code());
        assertEquals("""
                certificate  renewed
                old one      expires 2026-11-21 13:00 UTC (in 1 h)
                new one      expires 2027-02-19 12:00 UTC (in 90 d)
                next         renewed by itself 2027-01-20 12:00 UTC (in 60 d)
                """, run.output());
    }

    @Test
    void saysWhenItWillBeDue() {
        daemon.data("refresh-cert", """
                {"renewed":false,"old_not_after":"2027-02-19T12:00:00Z","not_after":"2027-02-19T12:00:00Z","renew_at":"2027-01-20T12:00:00Z"}""");
        Run run = Run.with(daemon, "refresh-cert");
        assertEquals("{\"command\":\"refresh-cert\"}", daemon.requests().getLast());
        assertEquals(0, run.code());
        assertEquals("""
                certificate  not renewed: it is not due
                it           expires 2027-02-19 12:00 UTC (in 90 d)
                next         renewed by itself 2027-01-20 12:00 UTC (in 60 d)
                now          ngrokctl refresh-cert --force
                """, run.output());
    }

    @Test
    void printsTheAnswerAsJson() {
        assertTrue(Run.with(daemon, "refresh-cert", "--json").output().contains("\"old_not_after\": \"2026-11-21T13:00:00Z\""));
    }

    @Test
    void passesOnWhatNgrokSaid() {
        daemon.raw("refresh-cert", "{\"success\":false,\"error\":\"the certificate was not renewed: ERR_NGROK_202\"}\n");
        Run run = Run.with(daemon, "refresh-cert");
        assertEquals(1, run.code());
        assertTrue(run.errors().contains("ERR_NGROK_202"), run.errors());
    }
}

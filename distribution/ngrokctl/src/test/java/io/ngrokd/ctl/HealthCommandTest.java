package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthCommandTest {

    private static final String WELL = """
            {"healthy":true,"ready":true,"uptime":"3h12m0s","start_time":"2026-11-21T08:48:00Z","endpoints":{
             "ep_1":{"name":"api.myapp","local_address":"10.107.0.2:80","target_uri":"http://api.myapp","active":true,
             "connections":1,"total_connections":20,"last_activity":"2026-11-21T11:58:00Z","errors":0},
             "ep_2":{"name":"tcp://db.myapp:5432","local_address":"10.107.0.3:5432","target_uri":"tcp://db.myapp:5432","active":false,
             "connections":0,"total_connections":0,"last_activity":"0001-01-01T00:00:00Z","errors":2}}}""";

    @TempDir
    private Path folder;

    private FakeDaemon daemon;
    private HttpServer page;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(folder);
        page = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        page.start();
    }

    @AfterEach
    void stop() throws IOException {
        page.stop(0);
        daemon.close();
    }

    private void serve(int status, String body) {
        page.createContext("/status", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private String address() {
        return "127.0.0.1:" + page.getAddress().getPort();
    }

    @Test
    void asksTheDaemonWhereThePageIs() {
        serve(200, WELL);
        daemon.data("status", "{\"health_address\":\"" + address() + "\"}");
        Run run = Run.with(daemon, "health");
        assertEquals("""
                healthy  yes
                ready    yes
                up       3 h 12 min, since 2026-11-21 08:48 UTC

                ENDPOINT             HERE AT          ACTIVE  OPEN/ALL  ERRORS  LAST USED
                http://api.myapp     10.107.0.2:80    yes     1/20      0       2 min ago
                tcp://db.myapp:5432  10.107.0.3:5432  no      0/0       2       never
                """, run.output());
        assertEquals(0, run.code(), run.errors());
    }

    @Test
    void needsNoSocketWhenToldWhere() {
        serve(200, WELL);
        Run.Setting nowhere = Run.Setting.at(folder.resolve("nothing"));
        assertEquals(0, nowhere.run("health", "--url", "http://" + address()).code());
        assertEquals(0, nowhere.run("health", "--url", "http://" + address() + "/").code());
        assertEquals(0, nowhere.run("health", "--url", address()).code());
    }

    @Test
    void printsThePageAsItCame() {
        serve(200, "{\"healthy\":true,\"ready\":false}");
        assertEquals("{\n  \"schema\": 1,\n  \"healthy\": true,\n  \"ready\": false\n}\n",
                Run.with(daemon, "health", "--json", "--url", address()).output());
    }

    @Test
    void aDaemonThatIsNotWellIsShownAndAnError() {
        serve(503, "{\"healthy\":false,\"ready\":false,\"uptime\":\"5s\",\"endpoints\":{}}");
        Run run = Run.with(daemon, "health", "--url", address());
        assertEquals("healthy  no\nready    no\nup       5s\n", run.output());
        assertEquals(1, run.code());
        assertEquals("", run.errors());
    }

    @Test
    void nobodyThereIsNoDaemon() throws IOException {
        // A port that is ours, so that nobody else listens there, and nobody does.
        try (Socket unheard = new Socket()) {
            unheard.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Run run = Run.with(daemon, "health", "--url", "127.0.0.1:" + unheard.getLocalPort());
            assertEquals(3, run.code());
            assertTrue(run.errors().contains("server.health_address"), run.errors());
        }
    }

    @Test
    void anotherProgramOnThePortIsSaid() {
        serve(200, "<html>hello</html>");
        Run run = Run.with(daemon, "health", "--url", address());
        assertEquals(1, run.code());
        assertTrue(run.errors().contains("is no health page of ngrokd"), run.errors());
    }

    @Test
    void doesNotWaitForEver() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Run run = Run.with(daemon, "health", "--timeout", "1", "--url", "127.0.0.1:" + silent.getLocalPort());
            assertEquals(5, run.code(), run.errors());
        }
    }

    @Test
    void refusesWhatIsNoAddress() {
        for (String url : new String[] {"file:///etc/passwd", "http://", "http://a b", "ftp://x"}) {
            Run run = Run.with(daemon, "health", "--url", url);
            assertEquals(2, run.code(), url + ": " + run.errors());
        }
    }
}

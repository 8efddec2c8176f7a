package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that need the HTTP API, over the socket and over TCP. */
class ApiCommandsTest {

    private static final String PROBLEM = "{\"type\":\"about:blank\",\"title\":\"x\",\"status\":%d,\"detail\":\"%s\",\"mend\":\"mend it\"}";

    @TempDir
    private Path folder;

    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(folder);
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    @Test
    void deedsSayWhatCameOfThem() {
        daemon.http("POST /v1/actions/reload", 200, "{\"schema\":1,\"message\":\"The config was reloaded\"}");
        assertEquals("The config was reloaded.\n", Run.with(daemon, "reload").output());
        assertEquals("{\n  \"schema\": 1,\n  \"message\": \"The config was reloaded\"\n}\n", Run.with(daemon, "reload", "--json").output());
        daemon.http("POST /v1/plugins/a%20b/disable", 200, "{\"message\":\"done\"}");
        assertEquals("done.\n", Run.with(daemon, "plugin", "disable", "a b").output());
    }

    @Test
    void problemsHaveTheirExitCodesAndMends() {
        Map<Integer, Integer> codes = Map.of(403, 4, 401, 4, 409, 1, 500, 1, 504, 5);
        codes.forEach((status, code) -> {
            daemon.http("POST /v1/actions/poll", status, PROBLEM.formatted(status, "no\\nand why"));
            Run run = Run.with(daemon, "poll");
            assertEquals(code, run.code(), run::toString);
            assertTrue(run.errors().startsWith("ngrokctl: no\n  and why\n  mend it\n"), run.errors());
            assertEquals("", run.output());
        });
        daemon.raw("set-api-key", "{\"success\":false,\"error\":\"not permitted: eve may look and not change\"}\n");
        assertEquals(4, Run.with(daemon, "set-api-key", "key").code());
    }

    @Test
    void aDaemonWithoutTheApiIsSaid() {
        daemon.raw("POST /v1/actions/poll", "{\"success\":false,\"error\":\"invalid character 'P'\"}\n");
        Run run = Run.with(daemon, "poll");
        assertEquals(1, run.code());
        assertTrue(run.errors().contains("has no HTTP API") && run.errors().contains("the Go daemon"), run.errors());
    }

    @Test
    void brokenAnswersAreSaid() {
        for (String broken : new String[] {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n"}) {
            daemon.raw("POST /v1/actions/poll", broken);
            Run run = Run.with(daemon, "poll");
            assertEquals(1, run.code(), run::toString);
            assertTrue(run.errors().contains("No good answer"), run.errors());
        }
    }

    @Test
    void waitingWaitsForADaemonToo() {
        Run none = Run.Setting.at(folder.resolve("none.sock")).run("wait", "--timeout", "1");
        assertEquals(3, none.code());
        daemon.http("GET /v1/wait", 504, PROBLEM.formatted(504, "after 1 s ngrokd is not ready"));
        Run late = Run.with(daemon, "wait", "--timeout", "1", "--for", "endpoint=a b");
        assertEquals(5, late.code(), late::toString);
        assertTrue(daemon.requests().getFirst().startsWith("GET /v1/wait?for=endpoint%3Da+b&timeout="), daemon.requests()::toString);
        daemon.http("GET /v1/wait", 200, "{\"schema\":1,\"for\":\"ready\",\"waited_ms\":3}");
        assertEquals("ngrokd is ready.\n", Run.with(daemon, "wait").output());
    }

    @Test
    void streamsArePrintedAsTheyCome() {
        String stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:\n\nid: 1\nevent: endpoint.ready\n"
                + "data: {\"at\":\"2026-11-21T11:59:48Z\",\"type\":\"endpoint.ready\",\"endpoint\":\"a:80\",\"message\":\"at 10.0.0.1:80\"}\n\n";
        daemon.raw("GET /v1/events", stream);
        Run events = Run.with(daemon, "events", "-f");
        assertEquals("2026-11-21 11:59:48  endpoint.ready        a:80  at 10.0.0.1:80\n", events.output());
        assertEquals(3, events.code(), "the daemon went away");
        assertEquals("{\"schema\":1,\"at\":\"2026-11-21T11:59:48Z\",\"type\":\"endpoint.ready\",\"endpoint\":\"a:80\",\"message\":\"at 10.0.0.1:80\"}\n",
                Run.with(daemon, "events", "-f", "--json").output());
        daemon.raw("GET /v1/endpoints", "HTTP/1.1 200 OK\r\n\r\nevent: endpoint\ndata: {\"endpoint\":\"a:80\",\"url\":\"http://a\",\"state\":\"ready\"}\n\n"
                + "event: synced\ndata: {}\n\nevent: removed\ndata: {\"endpoint\":\"a:80\",\"url\":\"http://a\"}\n\n");
        assertEquals("http://a ready\nhttp://a removed\n", Run.with(daemon, "list", "--watch").output());
    }

    @Test
    void aPatternNarrowsTheGoDaemonsListToo() {
        daemon.data("list", "[{\"id\":\"ep_1\",\"hostname\":\"api.myapp\",\"url\":\"http://api.myapp\",\"local_listener\":true},"
                + "{\"id\":\"ep_2\",\"hostname\":\"db\",\"url\":\"tcp://db:5432\",\"local_listener\":true}]");
        assertTrue(Run.with(daemon, "list", "API").lines().getLast().startsWith("1 endpoint"));
        assertTrue(Run.with(daemon, "list", "*").lines().getLast().startsWith("2 endpoints"));
        assertTrue(Run.with(daemon, "list", "my*").output().contains("No endpoint fits 'my*'"));
        assertTrue(Run.with(daemon, "list", "--json", "db").output().contains("ep_2"));
        assertFalse(Run.with(daemon, "list", "--json", "db").output().contains("ep_1"));
        assertTrue(Run.with(daemon, "list", "--wide").output().contains("ep_2"));
    }

    @Test
    void overTcpWithTheToken() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> tokens = new ArrayList<>();
        server.createContext("/v1/", exchange -> {
            tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = (exchange.getRequestURI().getPath().equals("/v1/endpoints")
                    ? "{\"schema\":1,\"endpoints\":[{\"id\":\"ep_1\"}]}" : "{\"registered\":true,\"message\":\"good\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, 0); // in chunks
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        Path token = Files.writeString(folder.resolve("control.token"), "secret\n");
        Run.Setting nowhere = Run.Setting.at(folder.resolve("none.sock"));
        assertTrue(nowhere.run("status", "--url", url).output().contains("registered"));
        assertTrue(nowhere.run("--url", url, "list", "--json").output().contains("\"ep_1\""));
        assertEquals("good.\n", nowhere.run("poll", "--url", url, "--token-file", token.toString()).output());
        assertEquals("Bearer secret", tokens.getLast());
        assertEquals(4, nowhere.run("poll", "--url", url, "--token-file", token + "x").code());
        server.stop(0);
        assertEquals(3, nowhere.run("status", "--url", url).code());
        assertEquals(2, nowhere.run("status", "--url", "ftp://x").code());
    }

    /** A run of {@code config edit} with an editor that does this to its file. */
    private Run edit(String editor, String input, Path config) throws IOException {
        Path script = Files.writeString(folder.resolve("editor"), "#!/bin/sh\n" + editor + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        daemon.data("status", "{\"config_path\":\"" + config + "\"}");
        Map<String, String> environment = new HashMap<>(Map.of("NGROKD_SOCKET", daemon.path().toString(), "VISUAL", script.toString()));
        return new Run.Setting(environment, input, Run.PIPE, Optional::empty).run("config", "edit");
    }

    @Test
    void whatTheDaemonCanUseTakesTheFilesPlace() throws IOException {
        Path config = Files.writeString(folder.resolve("config.yml"), "a: 1\n");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-r-----"));
        daemon.http("POST /v1/config/check", 200, "{\"message\":\"good\"}").http("POST /v1/actions/reload", 200, "{\"message\":\"The config was reloaded\"}");
        Run run = edit("echo 'b: 2' >> \"$1\"", "", config);
        assertEquals("The config was reloaded.\n", run.output(), run::toString);
        assertEquals("a: 1\nb: 2\n", Files.readString(config));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(config)));
        assertTrue(daemon.requests().contains("a: 1\nb: 2\n"), "it was checked before it was saved");
        assertEquals("Nothing was changed.\n", edit("true", "", config).output());
    }

    @Test
    void whatItCannotUseIsEditedAgainOrDropped() throws IOException {
        Path config = Files.writeString(folder.resolve("config.yml"), "a: 1\n");
        daemon.http("POST /v1/config/check", 409, PROBLEM.formatted(409, "config.yml:2: unknown key 'b'"));
        Run dropped = edit("echo 'b: 2' >> \"$1\"", "what?\nk\n", config);
        assertEquals(1, dropped.code());
        assertTrue(dropped.errors().contains("unknown key 'b'") && dropped.errors().contains("stays as it was"), dropped.errors());
        Run unanswered = edit("echo 'b: 2' >> \"$1\"", "", config);
        assertEquals(1, unanswered.code());
        Run again = edit("if grep -q b \"$1\"; then echo 'a: 1' > \"$1\"; else echo 'b: 2' >> \"$1\"; fi", "e\n", config);
        assertEquals("Nothing was changed.\n", again.output(), again::toString);
        assertEquals("a: 1\n", Files.readString(config));
    }

    @Test
    void anEditorThatFailsChangesNothing() throws IOException {
        Path config = Files.writeString(folder.resolve("config.yml"), "a: 1\n");
        Run failed = edit("echo x > \"$1\"; exit 7", "", config);
        assertEquals(1, failed.code());
        assertTrue(failed.errors().contains("failed with 7"), failed.errors());
        assertEquals("a: 1\n", Files.readString(config));
        daemon.http("POST /v1/config/check", 200, "{\"message\":\"good\"}");
        Run raced = edit("echo 'd: 3' > " + config + "; echo 'b: 2' >> \"$1\"", "", config);
        assertEquals(1, raced.code());
        assertTrue(raced.errors().contains("changed by somebody else"), raced.errors());
        assertEquals("d: 3\n", Files.readString(config));
    }

    @Test
    void theConfigIsShownAsTheFileHasIt() {
        daemon.http("GET /v1/config", 200, "{\"schema\":1,\"path\":\"/c.yml\",\"config\":{\"api\":{\"key\":\"***\"},\"n\":{\"l\":[\"a\",1],\"e\":{},\"b\":true}}}");
        assertEquals("# in force; the file is /c.yml\napi:\n  key: \"***\"\nn:\n  l: [\"a\", 1]\n  e: {}\n  b: true\n",
                Run.with(daemon, "config", "show").output());
        daemon.data("status", "{\"config_path\":\"/c.yml\"}");
        assertEquals("/c.yml\n", Run.with(daemon, "config", "path").output());
        daemon.data("status", "{\"registered\":true}");
        assertEquals(1, Run.with(daemon, "config", "path").code());
    }

    @Test
    void pluginsInATable() {
        daemon.http("GET /v1/plugins", 200, "{\"plugins\":[{\"id\":\"one\",\"version\":\"1.0\",\"state\":\"started\",\"enabled\":true},"
                + "{\"id\":\"two\",\"version\":\"2.0\",\"state\":\"failed\",\"enabled\":false,\"problem\":\"no class\"}]}");
        assertEquals("PLUGIN  VERSION  STATE    IN USE\none     1.0      started  yes\ntwo     2.0      failed   disabled\n    no class\n",
                Run.with(daemon, "plugin", "list").output());
        daemon.http("GET /v1/plugins/one", 200, "{\"id\":\"one\",\"version\":\"1.0\",\"enabled\":true,\"extensions\":[\"a.b.C\"]}");
        assertEquals("plugin   one\nversion  1.0\nin use   yes\nbrings   C\n", Run.with(daemon, "plugin", "info", "one").output());
    }
}

package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Terminal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk as a user sees it: the daemon's hops, those from here, and what becomes of the exit code. */
class DoctorCommandTest {

    private static final String OK = "{\"hop\":\"%s\",\"state\":\"ok\",\"saw\":\"as it should be\"}";

    @TempDir
    private Path folder;

    private FakeDaemon daemon;
    private ServerSocket service;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(folder);
        service = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
        daemon.close();
    }

    /** Answers every connection with this, and closes it; with nothing it leaves it open. */
    private void serves(String answer) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = service.accept();
                    if (!answer.isEmpty()) {
                        client.getInputStream().read();
                        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                        client.close();
                    }
                }
            } catch (SocketException over) {
                return;
            } catch (IOException broken) {
                throw new IllegalStateException(broken);
            }
        });
    }

    /** The daemon says this of a name that every system finds at 127.0.0.1, and nowhere else: the address itself. */
    private void says(String protocol, String address, String... hops) {
        daemon.http("GET /v1/doctor", 200, """
                {"schema":1,"name":"localhost","host":"127.0.0.1","endpoint":"localhost:80","protocol":"%s","address":"%s","listen_port":%d,"hops":[%s]}"""
                .formatted(protocol, address, service.getLocalPort(), String.join(",", hops)));
    }

    private static Fields hop(Run run, String name) throws IOException {
        return Json.fields(run.output().getBytes(StandardCharsets.UTF_8)).objects("hops").stream()
                .filter(hop -> hop.text("hop").filter(name::equals).isPresent()).findFirst()
                .orElseThrow(() -> new AssertionError("no hop " + name + " in " + run));
    }

    @Test
    void allIsWell() throws IOException {
        serves("HTTP/1.1 200 OK\r\n\r\n");
        says("http", "127.0.0.1", OK.formatted("endpoint"), OK.formatted("DNS routing"), OK.formatted("ingress"));
        Run run = Run.with(daemon, "doctor", "localhost");
        assertEquals(0, run.code(), run::toString);
        assertEquals(List.of("\u2713 endpoint     as it should be", "\u2713 DNS routing  as it should be", "\u2713 resolver     127.0.0.1"),
                run.lines().subList(0, 3).stream().map(line -> line.replaceFirst("127.0.0.1 is .*", "127.0.0.1")).toList());
        assertTrue(run.output().contains("\n\u2713 answer       HTTP/1.1 200 OK\n\nlocalhost: "), run.output());
        assertTrue(daemon.requests().getFirst().startsWith("GET /v1/doctor?name=localhost "), daemon.requests()::toString);

        Run json = Run.with(daemon, "doctor", "localhost", "--json");
        Fields document = Json.fields(json.output().getBytes(StandardCharsets.UTF_8));
        assertEquals(1, document.number("schema").orElse(0));
        assertEquals(0, document.number("failed").orElse(-1));
        assertEquals(List.of("endpoint", "DNS routing", "resolver", "connect", "ingress", "answer"),
                document.objects("hops").stream().map(hop -> hop.text("hop").orElse("")).toList());
        assertEquals("here", hop(json, "connect").text("from").orElse(""));
        assertEquals("daemon", hop(json, "ingress").text("from").orElse(""));
    }

    @Test
    void aFailedHopShowsWhatToDoAndWhatItCosts() {
        says("http", "", "{\"hop\":\"endpoint\",\"state\":\"failed\",\"saw\":\"no endpoint is named x\",\"mend\":\"Did you mean y?\"}",
                "{\"hop\":\"interface\",\"state\":\"skipped\",\"saw\":\"'endpoint' failed\"}",
                "{\"hop\":\"address\",\"state\":\"skipped\",\"saw\":\"'endpoint' failed\"}",
                "{\"hop\":\"DNS routing\",\"state\":\"skipped\",\"saw\":\"'endpoint' failed\"}");
        Run run = Run.with(daemon, "doctor", "x");
        assertEquals(1, run.code());
        assertEquals("""
                \u2717 endpoint  no endpoint is named x
                            \u2192 Did you mean y?
                \u00b7 skipped   interface, address, DNS routing, resolver, connect, answer: 'endpoint' failed

                localhost: failed: endpoint.
                """, run.output());
        assertEquals("", run.errors());
    }

    @Test
    void onATerminalItIsInColourAndNoWider() {
        says("http", "", "{\"hop\":\"endpoint\",\"state\":\"failed\",\"saw\":\"" + "word ".repeat(60) + "\",\"mend\":\"" + "mend ".repeat(60) + "\"}",
                OK.formatted("DNS routing"));
        Run coloured = Run.Setting.at(daemon.path()).on(new Terminal(80, true, true)).run("doctor", "x");
        assertTrue(coloured.output().startsWith("\u001b[31m\u2717\u001b[0m endpoint"), coloured.output());
        Run plain = Run.Setting.at(daemon.path()).on(new Terminal(80, false, false)).run("doctor", "x");
        assertTrue(plain.lines().stream().allMatch(line -> line.length() <= 80), plain.output());
        assertTrue(plain.output().startsWith("x endpoint") && plain.output().chars().allMatch(letter -> letter < 128), plain.output());
    }

    @Test
    void somebodyElsesAddressForTheName() throws IOException {
        says("http", "192.0.2.1", OK.formatted("endpoint"), "{\"hop\":\"listener\",\"state\":\"failed\",\"saw\":\"gone\",\"mend\":\"\"}");
        Run run = Run.with(daemon, "doctor", "localhost", "--json");
        assertEquals(1, run.code());
        assertEquals("failed", hop(run, "resolver").text("state").orElse(""));
        assertTrue(hop(run, "resolver").text("saw").orElse("").contains("but ngrokd serves it at 192.0.2.1"), run::toString);
        assertEquals("'listener' failed", hop(run, "connect").text("saw").orElse(""));
    }

    @Test
    void answersOfEachProtocol() throws IOException {
        serves("HTTP/1.1 502 Bad Gateway\r\nX-Ngrokd-Error: TIMEOUT\r\n\r\n");
        says("http", "127.0.0.1");
        Run ours = Run.with(daemon, "doctor", "localhost", "--json");
        assertTrue(hop(ours, "answer").text("saw").orElse("").contains("ngrokd's own page: HTTP/1.1 502 Bad Gateway, TIMEOUT"), ours::toString);
        says("https", "127.0.0.1");
        Run noTls = Run.with(daemon, "doctor", "localhost", "--json");
        assertTrue(hop(noTls, "answer").text("saw").orElse("").startsWith("no TLS with it"), noTls::toString);
        says("http", "127.0.0.1", "{\"hop\":\"binding exchange\",\"state\":\"failed\",\"saw\":\"ERR_NGROK_3200\",\"mend\":\"\"}");
        Run offline = Run.with(daemon, "doctor", "localhost", "--json");
        assertEquals("'binding exchange' failed", hop(offline, "answer").text("saw").orElse(""));
    }

    @Test
    void onEveryAddressAnyOfThisMachineIsRight() throws IOException {
        serves("HTTP/1.1 200 OK\r\n\r\n");
        says("http", "0.0.0.0");
        Run run = Run.with(daemon, "doctor", "localhost", "--json");
        assertEquals(0, run.code(), run::toString);
        assertTrue(hop(run, "connect").text("saw").orElse("").startsWith("127.0.0.1:"), run::toString);
    }

    @Test
    void aSilentServiceIsNoFault() throws IOException {
        serves("");
        says("tcp", "127.0.0.1");
        Run run = Run.with(daemon, "doctor", "localhost", "--json");
        assertEquals("ok", hop(run, "answer").text("state").orElse(""), run::toString);
        assertEquals(0, run.code());
    }

    @Test
    void nobodyListensHere() throws IOException {
        service.close();
        says("tcp", "127.0.0.1");
        Run run = Run.with(daemon, "doctor", "localhost", "--json");
        assertEquals("failed", hop(run, "connect").text("state").orElse(""), run::toString);
        assertEquals("'connect' failed", hop(run, "answer").text("saw").orElse(""));
    }

    @Test
    void theMachineWithItsEndpoints() {
        daemon.http("GET /v1/doctor", 200, """
                {"schema":1,"hops":[%s],"endpoint_count":30,"endpoints":[
                {"endpoint":"db.demo:5432","hostname":"db.demo","url":"tcp://db.demo:5432","state":"degraded","reason":"its port is taken"},
                {"endpoint":"localhost:80","hostname":"127.0.0.1","url":"http://localhost","state":"ready","reason":"","address":"127.0.0.1","listen_port":80}]}"""
                .formatted(OK.formatted("config")));
        Run run = Run.with(daemon, "doctor");
        assertEquals(1, run.code());
        assertTrue(run.output().contains("\u2717 tcp://db.demo:5432  its port is taken\n                      \u2192 ngrokctl doctor db.demo:5432\n"), run.output());
        assertTrue(run.output().contains("\u2713 http://localhost    127.0.0.1:80\n\u00b7 and 10 more         see: ngrokctl list\n"), run.output());
        assertTrue(run.output().endsWith("This machine: failed: tcp://db.demo:5432.\n"), run.output());
    }

    @Test
    void withoutADaemonItSaysWhatCanBeFoundOut() throws IOException {
        Path none = folder.resolve("none.sock");
        Run run = Run.Setting.at(none).run("doctor", "x", "--config", folder.resolve("none.yml").toString());
        assertEquals(3, run.code());
        assertTrue(run.output().startsWith("\u2717 daemon        No daemon: there is no socket at " + none), run.output());
        assertTrue(run.output().contains("! config        there is no " + folder.resolve("none.yml")), run.output());
        assertTrue(run.output().contains("control port"), run.output());
        Fields json = Json.fields(Run.Setting.at(none).run("doctor", "--json").output().getBytes(StandardCharsets.UTF_8));
        assertTrue(json.flag("no_daemon").orElse(false));
    }

    @Test
    void otherDaemonsAndRefusals() {
        daemon.raw("GET /v1/doctor", "{\"success\":false,\"error\":\"invalid character 'G'\"}\n");
        Run go = Run.with(daemon, "doctor");
        assertEquals(1, go.code());
        assertTrue(go.errors().contains("has no HTTP API") && go.errors().contains("the Go daemon"), go.errors());
        daemon.http("GET /v1/doctor", 503, "{\"title\":\"x\",\"status\":503,\"detail\":\"the doctor is busy\"}");
        Run busy = Run.with(daemon, "doctor", "--json");
        assertEquals(1, busy.code());
        assertTrue(busy.errors().contains("the doctor is busy"), busy.errors());
        assertFalse(busy.output().contains("{"), busy.output());
        daemon.http("GET /v1/doctor", 403, "{\"title\":\"x\",\"status\":403,\"detail\":\"not permitted\"}");
        assertEquals(4, Run.with(daemon, "doctor").code());
        assertEquals(2, Run.with(daemon, "doctor", "one", "two").code());
    }
}

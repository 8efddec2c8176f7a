package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What passes through, and what a client is told when something does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForwardingIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MEGABYTE = 1 << 20;

    private Machine machine;
    private Daemon daemon;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(getClass()).asShipped();
        Cloud cloud = Cloud.start(machine, "http://hello.demo", "tcp://echo.demo:7000", "tcp://source.demo:7001",
                "{url: \"http://offline.demo\", offline: true}", "{url: \"http://down.demo\", forward_to: \"127.0.0.1:9\"}",
                "{url: \"tcp://offline.demo:7002\", offline: true}",
                "{url: \"tcp://answer.demo:7003\", forward_to: \"127.0.0.1:7999\"}");
        daemon = machine.daemon("daemon").of(cloud).environment("NGROKD_JAVA_OPTS", javaOptions()).start();
        daemon.awaitServed("http://hello.demo", "tcp://echo.demo:7000", "tcp://source.demo:7001", "http://offline.demo",
                "http://down.demo", "tcp://offline.demo:7002", "tcp://answer.demo:7003");
    }

    @AfterAll
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    /** What the daemon's Java is given beyond the launcher's own. */
    String javaOptions() {
        return "";
    }

    /** As status should show it. */
    String transport() {
        return "epoll, TLS by BoringSSL";
    }

    @Test
    void statusSaysWhatItRunsOn() throws Exception {
        assertEquals(transport(), daemon.status().path("transport").asText());
        assertTrue(daemon.ngrokctl("status").ok().output().contains(transport()));
    }

    @Test
    void theHostIsRightOnEveryRequestOfAConnection() throws Exception {
        Result result = machine.run("curl", "-sS", "-w", "\n%{num_connects}\n",
                "-H", "Host: first.wrong", "http://hello.demo/headers", "http://hello.demo/headers").ok();
        List<String> lines = result.lines().stream().filter(line -> !line.isBlank()).toList();
        assertEquals(List.of("1", "0"), List.of(lines.get(1), lines.get(3)), "one connection: " + result);
        for (int answer : new int[] {0, 2}) {
            assertEquals(List.of("hello.demo"), headers(lines.get(answer), "host"), result::toString);
        }
    }

    @Test
    void differentRequestsOfOneConnectionAreAnsweredInTurn() throws Exception {
        Result result = machine.shell("""
                printf 'GET /headers HTTP/1.1\\r\\nHost: hello.demo\\r\\n\\r\\nPOST /echo HTTP/1.1\\r\\nHost: other\\r\\nContent-Length: 5\\r\\n\\r\\nhello\
                GET /status/418 HTTP/1.1\\r\\nHost: hello.demo\\r\\nConnection: close\\r\\n\\r\\n' | nc hello.demo 80""").ok();
        int greeting = result.output().indexOf("{\"headers\"");
        int echo = result.output().indexOf("\r\n\r\nhello");
        int teapot = result.output().indexOf("status 418");
        assertEquals(List.of("200", "200", "418"), result.output().lines().flatMap(line -> Pattern.compile("HTTP/1.1 (\\d+)")
                .matcher(line).results().map(found -> found.group(1))).toList(), result::toString);
        assertTrue(greeting >= 0 && greeting < echo && echo < teapot, result::toString);
    }

    @Test
    void aBigDownloadArrivesWhole() throws Exception {
        int size = 200 * MEGABYTE;
        assertEquals(checksumOfSample(size) + "  -",
                machine.shell("curl -sS --fail http://hello.demo/bytes/" + size + " | sha256sum").ok().output().strip());
    }

    @Test
    void aBigUploadComesBackWhole() throws Exception {
        Path file = machine.folder().resolve("upload");
        machine.shell("head -c " + 50 * MEGABYTE + " /dev/urandom > " + file).ok();
        Result sent = machine.shell("curl -sS --fail -H 'Expect:' -H 'Content-Type: application/octet-stream' --data-binary @" + file
                + " http://hello.demo/echo | cmp - " + file);
        assertEquals(0, sent.exitCode(), sent::toString);
    }

    @Test
    void aChunkedUploadComesBackWhole() throws Exception {
        Path file = machine.folder().resolve("chunked");
        machine.shell("head -c " + 5 * MEGABYTE + " /dev/urandom > " + file).ok();
        Result sent = machine.shell("curl -sS --fail -D " + machine.folder() + "/head -H 'Transfer-Encoding: chunked' -T - http://hello.demo/echo < "
                + file + " | cmp - " + file);
        assertEquals(0, sent.exitCode(), sent::toString);
        assertTrue(machine.shell("cat " + machine.folder() + "/head").ok().output().toLowerCase(Locale.ROOT)
                .contains("transfer-encoding: chunked"));
    }

    @Test
    void anAnswerArrivesWhileItIsMade() throws Exception {
        // The whole of it takes ten minutes: whoever gets something earlier gets it while it is made.
        Result dripped = machine.shell("curl -sSN 'http://hello.demo/drip?n=11&ms=60000' > dripped &"
                + " until [ -s dripped ]; do sleep 0.1; done; kill $!; cat dripped").ok();
        assertEquals("drip 1\n", dripped.output());
    }

    @Test
    void aWebSocketIsUpgraded() throws Exception {
        Result result = machine.run(Programs.java(WebSocketEcho.class, "ws://hello.demo/ws").toArray(String[]::new)).ok();
        assertEquals("first message and 100000 more\n", result.output());
    }

    @Test
    void halfCloseIsKeptInBothDirections() throws Exception {
        assertEquals("all of it", machine.run("all of it", Map.of(), "nc", "-N", "echo.demo", "7000").ok().output());
        // The far end answers only when it has seen our end.
        machine.start(machine.builder(Map.of(), Programs.java(LastWord.class, "7999")));
        daemon.await("the far end listens", () -> machine.shell("ss -ltn | grep -q :7999").exitCode() == 0);
        assertEquals("1000000 bytes", machine.shell("head -c 1000000 /dev/zero | nc -N answer.demo 7003").ok().output());
    }

    @Test
    void anOfflineEndpointIsExplained() throws Exception {
        Result page = machine.run("curl", "-sS", "-w", "%{http_code}", "http://offline.demo/").ok();
        assertTrue(page.output().contains("ERR_NGROK_3200") && page.output().contains("offline.demo")
                && page.output().endsWith("503"), page::toString);
        JsonNode json = JSON.readTree(machine.run("curl", "-sS", "-H", "Accept: application/json", "http://offline.demo/").ok().output());
        assertEquals("ERR_NGROK_3200", json.path("error_code").asText(), json::toString);
        assertTrue(json.path("message").asText().contains("offline") && !json.path("advice").asText().isEmpty(), json::toString);
        Result browser = machine.run("curl", "-sS", "-i", "-H", "Accept: text/html", "http://offline.demo/").ok();
        assertTrue(browser.output().contains("text/html") && browser.output().contains("ERR_NGROK_3200"), browser::toString);
        daemon.await("the list has it too", () -> daemon.endpoint("http://offline.demo").orElseThrow()
                .path("last_error").asText().contains("ERR_NGROK_3200"));
    }

    @Test
    void aTcpClientOfAnOfflineEndpointIsClosedAndTheListSaysWhy() throws Exception {
        Result closed = machine.shell("echo hello | timeout 60 nc offline.demo 7002");
        assertEquals("", closed.output());
        assertTrue(closed.exitCode() != 124, "it was closed");
        daemon.await("the list says why", () -> daemon.endpoint("tcp://offline.demo:7002").orElseThrow()
                .path("last_error").asText().contains("ERR_NGROK_3200"));
    }

    @Test
    void aBackendThatIsDownIsExplained() throws Exception {
        Result page = machine.run("curl", "-sS", "-w", "%{http_code}", "http://down.demo/").ok();
        assertTrue(page.output().contains("ERR_NGROK_8012") && page.output().endsWith("502"), page::toString);
    }

    @Test
    void connectionsAreCounted() throws Exception {
        long before = daemon.endpoint("http://hello.demo").orElseThrow().path("total_connections").asLong();
        machine.run("curl", "-sS", "--fail", "http://hello.demo/").ok();
        daemon.await("one more connection", () -> {
            JsonNode endpoint = daemon.endpoint("http://hello.demo").orElseThrow();
            return endpoint.path("total_connections").asLong() == before + 1 && endpoint.path("connections").asLong() == 0;
        });
    }

    /** Of the sample's bytes: the one at offset i is i modulo 251. */
    private static String checksumOfSample(int size) throws NoSuchAlgorithmException {
        byte[] block = new byte[251 * 4096];
        for (int index = 0; index < block.length; index++) {
            block[index] = (byte) (index % 251);
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int left = size; left > 0; left -= block.length) {
            digest.update(block, 0, Math.min(left, block.length));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<String> headers(String answer, String name) throws IOException {
        return JSON.readTree(answer).path("headers").valueStream()
                .filter(header -> header.path("name").asText().equalsIgnoreCase(name))
                .map(header -> header.path("value").asText()).toList();
    }
}

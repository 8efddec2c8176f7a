package io.ngrokd.kernel.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.kernel.control.ControlLab.HttpAnswer;
import io.ngrokd.kernel.control.api.Reply;
import io.ngrokd.kernel.control.api.Request;
import io.ngrokd.kernel.status.EndpointStatus.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP API on a real socket and over real TCP. */
class HttpApiTest {

    @TempDir
    private Path folder;

    private ControlLab lab;

    @BeforeEach
    void start() throws IOException {
        lab = new ControlLab(folder).serving();
    }

    @AfterEach
    void stop() throws IOException {
        lab.close();
    }

    @Test
    void oneSocketSpeaksBoth() throws IOException {
        assertEquals(lab.get("/v1/status").json().path("pid"),
                ControlLab.JSON.readTree(lab.raw("{\"command\":\"status\"}")).path("data").path("pid"));
        assertTrue(lab.raw(" \n{\"command\":\"status\"}").startsWith("{\"success\":true"));
    }

    @Test
    void severalRequestsOnOneConnection() throws IOException {
        String request = "GET /v1/log-level HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String answers = lab.raw(request + request + "GET /v1/none HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertEquals(4, answers.split("HTTP/1.1 ", -1).length, answers);
        assertTrue(answers.contains("404 Not Found"), answers);
    }

    @Test
    void headHasNoBody() throws IOException {
        HttpAnswer head = lab.ask("HEAD", "/v1/status", "");
        assertEquals(200, head.status());
        assertEquals("", head.body());
    }

    @Test
    void whatIsNoHttpIsAnsweredInItsShape() throws IOException {
        for (String odd : new String[] {"GARBAGE\r\n\r\n", "GET /v1/%zz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /v1/status HTTP/1.1\r\nno header\r\n\r\n"}) {
            HttpAnswer answer = HttpAnswer.parse(lab.raw(odd));
            assertTrue(answer.status() == 400 || answer.status() == 404, answer::toString);
            assertTrue(answer.json().has("detail"), answer::toString);
        }
        HttpAnswer noJson = lab.ask("POST", "/v1/actions/api-key", "{");
        assertEquals(400, noJson.status());
        assertTrue(lab.asked.isEmpty());
    }

    @Test
    void aRequestThatNeverEndsIsEnded() throws Exception {
        try (SocketChannel channel = lab.connect()) {
            channel.write(text("POST /v1/config/check HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"));
            ByteBuffer chunk = text("10000\r\n" + "x".repeat(0x10000) + "\r\n");
            try {
                // A gigabyte, if it were let.
                for (int count = 0; count < 16_384; count++) {
                    chunk.rewind();
                    while (chunk.hasRemaining()) {
                        channel.write(chunk);
                    }
                }
                throw new AssertionError("it took a gigabyte");
            } catch (IOException refused) {
                assertFalse(lab.asked.contains("check"));
            }
        }
        assertEquals(200, lab.get("/v1/status").status());
    }

    @Test
    void endpointsAreFiltered() throws IOException {
        for (Map.Entry<String, List<String>> filter : Map.of(
                "", List.of("ep_80", "ep_5432", "ep_9"), "?state=ready", List.of("ep_80"), "?state=refused", List.of("ep_9"),
                "?pattern=EXAMPLE", List.of("ep_80", "ep_5432"), "?pattern=*.example", List.of("ep_80", "ep_5432"), "?pattern=d?.example:5432",
                List.of("ep_5432"), "?pattern=exam*", List.<String>of(), "?filter=db&state=degraded", List.of("ep_5432")).entrySet()) {
            assertEquals(filter.getValue(), lab.get("/v1/endpoints" + filter.getKey()).json().path("endpoints").findValuesAsText("id"), filter::toString);
        }
        assertEquals("ep_80", lab.get("/v1/endpoints/api.example").json().path("id").asText());
        assertEquals(404, lab.get("/v1/endpoints/none").status());
    }

    @Test
    void waitingEndsWhenItIsSo() throws Exception {
        assertEquals("ready", lab.get("/v1/wait?for=ready").json().path("for").asText());
        HttpAnswer late = lab.get("/v1/wait?for=endpoint=db.example&timeout=0");
        assertEquals(504, late.status());
        assertTrue(late.json().path("detail").asText().contains("its port is taken"), late::toString);
        lab.endpoints(State.DEGRADED);
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpAnswer> waiting = other.submit(() -> lab.get("/v1/wait?for=endpoint=api.example:80&timeout=60"));
            lab.endpoints(State.READY);
            assertEquals(200, waiting.get().status());
        }
    }

    @Test
    void changesAreSentAsTheyCome() throws Exception {
        try (SocketChannel channel = lab.connect()) {
            channel.write(text("GET /v1/endpoints?pattern=api HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"));
            BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            assertEquals("ready", next(lines, "endpoint").path("state").asText());
            next(lines, "synced");
            lab.endpoints(State.DEGRADED);
            assertEquals("degraded", next(lines, "endpoint").path("state").asText());
            lab.board.endpoints(new TreeMap<>(), List.of());
            assertEquals("api.example:80", next(lines, "removed").path("endpoint").asText());
        }
    }

    @Test
    void eventsGoOnWhereAClientLeftOff() throws Exception {
        JsonNode recent = lab.get("/v1/events").json().path("events");
        assertEquals(List.of("endpoint.added", "endpoint.ready", "endpoint.added", "endpoint.degraded"), recent.findValuesAsText("type"));
        lab.ask("POST", "/v1/actions/reload", "");
        try (Socket client = new Socket("127.0.0.1", lab.port)) {
            client.getOutputStream().write(("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nLast-Event-ID: 3\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            assertEquals("db.example:5432", next(lines, "endpoint.degraded").path("endpoint").asText());
            next(lines, "config.reloaded");
        }
    }

    @Test
    void aListenerThatDoesNotKeepUpIsCutOffAndNobodyWaitsForIt() throws Exception {
        Feed<Integer> feed = new Feed<>(10);
        try (Feed<Integer>.Subscription slow = feed.subscribe(0)) {
            IntStream.range(0, 5000).forEach(feed::publish);
            assertTrue(slow.isCutOff());
            assertEquals(10, feed.recent().size());
            assertEquals(5000, feed.last());
        }
        try (Feed<Integer>.Subscription fresh = feed.subscribe(4998)) {
            assertEquals(4999, fresh.next(Duration.ZERO).orElseThrow().id());
        }
    }

    @Test
    void whoeverIsNotTrustedMayLookAndNotChange() throws IOException {
        Caller stranger = Caller.user("mallory", () -> false);
        Reply.Document refused = document("POST", "/v1/actions/poll", stranger);
        assertEquals(403, refused.status());
        assertTrue(new String(refused.body(), StandardCharsets.UTF_8).contains("not permitted: mallory may look and not change"));
        assertEquals(403, document("GET", "/v1/logs", stranger).status());
        assertEquals(200, document("GET", "/v1/status", stranger).status());
        assertEquals(200, document("POST", "/v1/actions/poll", Caller.user("member", () -> true)).status());
        assertEquals(List.of("poll"), lab.asked);
    }

    private Reply.Document document(String method, String path, Caller caller) {
        return (Reply.Document) lab.api.answer(new Request(method, path, Map.of(), "", "", new byte[0], caller));
    }

    @Test
    void overTcpTheTokenDecides() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(lab.token)));
        String token = Files.readString(lab.token).strip();
        assertEquals(200, lab.overTcp("GET", "/v1/status", "localhost", "", "").status());
        for (String headers : new String[] {"", "Authorization: Bearer wrong\r\n", "Authorization: Basic " + token + "\r\n"}) {
            HttpAnswer refused = lab.overTcp("POST", "/v1/actions/poll", "localhost", "", headers);
            assertEquals(401, refused.status());
            assertTrue(refused.head().toLowerCase(Locale.ROOT).contains("www-authenticate: bearer"), refused::head);
        }
        assertEquals(401, lab.overTcp("GET", "/v1/logs", "localhost", "", "").status());
        assertTrue(lab.asked.isEmpty());
        assertEquals(200, lab.overTcp("POST", "/v1/actions/poll", "localhost", "", "Authorization: Bearer " + token + "\r\n").status());
        assertEquals(List.of("poll"), lab.asked);
    }

    @Test
    void webPagesAreKeptOut() throws IOException {
        for (String host : new String[] {"localhost", "localhost:8081", "127.0.0.1", "[::1]:8081", "ngrokd.lab", "NGROKD.LAB:1"}) {
            assertEquals(200, lab.overTcp("GET", "/v1/status", host, "", "").status(), host);
        }
        for (String host : new String[] {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1"}) {
            assertEquals(403, lab.overTcp("GET", "/v1/status", host, "", "").status(), host);
            assertEquals(403, lab.overTcp("GET", "/status", host, "", "").status(), host);
            assertEquals(200, lab.overTcp("GET", "/healthz", host, "", "").status(), "probes come under any name");
        }
        for (String header : new String[] {"Origin: http://evil.example", "Origin: null", "Origin: http://localhost:3000", "Referer: http://evil.example/x",
            "Referer: http://localhost.evil.example/", "Origin: https://localhost"}) {
            assertEquals(403, lab.overTcp("GET", "/v1/status", "localhost", "", header + "\r\n").status(), header);
        }
        assertEquals(200, lab.overTcp("GET", "/v1/status", "localhost:8081", "", "Origin: http://localhost:8081\r\n").status());
        assertEquals(200, lab.overTcp("GET", "/v1/status", "localhost", "", "Referer: http://localhost/page\r\n").status());
    }

    @Test
    void fiveHundredClientsOfHttpAtOnce() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int count = 0; count < 500; count++) {
                answers.add(clients.submit(() -> lab.get("/v1/status").status()));
            }
            for (Future<Integer> answer : answers) {
                assertEquals(200, answer.get());
            }
        }
    }

    @Test
    void streamsAreBounded() throws Exception {
        List<SocketChannel> open = new ArrayList<>();
        try {
            int refused = 0;
            for (int count = 0; count < 140; count++) {
                SocketChannel channel = lab.connect();
                open.add(channel);
                channel.write(text("GET /v1/events?watch=true HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                ByteBuffer first = ByteBuffer.allocate(12);
                while (first.hasRemaining() && channel.read(first) >= 0) {
                    // Until the status is there.
                }
                String status = new String(first.array(), StandardCharsets.US_ASCII);
                refused += status.endsWith("503") ? 1 : 0;
            }
            assertTrue(refused > 0 && refused <= 12, "refused: " + refused);
        } finally {
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
    }

    @Test
    void groupsComeFromTheDatabaseOrTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("group"), "root:x:0:\nngrokd:x:990:ann,bob\nother:x:991:eve\n");
        GroupMembers fromFile = new GroupMembers(List.of(folder.resolve("no-such-command").toString()), file);
        assertTrue(fromFile.has("bob", "ngrokd"));
        assertFalse(fromFile.has("eve", "ngrokd"));
        GroupMembers asked = new GroupMembers(List.of("echo", "users ngrokd"), file);
        assertTrue(asked.has("eve", "ngrokd"));
        assertFalse(asked.has("-rf", "ngrokd"));
        assertFalse(new GroupMembers(List.of("false"), file).has("bob", "ngrokd"), "the database says no, whatever the file says");
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The data of the next event, which must be of this type. */
    private static JsonNode next(BufferedReader lines, String type) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("event: ")) {
                assertEquals("event: " + type, line);
                return ControlLab.JSON.readTree(lines.readLine().substring("data: ".length()));
            }
        }
        throw new AssertionError("the stream ended before " + type);
    }
}

package io.ngrokd.kernel.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.control.api.Api;
import io.ngrokd.kernel.discovery.Refusal;
import io.ngrokd.kernel.status.EndpointStatus;
import io.ngrokd.kernel.status.StatusBoard;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Go daemon's protocol on a real socket. */
class ControlSocketTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final StatusBoard board = new StatusBoard(Clock.systemUTC(), event -> {});
    private ControlSocket socket;
    private Path path;

    @BeforeEach
    void start() throws IOException {
        path = folder.resolve("n.sock");
        Documents documents = new Documents(
                new About("1.0", 42, Instant.EPOCH, "/etc/ngrokd/config.yml", path.toString(), "epoll, TLS by BoringSSL"),
                board::read, key -> Traffic.none(), () -> "https://api.ngrok.com", () -> "127.0.0.1:8081");
        socket = new ControlSocket(vertx, documents, new FakeActions(), new Api(List.of()), path);
        socket.start();
    }

    @AfterEach
    void stop() throws IOException {
        socket.stop();
        assertFalse(Files.exists(path));
        vertx.close().await();
    }

    @Test
    void statusHasTheGoDaemonsFieldsUnderItsNames() throws IOException {
        JsonNode data = ask("{\"command\":\"status\"}").path("data");
        assertEquals("[\"registered\",\"operator_id\",\"endpoint_count\",\"ingress_endpoint\"]",
                JSON.valueToTree(data.properties().stream().limit(4).map(java.util.Map.Entry::getKey).toList()).toString());
        assertFalse(data.path("registered").asBoolean(true));
        assertEquals("starting", data.path("state").asText());
    }

    @Test
    void listHasServedAndRefusedEndpoints() throws IOException {
        InetAddress address = InetAddress.ofLiteral("10.107.0.2");
        Endpoint endpoint = new Endpoint(new EndpointKey("a.b", 80), Protocol.HTTP, "http://a.b", List.of("ep_1", "ep_2"));
        TreeMap<String, EndpointStatus> statuses = new TreeMap<>();
        statuses.put("a.b:80", new EndpointStatus(endpoint, EndpointStatus.State.READY, "virtual", Optional.of(address),
                Optional.of(new InetSocketAddress(address, 81)), List.of()));
        board.endpoints(statuses, List.of(new Refusal("ep_3", "http://localhost", "hijack")));
        JsonNode data = ask("{\"command\":\"list\"}").path("data");
        assertEquals(2, data.size());
        assertTrue(data.get(0).toString().startsWith("{\"id\":\"ep_1\",\"hostname\":\"a.b\",\"ip\":\"10.107.0.2\",\"port\":81,"
                + "\"url\":\"http://a.b\",\"local_listener\":true,\"network_port\":0,\"listen_interface\":\"virtual\","), data.get(0).toString());
        assertEquals("refused", data.get(1).path("state").asText());
        assertEquals("hijack", data.get(1).path("reason").asText());
    }

    @Test
    void keysAreTakenOrRefusedInWords() throws IOException {
        assertEquals("{\"success\":true,\"data\":\"API key set\"}\n", raw("{\"command\":\"set-api-key\",\"args\":[\"good\"]}"));
        assertEquals("{\"success\":false,\"error\":\"the key was not taken\"}\n", raw("{\"command\":\"set-api-key\",\"args\":[\"bad\"]}\n"));
        assertEquals("{\"success\":false,\"error\":\"API key required\"}\n", raw("{\"command\":\"set-api-key\"}"));
    }

    @Test
    void aCertificateIsRenewedOrNotInWords() throws IOException {
        assertEquals("{\"success\":true,\"data\":{\"renewed\":true,\"old_not_after\":\"1970-01-01T00:00:00Z\","
                + "\"not_after\":\"1970-01-01T00:00:03Z\",\"renew_at\":\"1970-01-01T00:00:02Z\",\"message\":\"Renewed\"}}\n",
                raw("{\"command\":\"refresh-cert\",\"args\":[\"--force\"]}"));
        assertEquals("{\"success\":false,\"error\":\"ngrok said no\"}\n", raw("{\"command\":\"refresh-cert\"}"));
        assertTrue(ask("{\"command\":\"refresh-cert\",\"args\":[\"--forse\"]}").path("error").asText().contains("--force"));
    }

    private static final class FakeActions implements Actions {
        @Override
        public String setApiKey(String key) throws ActionException {
            if (key.equals("good")) {
                return "API key set";
            }
            throw new ActionException("the key was not taken");
        }

        @Override
        public Refreshed refreshCertificate(boolean force) throws ActionException {
            if (force) {
                return new Refreshed(true, Instant.EPOCH, Instant.ofEpochSecond(3), Instant.ofEpochSecond(2), "Renewed");
            }
            throw new ActionException("ngrok said no");
        }
    }

    @Test
    void oddCommandsAreAnswered() throws IOException {
        assertEquals("{\"success\":false,\"error\":\"unknown command: dance\"}\n", raw("{\"command\":\"dance\"}"));
        assertTrue(ask("nonsense").path("error").asText().startsWith("the command is no JSON"));
        assertTrue(ask("[]").path("error").asText().startsWith("expected an object"));
        assertEquals("the command is longer than 64 KiB", ask("{\"command\":\"" + "x".repeat(2 << 20)).path("error").asText());
    }

    @Test
    void aCommandInPiecesIsOneCommand() throws Exception {
        try (SocketChannel channel = connect()) {
            for (byte part : "{\"command\":\"status\"}".getBytes(StandardCharsets.US_ASCII)) {
                channel.write(ByteBuffer.wrap(new byte[] {part}));
            }
            assertTrue(read(channel).startsWith("{\"success\":true"));
        }
    }

    @Test
    void everybodyMayConnectWhereTheSystemSaysWhoTheyAre() throws IOException {
        assertEquals("rw-rw-rw-", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }

    @Test
    void aStaleSocketIsReplacedAndALiveOneIsNot() throws IOException {
        Path stale = folder.resolve("stale.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(stale));
        }
        assertTrue(Files.exists(stale));
        ControlSocket second = new ControlSocket(vertx, null, null, new Api(List.of()), stale);
        second.start();
        second.stop();
        IOException refused = assertThrows(IOException.class, () -> new ControlSocket(vertx, null, null, new Api(List.of()), path).start());
        assertTrue(refused.getMessage().contains("another daemon listens on"), refused.getMessage());
        assertTrue(raw("{\"command\":\"status\"}").startsWith("{\"success\":true"), "the live one goes on");
    }

    @Test
    void whatIsNoSocketStays() throws IOException {
        Path file = Files.writeString(folder.resolve("precious"), "data");
        IOException refused = assertThrows(IOException.class, () -> new ControlSocket(vertx, null, null, new Api(List.of()), file).start());
        assertTrue(refused.getMessage().contains("no socket"), refused.getMessage());
        assertFalse(ControlSocket.removeStale(file));
        assertEquals("data", Files.readString(file));
    }

    @Test
    void aClientThatSaysNothingIsAnswered() throws IOException {
        assertTrue(raw("").startsWith("{\"success\":false"));
    }

    @Test
    void aPathThatIsTooLongIsSaid() {
        Path longPath = folder.resolve("x".repeat(120));
        assertTrue(assertThrows(IOException.class, () -> new ControlSocket(vertx, null, null, new Api(List.of()), longPath).start())
                .getMessage().startsWith("server.socket_path is longer than"));
    }

    @Test
    void fiveHundredClientsAtOnce() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = IntStream.range(0, 500).mapToObj(number -> clients.submit(() -> raw("{\"command\":\"list\"}"))).toList();
            for (Future<String> answer : answers) {
                assertEquals("{\"success\":true,\"data\":[]}\n", answer.get());
            }
        }
    }

    /** A gigabyte, were it taken: the answer comes early, what follows is dropped for a while, and then nobody listens. */
    @Test
    void aClientThatSendsAGigabyteIsLeft() throws Exception {
        for (String begin : List.of("{\"command\":\"",
                "POST /v1/config/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n\r\n")) {
            long sent = 0;
            try (SocketChannel channel = connect()) {
                channel.write(ByteBuffer.wrap(begin.getBytes(StandardCharsets.US_ASCII)));
                ByteBuffer block = ByteBuffer.allocate(1 << 20);
                while (sent < 1 << 30) {
                    block.clear();
                    sent += channel.write(block);
                }
            } catch (IOException left) {
                assertTrue(sent < 100 << 20, "it took " + sent + " bytes before it left");
                continue;
            }
            throw new AssertionError("it took all of " + sent + " bytes");
        }
        assertTrue(raw("{\"command\":\"status\"}").startsWith("{\"success\":true"), "others are answered");
    }

    @Test
    void clientsThatConnectAndSayNothingKeepNobodyWaiting() throws IOException {
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int count = 0; count < 500; count++) {
                silent.add(connect());
            }
            for (int count = 0; count < 20; count++) {
                assertTrue(raw("{\"command\":\"status\"}").startsWith("{\"success\":true"));
            }
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
    }

    private JsonNode ask(String command) throws IOException {
        return JSON.readTree(raw(command));
    }

    /** Sends and closes its sending half, as {@code nc -N} does. */
    private String raw(String command) throws IOException {
        try (SocketChannel channel = connect()) {
            ByteBuffer bytes = ByteBuffer.wrap(command.getBytes(StandardCharsets.UTF_8));
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.shutdownOutput();
            } catch (IOException refusedMidway) {
                // A command that is too long is answered before it is whole.
                assertTrue(bytes.position() > 64 << 10, refusedMidway.toString());
            }
            return read(channel);
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    private static String read(SocketChannel channel) throws IOException {
        return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
}

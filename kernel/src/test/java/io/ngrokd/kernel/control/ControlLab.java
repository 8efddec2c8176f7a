package io.ngrokd.kernel.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.api.event.Change;
import io.ngrokd.kernel.control.api.Api;
import io.ngrokd.kernel.control.api.BugreportRoutes;
import io.ngrokd.kernel.control.api.ChangingRoutes;
import io.ngrokd.kernel.control.api.ReadingRoutes;
import io.ngrokd.kernel.control.api.Route;
import io.ngrokd.kernel.control.api.Streams;
import io.ngrokd.kernel.control.http.ControlToken;
import io.ngrokd.kernel.control.http.HttpOverTcp;
import io.ngrokd.kernel.discovery.Refusal;
import io.ngrokd.kernel.doctor.Doctor;
import io.ngrokd.kernel.doctor.FakeInstruments;
import io.ngrokd.kernel.plan.EndpointMove;
import io.ngrokd.kernel.plan.Section;
import io.ngrokd.kernel.plan.SystemPlan;
import io.ngrokd.kernel.report.KnownSecrets;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import io.ngrokd.kernel.status.DaemonStatus.RoleStatus;
import io.ngrokd.kernel.status.EndpointStatus.State;
import io.ngrokd.kernel.status.EndpointStatus;
import io.ngrokd.kernel.status.StatusBoard;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The control services with a status board to write on, and actions that only say what they were asked. */
final class ControlLab implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();
    static final String SECRET = "secretOfTheLab";

    final Vertx vertx = Vertx.vertx();
    final Events events = new Events(Clock.systemUTC());
    final StatusBoard board = new StatusBoard(Clock.systemUTC(), events::endpoint);
    final Feed<LogLine> log = new Feed<>(1000);
    final List<String> asked = new ArrayList<>();
    final Path token;
    boolean brokenThreads;
    final Path path;
    final Api api;
    final int port;
    private final ControlSocket socket;
    private final HealthServer server;

    ControlLab(Path folder) throws IOException {
        path = folder.resolve("n.sock");
        token = folder.resolve("control.token");
        Documents documents = new Documents(
                new About("1.0", 42, Instant.EPOCH, "/etc/ngrokd/config.yml", path.toString(), "epoll, TLS by BoringSSL"),
                board::read, key -> new Traffic(1, 2, 1, Optional.of(Instant.EPOCH), Optional.of(new Traffic.Failure("TIMEOUT", "slow", Instant.EPOCH))),
                () -> "https://api.ngrok.com", () -> "127.0.0.1:8081");
        Does does = new Does();
        List<Route> reading =
                new ReadingRoutes(documents, does, does, new Doctor(new FakeInstruments(), board::read), events, log, new Streams()).routes();
        api = new Api(Stream.of(reading, new ChangingRoutes(does, does, does, events).routes(), new BugreportRoutes(reading, new Inside())
                .routes())
                .flatMap(List::stream).toList());
        socket = new ControlSocket(vertx, documents, does, api, path);
        socket.start();
        server = new HealthServer(vertx, documents, new HttpOverTcp(api, "ngrokd.lab", ControlToken.keptIn(token)));
        port = server.start("127.0.0.1", 0);
    }

    /** A daemon that serves one endpoint, degrades another and refuses a third. */
    ControlLab serving() {
        board.identity("k8sop_1", Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"), Instant.parse("2099-01-01T00:00:00Z"));
        board.ingress("ingress.example:443");
        board.role("netif", new RoleStatus(Optional.of("linux-lo"), "lo", "the best", List.of()));
        board.role("hosts", new RoleStatus(Optional.empty(), "", "none", List.of()));
        board.polled();
        board.nextPoll(Instant.now());
        board.warn("health", "look at it");
        endpoints(State.READY);
        board.phase(Phase.SERVING);
        log.publish(new LogLine(Instant.EPOCH, "INFO", "Daemon", "ngrokd starts."));
        return this;
    }

    /** Writes down the endpoints, the first of them in this state. */
    void endpoints(State state) {
        TreeMap<String, EndpointStatus> statuses = new TreeMap<>();
        statuses.put("api.example:80", status("api.example", 80, Protocol.HTTP, state, "10.107.0.2"));
        statuses.put("db.example:5432", status("db.example", 5432, Protocol.TCP, State.DEGRADED, "10.107.0.3"));
        board.endpoints(statuses, List.of(new Refusal("ep_9", "http://localhost", "hijack")));
    }

    private static EndpointStatus status(String host, int port, Protocol protocol, State state, String ip) {
        InetAddress address = InetAddress.ofLiteral(ip);
        Endpoint endpoint = new Endpoint(new EndpointKey(host, port), protocol, protocol.scheme() + "://" + host, List.of("ep_" + port));
        return new EndpointStatus(endpoint, state, "virtual", Optional.of(address),
                state == State.READY ? Optional.of(new InetSocketAddress(address, port)) : Optional.empty(),
                state == State.READY ? List.of() : List.of("its port is taken"));
    }

    /** Sends and closes its sending half, as {@code nc -N} does. */
    String raw(String request) throws IOException {
        try (SocketChannel channel = connect()) {
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.shutdownOutput();
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    /** The answer to a request on the socket. */
    HttpAnswer ask(String method, String target, String body) throws IOException {
        return HttpAnswer.parse(raw(request(method, target, "localhost", body, "")));
    }

    HttpAnswer get(String target) throws IOException {
        return ask("GET", target, "");
    }

    /** The answer to a request over TCP; further headers end with a line break each. */
    HttpAnswer overTcp(String method, String target, String host, String body, String headers) throws IOException {
        try (Socket client = new Socket("127.0.0.1", port)) {
            client.getOutputStream().write(request(method, target, host, body, headers).getBytes(StandardCharsets.UTF_8));
            return HttpAnswer.parse(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static String request(String method, String target, String host, String body, String headers) {
        return method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + headers
                + (body.isEmpty() && method.equals("GET") ? "" : "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n")
                + "\r\n" + body;
    }

    /** What a server said. */
    record HttpAnswer(int status, String head, String body) {

        static HttpAnswer parse(String answer) {
            int end = answer.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new AssertionError("no answer: " + answer);
            }
            return new HttpAnswer(Integer.parseInt(answer.substring(9, 12)), answer.substring(0, end), answer.substring(end + 4));
        }

        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    @Override
    public void close() throws IOException {
        server.stop();
        socket.stop();
        vertx.close().await();
    }

    /** Knows one secret, and cannot dump its threads when it is told so. */
    private final class Inside implements Inspection {

        @Override
        public ObjectNode versions() {
            return JSON.createObjectNode().put("ngrokd", "1.0");
        }

        @Override
        public ObjectNode numbers() {
            return JSON.createObjectNode().put("pid", 42);
        }

        @Override
        public ObjectNode environment() {
            return JSON.createObjectNode().put("PATH", "/bin");
        }

        @Override
        public String threads() throws IOException {
            if (brokenThreads) {
                throw new IOException("no room for a dump");
            }
            return "#1 main";
        }

        @Override
        public JsonNode masked(JsonNode document) {
            return new KnownSecrets(List.of(SECRET)).mask(document);
        }
    }

    /** Remembers what it was asked; what is called bad it refuses. */
    private final class Does implements Actions, Upkeep, PluginControl {

        private String level = "info";

        private String did(String what, boolean good) throws ActionException {
            asked.add(what);
            if (!good) {
                throw new ActionException("that was not done: " + what);
            }
            return what + " was done";
        }

        @Override
        public String setApiKey(String key) throws ActionException {
            return did("key", key.equals("good"));
        }

        @Override
        public Refreshed refreshCertificate(boolean force) {
            asked.add("refresh " + force);
            return new Refreshed(force, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, "Renewed or not");
        }

        @Override
        public String reload() throws ActionException {
            return did("reload", true);
        }

        @Override
        public String poll() throws ActionException {
            return did("poll", true);
        }

        @Override
        public String logLevel() {
            return level;
        }

        @Override
        public void logLevel(String wanted) throws ActionException {
            did("level " + wanted, wanted.equals("debug"));
            level = wanted;
        }

        @Override
        public ObjectNode config() {
            ObjectNode config = JSON.createObjectNode().put("path", "/etc/ngrokd/config.yml");
            config.putObject("config");
            config.putArray("settings").addObject().put("key", "net.start_port").put("value", 7).put("secret", false).put("description", "")
                    .putObject("origin").put("kind", "file").put("file", "/etc/ngrokd/config.yml").put("line", 2);
            config.putArray("warnings");
            return config;
        }

        @Override
        public void checkConfig(String text) throws ActionException {
            did("check", !text.contains("bad"));
        }

        @Override
        public ObjectNode plan(String text) throws ActionException {
            did("plan", !text.contains("bad"));
            Section section = Section.of(Section.Role.NETIF, "some", List.of(Change.add(Change.ADDRESS, "10.107.0.2/32 on ngrokd0")
                    .noted("a note"))).noted("another").failing("a problem");
            EndpointMove move = new EndpointMove(new EndpointKey("api.example", 80), EndpointMove.Fate.REBOUND, Optional.of("10.107.0.2:80"),
                    Optional.of("0.0.0.0:80"), true, 2, "why");
            return new SystemPlan(text.isBlank() ? SystemPlan.Subject.FILE : SystemPlan.Subject.CANDIDATE, "/config.yml", List.of("net.subnet"),
                    List.of("server.socket_path"), "5 s", List.of("a note"), List.of(section), List.of(move)).json();
        }

        @Override
        public ArrayNode list() {
            ArrayNode plugins = JSON.createArrayNode();
            plugins.addObject().put("id", "one").put("version", "1.0").put("state", "started").put("enabled", true).put("description", "")
                    .put("provider", "").put("requires", "").put("jar", "/p/one.jar").putArray("extensions");
            return plugins;
        }

        @Override
        public String enable(String id, boolean enabled) throws ActionException {
            return did((enabled ? "enable " : "disable ") + id, id.equals("one"));
        }

        @Override
        public String reload(String id) throws ActionException {
            return did("reload " + id, id.equals("one"));
        }
    }
}

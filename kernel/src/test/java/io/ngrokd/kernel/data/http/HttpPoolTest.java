package io.ngrokd.kernel.data.http;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.fixture.TestAuthority;
import io.ngrokd.kernel.data.ingress.IngressTarget;
import io.ngrokd.kernel.data.ingress.IngressTlsFactory;
import io.ngrokd.kernel.data.ingress.IngressTrust;
import io.ngrokd.kernel.data.listen.DataPlaneSettings;
import io.ngrokd.kernel.data.relay.RelaySettings;
import io.ngrokd.kernel.data.route.Route;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which streams serve more than one client, and which never do. The rig has one event loop here, so one shelf. */
class HttpPoolTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String CLOSE = "Connection: close\r\n";
    private static final PoolSettings POOL = new PoolSettings(true, LONG, 4, 6, LONG);

    private final Route route = DataPlaneRig.route(Protocol.HTTP, "web.internal", 80);
    private final AtomicInteger numbers = new AtomicInteger();
    private DataPlaneRig rig;
    private NetServer server;

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private void use(PoolSettings pool) {
        rig = new DataPlaneRig(new DataPlaneSettings(
                LONG, LONG, RelaySettings.defaults(), HttpSettings.defaults().with(pool)), 1);
        rig.fake().serve(numbered(""));
        server = rig.listen(route);
    }

    /** Answers each request with the number of the stream it came on. */
    private FakeIngress.Script numbered(String fields) {
        return connection -> {
            String number = Integer.toString(numbers.incrementAndGet());
            var in = connection.tls().getInputStream();
            for (String request = HttpMessages.message(in); request != null; request = HttpMessages.message(in)) {
                connection.tls().getOutputStream().write(bytes(
                        HttpMessages.ok(request.startsWith("HEAD") ? "" : number).replace("\r\n\r\n", "\r\n" + fields + "\r\n")));
            }
        };
    }

    private static String request(String method, String fields) {
        return method + " / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    }

    private static String ask(Socket client, String request) throws IOException {
        client.getOutputStream().write(bytes(request));
        return HttpMessages.body(HttpMessages.head(client.getInputStream()), client.getInputStream());
    }

    /** The number of the stream that served a client of its own. */
    private String once(String request) throws IOException {
        try (Socket client = DataPlaneRig.connect(server)) {
            return ask(client, request);
        }
    }

    /** As soon as all who used it have given it back. */
    private void expectStreams(int count) {
        Eventually.holds(() -> rig.fake().openConnections() == count,
                () -> rig.fake().openConnections() + " streams are open");
    }

    /** One request whose client waits for the close: then its stream is where it goes. */
    private String closed(String method, String fields) throws IOException {
        return closed(method, fields, "");
    }

    private String closed(String method, String fields, String body) throws IOException {
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(bytes(request(method, fields + CLOSE) + body));
            String answer = text(client.getInputStream().readAllBytes());
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    @Test
    void clientsThatComeOneAfterTheOtherShareAStream() throws IOException {
        use(POOL);
        for (int i = 0; i < 20; i++) {
            assertEquals("1", closed("GET", ""));
        }
        assertEquals(1, rig.fake().accepted());
        rig.expectNoScriptFailures();
    }

    @Test
    void clientThatJustGoesAwayLeavesItsStreamToo() throws IOException {
        use(POOL);
        assertEquals("1", once(request("GET", "")));
        Eventually.holds(() -> rig.plane().openConnections() == 0, () -> "still open");
        assertEquals("1", once(request("OPTIONS", "")));
    }

    @Test
    void clientOfHttp10LeavesItsStreamToo() throws IOException {
        use(POOL);
        rig.fake().serve(numbered("Connection: keep-alive\r\n"));
        for (int i = 0; i < 3; i++) {
            try (Socket client = DataPlaneRig.connect(server)) {
                client.getOutputStream().write(bytes("GET / HTTP/1.0\r\n\r\n"));
                assertTrue(text(client.getInputStream().readAllBytes()).endsWith("\r\n\r\n1"));
            }
        }
    }

    @Test
    void nothingIsSharedWhenThePoolIsOff() throws IOException {
        use(PoolSettings.off());
        assertEquals(List.of("1", "2", "3"), List.of(closed("GET", ""), closed("GET", ""), closed("GET", "")));
        expectStreams(0);
    }

    @Test
    void newestStreamIsUsedFirst() throws IOException {
        use(POOL);
        try (Socket a = DataPlaneRig.connect(server); Socket b = DataPlaneRig.connect(server)) {
            assertEquals("1", ask(a, request("GET", "")));
            assertEquals("2", ask(b, request("GET", "")));
            a.getOutputStream().write(bytes(request("GET", CLOSE)));
            a.getInputStream().readAllBytes();
            b.getOutputStream().write(bytes(request("GET", CLOSE)));
            b.getInputStream().readAllBytes();
        }
        assertEquals(List.of("2", "2"), List.of(closed("GET", ""), closed("GET", "")));
    }

    @Test
    void pausingClientKeepsItsConnectionAndNoStream() throws IOException {
        use(new PoolSettings(true, Duration.ofMillis(100), 4, 6, Duration.ofMillis(50)));
        try (Socket pausing = DataPlaneRig.connect(server)) {
            assertEquals("1", ask(pausing, request("GET", "")));
            expectStreams(0);
            assertEquals("2", ask(pausing, request("GET", "")));
        }
        rig.expectNoScriptFailures();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "TRACE", "get"})
    void requestThatDoesMoreThanAskGetsAFreshStream(String method) throws IOException {
        use(POOL);
        assertEquals("1", closed("GET", ""));
        assertEquals("2", closed(method, ""));
        // Nothing of it stayed on its stream, and asking is allowed on any.
        assertEquals("2", closed("GET", ""));
        expectStreams(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "GET"})
    void streamThatCarriedABodyIsNeverShared(String method) throws IOException {
        use(POOL);
        assertEquals("1", closed("GET", ""));
        assertEquals("2", closed(method, "Content-Length: 2\r\n", "hi"));
        expectStreams(1);
        assertEquals("1", closed("GET", ""));
    }

    @Test
    void clientKeepsAStreamOfItsOwnForEverything() throws IOException {
        use(POOL);
        try (Socket client = DataPlaneRig.connect(server)) {
            assertEquals("1", ask(client, request("GET", "")));
            assertEquals("1", ask(client, request("POST", "Content-Length: 2\r\n") + "hi"));
            assertEquals("1", ask(client, request("GET", "")));
        }
        expectStreams(0);
    }

    @Test
    void clientOnASharedStreamGetsAnotherForWhatDoesMoreThanAsk() throws IOException {
        use(POOL);
        assertEquals("1", closed("GET", ""));
        try (Socket client = DataPlaneRig.connect(server)) {
            assertEquals("1", ask(client, request("GET", "")));
            assertEquals("2", ask(client, request("POST", "Content-Length: 2\r\n") + "hi"));
            assertEquals("2", ask(client, request("GET", "")));
            assertEquals("1", closed("GET", ""));
        }
    }

    @Test
    void pipelinedAnswerIsNotHeldBackByTheChangeOfStreams() throws IOException {
        use(POOL);
        assertEquals("1", closed("GET", ""));
        try (Socket client = DataPlaneRig.connect(server)) {
            rig.fake().silent();
            client.getOutputStream().write(bytes(request("GET", "") + request("POST", "Content-Length: 2\r\n") + "hi"));
            assertEquals("1", HttpMessages.body(HttpMessages.head(client.getInputStream()), client.getInputStream()));
        }
    }

    @Test
    void streamOfAnUpgradeThatWasRefusedIsNotShared() throws IOException {
        use(POOL);
        assertEquals("1", closed("GET", "Upgrade: x\r\nConnection: upgrade\r\n"));
        expectStreams(0);
    }

    @Test
    void streamOfASwitchedProtocolIsNotShared() throws IOException {
        use(POOL);
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"));
            connection.tls().getInputStream().transferTo(connection.tls().getOutputStream());
        });
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(bytes(request("GET", "Upgrade: x\r\nConnection: upgrade\r\n") + "raw"));
            client.shutdownOutput();
            assertTrue(text(client.getInputStream().readAllBytes()).endsWith("\r\n\r\nraw"));
        }
        expectStreams(0);
        rig.expectNoScriptFailures();
    }

    @Test
    void boundsHoldPerEndpointAndInAll() throws IOException {
        use(POOL);
        Route other = DataPlaneRig.route(Protocol.HTTP, "*.example", 80);
        NetServer wildcard = rig.listen(other);
        park(server, "a", 6);
        expectStreams(4);
        park(wildcard, "a.example", 4);
        expectStreams(6);
        park(wildcard, "b.example", 1);
        expectStreams(6);
        int before = rig.fake().accepted();
        assertEquals("11", askFor(wildcard, "b.example"));
        askFor(wildcard, "c.example");
        assertEquals(before + 1, rig.fake().accepted());
    }

    private void park(NetServer at, String host, int count) throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket client = DataPlaneRig.connect(at);
            clients.add(client);
            ask(client, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        }
        for (Socket client : clients) {
            client.close();
        }
        Eventually.holds(() -> rig.plane().openConnections() == 0, () -> "still open");
    }

    private static String askFor(NetServer at, String host) throws IOException {
        try (Socket client = DataPlaneRig.connect(at)) {
            return ask(client, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        }
    }

    @Test
    void unusedStreamIsClosedAfterAWhile() throws IOException {
        use(new PoolSettings(true, Duration.ofMillis(200), 4, 6, LONG));
        assertEquals("1", closed("GET", ""));
        expectStreams(0);
        assertEquals("2", closed("GET", ""));
        rig.expectNoScriptFailures();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "x"})
    void streamThatEndsOrSpeaksWhileUnusedIsForgotten(String unasked) throws IOException {
        use(POOL);
        AtomicInteger parked = new AtomicInteger();
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes(HttpMessages.ok("fine")));
            Eventually.holds(() -> parked.get() > 0, () -> "not parked");
            connection.tls().getOutputStream().write(bytes(unasked));
            if (!unasked.isEmpty()) {
                connection.tls().getInputStream().readAllBytes();
            }
        });
        assertEquals("fine", closed("GET", ""));
        parked.incrementAndGet();
        expectStreams(0);
        assertEquals("fine", closed("GET", ""));
        rig.expectNoScriptFailures();
    }

    @Test
    void renewedCredentialsAndAnotherTargetClearThePool() throws Exception {
        use(POOL);
        assertEquals("1", closed("GET", ""));
        TestAuthority.Identity renewed = DataPlaneRig.authority().issue();
        rig.ingress().use(IngressTlsFactory.build(
                renewed.chain(), renewed.key(), IngressTrust.of(DataPlaneRig.authority().certificate())));
        expectStreams(0);
        assertEquals("2", closed("GET", ""));
        rig.ingress().use(new IngressTarget(DataPlaneRig.INGRESS_HOST, rig.fake().port()));
        assertEquals("2", closed("GET", ""), "it is the same target");
        try (Socket early = DataPlaneRig.connect(server)) {
            assertEquals("2", ask(early, request("GET", "")));
            rig.ingress().use(new IngressTarget("127.0.0.1", rig.fake().port()));
            assertEquals("2", ask(early, request("GET", "")), "what is in use stays in use");
        }
        expectStreams(0);
    }

    @Test
    void endpointThatGoesAwayTakesItsStreamsWithIt() throws IOException {
        use(POOL);
        Route kept = DataPlaneRig.route(Protocol.HTTP, "kept.internal", 80);
        Route wild = DataPlaneRig.route(Protocol.HTTP, "*.wild.internal", 80);
        NetServer keptServer = rig.listen(kept);
        NetServer wildServer = rig.listen(wild);
        park(keptServer, "a", 1);
        park(server, "a", 2);
        park(wildServer, "x.wild.internal", 1);
        expectStreams(4);
        rig.plane().drain(route.key(), LONG);
        expectStreams(2);
        rig.plane().drain(wild.key(), LONG);
        expectStreams(1);
        assertEquals("1", askFor(keptServer, "a"));
    }

    @Test
    void streamOfADrainedClientIsNotKept() throws IOException {
        use(POOL);
        try (Socket client = DataPlaneRig.connect(server)) {
            assertEquals("1", ask(client, request("GET", "")));
            rig.plane().drain(route.key(), LONG);
            assertEquals(-1, client.getInputStream().read());
        }
        expectStreams(0);
    }
}

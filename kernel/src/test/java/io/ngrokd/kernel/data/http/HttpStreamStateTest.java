package io.ngrokd.kernel.data.http;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.listen.DataPlaneSettings;
import io.ngrokd.kernel.data.relay.RelaySettings;
import io.ngrokd.kernel.data.route.Route;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that have ended without our knowing it yet, and streams that belong to a user. One event loop, so one shelf. */
class HttpStreamStateTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final String NTLM = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: NTLM TlRMTVNTUAAB\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";

    private final Route route = DataPlaneRig.route(Protocol.HTTP, "web.internal", 80);
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private DataPlaneRig rig;
    private NetServer server;

    /** What an endpoint does with a request: the whole answer, or null to end the stream instead. */
    @FunctionalInterface
    private interface Endpoint {
        String answer(String request, int stream, int count);
    }

    @BeforeEach
    void start() {
        rig = new DataPlaneRig(new DataPlaneSettings(LONG, LONG, RelaySettings.defaults(),
                HttpSettings.defaults().with(new PoolSettings(true, LONG, 9, 9, LONG))), 1);
        server = rig.listen(route);
    }

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private void serve(Endpoint endpoint) {
        rig.fake().serve(connection -> {
            int stream = numbers.incrementAndGet();
            var in = connection.tls().getInputStream();
            int count = 0;
            for (String request = HttpMessages.message(in); request != null; request = HttpMessages.message(in)) {
                seen.add(request.substring(0, request.indexOf(' ')) + " on " + stream);
                String answer = endpoint.answer(request, stream, ++count);
                connection.tls().getOutputStream().write(bytes(answer.replace("CUT", "")));
                if (answer.endsWith("CUT")) {
                    return;
                }
            }
        });
    }

    private static String ok(int stream, String fields) {
        return HttpMessages.ok(Integer.toString(stream)).replace("\r\n\r\n", "\r\n" + fields + "\r\n");
    }

    private static String unauthorized(int stream, String fields) {
        return ok(stream, fields).replace("200 OK", "401 Unauthorized");
    }

    private String ask(Socket client, String request) throws IOException {
        client.getOutputStream().write(bytes(request));
        String head = HttpMessages.head(client.getInputStream());
        return head.substring(9, 12) + " " + HttpMessages.body(head, client.getInputStream());
    }

    private String once(String request) throws IOException {
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(bytes(request));
            String answer = text(client.getInputStream().readAllBytes());
            return answer.substring(9, 12) + " " + answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    private void expectStreams(int count) {
        Eventually.holds(() -> rig.fake().openConnections() == count,
                () -> rig.fake().openConnections() + " streams are open");
    }

    private void parkTwo() throws IOException {
        try (Socket a = DataPlaneRig.connect(server); Socket b = DataPlaneRig.connect(server)) {
            assertEquals("200 1", ask(a, GET));
            assertEquals("200 2", ask(b, GET));
        }
        Eventually.holds(() -> rig.plane().openConnections() == 0, () -> "still open");
    }

    @Test
    void requestThatOnlyAsksIsSentOnceMoreOnAFreshStream() throws IOException {
        serve((request, stream, count) -> count > 1 && stream < 3 ? "CUT" : ok(stream, ""));
        parkTwo();
        assertEquals("200 3", once(LAST));
        assertEquals(4, seen.size(), seen::toString);
        assertEquals("GET on 3", seen.getLast(), "not on the other one that had been parked");
        rig.expectNoScriptFailures();
    }

    @Test
    void requestIsSentTwiceAtMost() throws IOException {
        serve((request, stream, count) -> stream == 1 && count == 1 ? ok(stream, "") : "CUT");
        assertEquals("200 1", once(LAST));
        assertTrue(once(LAST).startsWith("502 "));
        assertEquals(List.of("GET on 1", "GET on 1", "GET on 2"), seen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n"})
    void requestIsNotSentAgainOnceAnythingWasAnswered(String beginning) throws IOException {
        serve((request, stream, count) -> count > 1 ? beginning + "CUT" : ok(stream, ""));
        assertEquals("200 1", once(LAST));
        String got = once(LAST);
        assertTrue(got.startsWith("502 ") || got.contains("HTTP/1.1 502 "), got);
        assertEquals(List.of("GET on 1", "GET on 1"), seen);
    }

    @Test
    void requestThatDoesMoreThanAskIsSentOnce() throws IOException {
        serve((request, stream, count) -> request.startsWith("POST") ? "CUT" : ok(stream, ""));
        try (Socket client = DataPlaneRig.connect(server)) {
            assertEquals("200 1", ask(client, GET));
            assertTrue(ask(client, POST).startsWith("502 "));
        }
        assertEquals(List.of("GET on 1", "POST on 1"), seen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: NTLM TlRMTVNTUAAB\r\n", "authorization:\tnegotiate YII=\r\n", "Proxy-Authorization: ntlm x\r\n"})
    void authenticationOfAConnectionKeepsOthersOffIt(String field) throws IOException {
        serve((request, stream, count) -> ok(stream, ""));
        assertEquals("200 1", once(LAST));
        assertEquals("200 2", once(LAST.replace("Host: a\r\n", "Host: a\r\n" + field)), "not on a stream of others");
        expectStreams(1);
        assertEquals("200 1", once(LAST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"WWW-Authenticate: Negotiate\r\n", "Www-Authenticate: Basic realm=\"x\", nTLM\r\n",
        "WWW-Authenticate: Basic\r\nwww-authenticate: NEGOTIATE\r\n", "Proxy-Authenticate: NTLM\r\n", "Persistent-Auth: true\r\n"})
    void authenticationThatIsAskedForKeepsOthersOffItToo(String fields) throws IOException {
        serve((request, stream, count) -> stream == 1 ? unauthorized(stream, fields) : ok(stream, ""));
        assertEquals("401 1", once(LAST));
        expectStreams(0);
        assertEquals("200 2", once(LAST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Basic bnRsbTo=\r\n", "Authorization: Bearer NTLMx.negotiate2\r\n", "X-Authorization: NTLM\r\n",
        "Cookie: Negotiate\r\n"})
    void otherAuthenticationBelongsToItsRequestOnly(String field) throws IOException {
        serve((request, stream, count) -> unauthorized(stream, "WWW-Authenticate: Basic realm=\"x\"\r\n"));
        assertEquals("401 1", once(LAST.replace("Host: a\r\n", "Host: a\r\n" + field)));
        assertEquals("401 1", once(LAST));
    }

    @Test
    void authenticatedClientStaysOnItsStreamWhateverItSends() throws IOException {
        serve((request, stream, count) -> request.contains("NTLM")
                ? ok(stream, "")
                : unauthorized(stream, request.contains("pin") ? "WWW-Authenticate: NTLM\r\n" : ""));
        assertEquals("401 1", once(LAST));
        try (Socket client = DataPlaneRig.connect(server)) {
            assertEquals("401 1", ask(client, GET.replace("GET /", "GET /pin")));
            assertEquals("200 1", ask(client, NTLM));
            assertEquals("200 1", ask(client, NTLM.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 2\r\n\r\nhi")));
            assertEquals("401 1", ask(client, GET));
            assertEquals("401 2", once(LAST), "others get another");
        }
        expectStreams(1);
    }

    @Test
    void endOfAnAuthenticatedStreamEndsItsClient() throws IOException {
        serve((request, stream, count) -> ok(stream, "") + "CUT");
        try (Socket client = DataPlaneRig.connect(server)) {
            assertEquals("200 1", ask(client, NTLM));
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @Test
    void announcedEndOfAnAuthenticatedStreamIsAnnouncedToItsClient() throws IOException {
        serve((request, stream, count) -> ok(stream, "Connection: close\r\n") + "CUT");
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(bytes(NTLM));
            assertEquals(ok(1, "Connection: close\r\n"), text(client.getInputStream().readAllBytes()));
        }
    }

    @Test
    void requestOnAnAuthenticatedStreamIsNotSentOnAnother() throws IOException {
        serve((request, stream, count) -> count > 1 ? "CUT" : ok(stream, ""));
        try (Socket client = DataPlaneRig.connect(server)) {
            assertEquals("200 1", ask(client, NTLM));
            assertTrue(ask(client, GET).startsWith("502 "));
            assertEquals(-1, client.getInputStream().read());
        }
        assertEquals(List.of("GET on 1", "GET on 1"), seen);
    }

    @Test
    void authenticatedClientIsNotTakenElsewhere() throws IOException {
        serve((request, stream, count) -> ok(stream, ""));
        NetServer wildcard = rig.listen(DataPlaneRig.route(Protocol.HTTP, "*.internal", 80));
        try (Socket client = DataPlaneRig.connect(wildcard)) {
            assertEquals("200 1", ask(client, NTLM.replace("Host: a", "Host: a.internal")));
            assertEquals("200 1", ask(client, GET.replace("Host: a", "Host: A.internal")));
            assertTrue(ask(client, GET.replace("Host: a", "Host: b.internal")).startsWith("421 "));
            assertEquals(-1, client.getInputStream().read());
        }
        assertEquals(1, rig.fake().accepted());
    }
}

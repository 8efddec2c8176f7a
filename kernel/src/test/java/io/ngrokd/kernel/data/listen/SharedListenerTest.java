package io.ngrokd.kernel.data.listen;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.route.Route;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many endpoints behind one port, told apart by what their clients say. */
class SharedListenerTest {

    private final DataPlaneRig rig = new DataPlaneRig();
    private final Route https = DataPlaneRig.route(Protocol.HTTPS, "web.internal", 443);
    private final Route tls = DataPlaneRig.route(Protocol.TLS, "db.internal", 443);
    private final Route http = DataPlaneRig.route(Protocol.HTTP, "plain.internal", 443);

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private static FakeIngress.Script echo() {
        return connection -> connection.tls().getInputStream().transferTo(connection.tls().getOutputStream());
    }

    private List<String> asked() {
        return rig.fake().requests().stream().map(request -> request.host()).toList();
    }

    private static byte[] answer(NetServer server, byte[] sent) throws IOException {
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(sent);
            return client.getInputStream().readAllBytes();
        }
    }

    private static void assertEchoes(NetServer server, byte[] sent) throws IOException {
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(sent);
            assertArrayEquals(sent, client.getInputStream().readNBytes(sent.length));
        }
    }

    @Test
    void theFirstByteTellsTlsFromHttpOnOnePort() throws IOException {
        NetServer server = rig.listenShared(https, tls, http);
        rig.fake().serve(echo());
        assertEchoes(server, ClientHellos.naming("web.internal"));
        assertEchoes(server, ClientHellos.naming("db.internal"));
        rig.fake().serve(HttpMessages.mirror());
        for (String host : List.of("plain.internal", "web.internal")) {
            byte[] request = bytes("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertTrue(text(answer(server, request)).contains("Host: " + host), host);
        }
        assertEquals(List.of("web.internal", "db.internal", "plain.internal", "web.internal"), asked());
    }

    @Test
    void namesAreExactFirstAndThenTheLongestWildcardsAndTheNameItselfIsAskedFor() throws IOException {
        rig.fake().serve(echo());
        NetServer server = rig.listenShared(DataPlaneRig.route(Protocol.HTTPS, "*.internal", 443),
                DataPlaneRig.route(Protocol.TLS, "*.b.internal", 443), DataPlaneRig.route(Protocol.HTTPS, "a.b.internal", 443));
        for (String name : List.of("a.b.internal", "c.b.internal", "x.y.b.internal", "b.internal", "x.y.internal")) {
            assertEchoes(server, ClientHellos.naming(name));
        }
        assertEquals(List.of("a.b.internal", "c.b.internal", "x.y.b.internal", "b.internal", "x.y.internal"), asked());
    }

    @Test
    void anUnknownServerNameIsAnsweredWithAnAlert() throws IOException {
        NetServer server = rig.listenShared(https, tls);
        assertArrayEquals(ClientHellos.UNRECOGNIZED_NAME, answer(server, ClientHellos.naming("nobody.internal")));
        assertArrayEquals(ClientHellos.UNRECOGNIZED_NAME, answer(server, ClientHellos.naming("internal")));
        assertEquals(0, rig.fake().accepted());
    }

    @Test
    void aClientOfOldTlsIsAnsweredInItsOwnVersion() throws IOException {
        NetServer server = rig.listenShared(https, tls);
        byte[] old = ClientHellos.naming("nobody.internal");
        old[9] = 3;
        old[10] = 1;
        assertArrayEquals(new byte[] {21, 3, 1, 0, 2, 2, 112}, answer(server, old));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void javasOwnClientUnderstandsTheAlert(String version) throws IOException, NoSuchAlgorithmException {
        NetServer server = rig.listenShared(https, tls);
        try (SSLSocket client = (SSLSocket) SSLContext.getDefault().getSocketFactory()
                .createSocket(DataPlaneRig.connect(server), "nobody.internal", server.actualPort(), true)) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setProtocols(new String[] {version});
            parameters.setServerNames(List.of(new SNIHostName("nobody.internal")));
            client.setSSLParameters(parameters);
            SSLException refused = assertThrows(SSLException.class, client::startHandshake);
            assertTrue(refused.getMessage().contains("unrecognized_name"), refused.toString());
        }
    }

    @Test
    void aClientThatNamesNobodyIsForTheOnlyTlsEndpoint() throws IOException {
        rig.fake().serve(echo());
        assertEchoes(rig.listenShared(https, http, DataPlaneRig.route(Protocol.TCP, "raw.internal", 443)), ClientHellos.namingNobody());
        assertEquals(List.of("web.internal"), asked());
        assertEquals(1, https.traffic().totalConnections());
    }

    @Test
    void aClientThatNamesNobodyIsRefusedWhereThereAreSeveral() throws IOException {
        assertArrayEquals(ClientHellos.UNRECOGNIZED_NAME, answer(rig.listenShared(https, tls), ClientHellos.namingNobody()));
        assertArrayEquals(ClientHellos.UNRECOGNIZED_NAME, answer(rig.listenShared(http), ClientHellos.namingNobody()));
        assertEquals(0, rig.fake().accepted());
    }

    @Test
    void aClientThatNamesNobodyIsRefusedWhereTheOnlyOneIsAWildcard() throws IOException {
        Route wildcard = DataPlaneRig.route(Protocol.HTTPS, "*.internal", 443);
        assertArrayEquals(ClientHellos.UNRECOGNIZED_NAME, answer(rig.listenShared(wildcard), ClientHellos.namingNobody()));
        assertEquals("NO_SERVER_NAME", wildcard.traffic().lastFailure().orElseThrow().cause());
        assertEquals(0, rig.fake().accepted());
    }

    @Test
    void aWildcardOfItsOwnTakesTheNameFromTheClientOrRefuses() throws IOException {
        Route wildcard = DataPlaneRig.route(Protocol.HTTPS, "*.internal", 443);
        NetServer server = rig.listen(wildcard);
        rig.fake().serve(echo());
        assertEchoes(server, ClientHellos.naming("a.b.internal"));
        assertArrayEquals(ClientHellos.UNRECOGNIZED_NAME, answer(server, ClientHellos.namingNobody()));
        assertArrayEquals(ClientHellos.UNRECOGNIZED_NAME, answer(server, ClientHellos.naming("a.elsewhere")));
        assertEquals(2, wildcard.traffic().errors());
        assertEquals("the client asked for a.elsewhere, which the wildcard does not cover",
                wildcard.traffic().lastFailure().orElseThrow().message());
        rig.fake().serve(HttpMessages.mirror());
        byte[] named = bytes("GET / HTTP/1.1\r\nHost: c.internal\r\nConnection: close\r\n\r\n");
        assertTrue(text(answer(server, named)).startsWith("HTTP/1.1 200 "));
        assertTrue(text(answer(server, bytes("GET / HTTP/1.0\r\n\r\n"))).startsWith("HTTP/1.1 421 "));
        assertTrue(text(answer(server, bytes("GET / HTTP/1.1\r\nHost: 10.107.0.2\r\n\r\n"))).startsWith("HTTP/1.1 421 "));
        assertEquals(List.of("a.b.internal", "c.internal"), asked());
    }

    @Test
    void theServerNameDecidesWhateverIsSaidInside() throws IOException {
        rig.fake().serve(echo());
        byte[] hello = ClientHellos.naming("web.internal");
        byte[] inside = bytes("GET / HTTP/1.1\r\nHost: db.internal\r\n\r\n");
        byte[] all = new byte[hello.length + inside.length];
        System.arraycopy(hello, 0, all, 0, hello.length);
        System.arraycopy(inside, 0, all, hello.length, inside.length);
        assertEchoes(rig.listenShared(https, tls), all);
        assertEquals(List.of("web.internal"), asked());
    }

    @Test
    void aRequestMayMoveToAnotherEndpointOnOneConnection() throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        NetServer server = rig.listenShared(http, DataPlaneRig.route(Protocol.HTTP, "*.internal", 443));
        try (Socket client = DataPlaneRig.connect(server)) {
            for (String host : List.of("plain.internal", "other.internal", "plain.internal", "third.internal")) {
                client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
                String head = HttpMessages.head(client.getInputStream());
                assertTrue(HttpMessages.body(head, client.getInputStream()).contains("Host: " + host), head);
            }
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n"));
            assertTrue(text(client.getInputStream().readAllBytes()).startsWith("HTTP/1.1 421 "));
        }
        // The stream to the first one served its second request as well, when pooling allowed it.
        assertTrue(asked().containsAll(List.of("plain.internal", "other.internal", "third.internal")), asked()::toString);
    }

    @Test
    void aRequestForAnUnknownHostIsToldWhatIsServedHereToClientsOnThisMachine() throws IOException {
        NetServer server = rig.listenShared(https, tls, http);
        String page = text(answer(server, bytes("GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n")));
        assertTrue(page.startsWith("HTTP/1.1 421 Misdirected Request\r\n") && page.contains("\r\nX-Ngrokd-Error: UNKNOWN_HOST\r\n"), page);
        assertTrue(page.contains("served:   plain.internal\n          web.internal\n"), page);
        assertTrue(!page.contains("db.internal"), "it has no plain HTTP: " + page);
        String json = text(answer(server, bytes("GET / HTTP/1.1\r\nHost: nobody.test\r\nAccept: application/json\r\n\r\n")));
        assertTrue(json.endsWith(",\"served\":[\"plain.internal\",\"web.internal\"]}\n"), json);
        String html = text(answer(server, bytes("GET / HTTP/1.1\r\nHost: nobody.test\r\nAccept: text/html\r\n\r\n")));
        assertTrue(html.contains("<dt>Served here</dt><dd><code>plain.internal</code><br><code>web.internal</code></dd>"), html);
    }

    @Test
    void aBrowserThatWasLedHereByAnothersNameIsToldNothing() throws IOException {
        NetServer server = rig.listenShared(https, tls, http);
        String browser = "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\r\n";
        String page = text(answer(server, bytes("GET / HTTP/1.1\r\nHost: rebound.example\r\n" + browser)));
        assertTrue(page.startsWith("HTTP/1.1 421 ") && !page.contains("plain.internal"), page);
        for (String host : List.of("127.0.0.1", "localhost:8080", "[::1]")) {
            page = text(answer(server, bytes("GET / HTTP/1.1\r\nHost: " + host + "\r\n" + browser)));
            assertTrue(page.startsWith("HTTP/1.1 421 ") && page.contains("plain.internal"), page);
        }
    }

    @Test
    void aServerNameOfAnEndpointWithoutTlsIsUnknown() throws IOException {
        NetServer server = rig.listenShared(https, http);
        assertArrayEquals(ClientHellos.UNRECOGNIZED_NAME, answer(server, ClientHellos.naming(http.key().host())));
        assertEquals(0, rig.fake().accepted());
    }

    @Test
    void fiveThousandClientsThatSayTooLittleKeepNobodyFromBeingServed() throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        NetServer server = rig.listenShared(https, tls, http);
        byte[] hello = ClientHellos.naming("web.internal");
        List<Socket> halfOpen = new ArrayList<>();
        try {
            for (int count : IntStream.range(0, 5_000).toArray()) {
                Socket client = DataPlaneRig.connect(server);
                halfOpen.add(client);
                // Nothing, a part of a request, a part of a ClientHello.
                switch (count % 3) {
                    case 1 -> client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: plain.inte"));
                    case 2 -> client.getOutputStream().write(hello, 0, hello.length / 2);
                    default -> assertTrue(client.isConnected());
                }
                if (count % 500 == 0) {
                    String request = "GET /" + count + " HTTP/1.1\r\nHost: plain.internal\r\nConnection: close\r\n\r\n";
                    assertTrue(text(answer(server, bytes(request))).contains("GET /" + count + " "));
                }
            }
            rig.fake().serve(echo());
            assertEchoes(server, hello);
        } finally {
            for (Socket client : halfOpen) {
                client.close();
            }
        }
    }
}

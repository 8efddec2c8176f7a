package io.ngrokd.kernel.data.listen;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.http.HttpSettings;
import io.ngrokd.kernel.data.relay.RelaySettings;
import io.ngrokd.kernel.data.route.Route;
import io.ngrokd.kernel.data.route.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoint a connection is for, and when and how connections end. */
class ConnectionsTest {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final DataPlaneRig rig = new DataPlaneRig(settings(LONG));
    private final Route tcp = DataPlaneRig.route(Protocol.TCP, "db.internal", 5432);
    private final Route http = DataPlaneRig.route(Protocol.HTTP, "web.internal", 80);

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private static DataPlaneSettings settings(Duration limit) {
        return new DataPlaneSettings(limit, limit, new RelaySettings(Duration.ZERO, limit, SHORT),
                new HttpSettings(16384, 65536, limit, LONG, SHORT));
    }

    /** For those who keep it waiting on purpose. */
    private void hurry() {
        rig.plane().use(settings(SHORT));
    }

    private static FakeIngress.Script echo() {
        return connection -> connection.tls().getInputStream().transferTo(connection.tls().getOutputStream());
    }

    private static void roundTrip(Socket client) throws IOException {
        client.getOutputStream().write('x');
        assertEquals('x', client.getInputStream().read());
    }

    @Test
    void wildcardTlsIsAskedForByServerName() throws Exception {
        rig.fake().serve(echo());
        Route wildcard = DataPlaneRig.route(Protocol.TLS, "*.internal", 443);
        NetServer server = rig.listen(wildcard);
        for (String name : List.of("a.internal", "B.c.internal")) {
            byte[] hello = ClientHellos.naming(name);
            try (Socket client = DataPlaneRig.connect(server)) {
                client.getOutputStream().write(hello);
                assertEquals(text(hello), text(client.getInputStream().readNBytes(hello.length)));
            }
        }
        byte[] stray = ClientHellos.naming("elsewhere.test");
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(stray);
            assertArrayEquals(ClientHellos.UNRECOGNIZED_NAME, client.getInputStream().readAllBytes());
        }
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: a.internal\r\n\r\n"));
            assertEquals(-1, client.getInputStream().read());
        }
        assertEquals(List.of("a.internal", "b.c.internal"), rig.fake().requests().stream().map(asked -> asked.host()).toList());
        assertEquals("NO_SERVER_NAME", wildcard.traffic().lastFailure().orElseThrow().cause());
        assertEquals(2, wildcard.traffic().errors());
    }

    @Test
    void sharedListenerIsRoutedByServerName() throws Exception {
        rig.fake().serve(echo());
        Route exact = DataPlaneRig.route(Protocol.TLS, "a.internal", 443);
        Route wildcard = DataPlaneRig.route(Protocol.HTTPS, "*.internal", 443);
        NetServer server = rig.listenShared(exact, wildcard);
        for (String name : List.of("a.internal", "b.internal", "nobody.test")) {
            byte[] hello = ClientHellos.naming(name);
            try (Socket client = DataPlaneRig.connect(server)) {
                client.getOutputStream().write(hello);
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
            }
        }
        assertEquals(List.of(1L, 1L), List.of(exact.traffic().totalConnections(), wildcard.traffic().totalConnections()));
    }

    @Test
    void connectionsOutliveTheirListener() throws IOException {
        rig.fake().serve(echo());
        NetServer server = rig.listen(tcp);
        try (Socket client = DataPlaneRig.connect(server)) {
            roundTrip(client);
            DataPlaneRig.await(server.close());
            rig.routes().swap(RouteTable.empty());
            roundTrip(client);
            client.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void drainLetsConnectionsEndAndThenCutsThem() throws IOException {
        rig.fake().serve(echo());
        NetServer server = rig.listen(tcp);
        try (Socket ends = DataPlaneRig.connect(server); Socket stays = DataPlaneRig.connect(server)) {
            roundTrip(ends);
            roundTrip(stays);
            assertEquals(2, rig.plane().openConnections(tcp.key()));
            assertEquals(2, rig.plane().openConnections());
            Future<Void> patient = rig.plane().drain(tcp.key(), LONG);
            roundTrip(stays);
            ends.shutdownOutput();
            assertEquals(-1, ends.getInputStream().read());
            assertFalse(patient.isComplete());
            DataPlaneRig.await(rig.plane().drain(tcp.key(), Duration.ofMillis(1)));
            DataPlaneRig.await(patient);
            assertEquals(0, rig.plane().openConnections(tcp.key()));
        }
    }

    @Test
    void drainEndsIdleHttpConnectionsAtOnceAndBusyOnesAfterTheirAnswer() throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        NetServer server = rig.listen(http);
        String head = "POST / HTTP/1.1\r\nHost: web.internal\r\nContent-Length: 2\r\n\r\n";
        try (Socket idle = DataPlaneRig.connect(server); Socket busy = DataPlaneRig.connect(server)) {
            idle.getOutputStream().write(bytes(head + "hi"));
            HttpMessages.message(idle.getInputStream());
            busy.getOutputStream().write(bytes(head + "h"));
            Eventually.holds(() -> rig.fake().requests().size() == 2, () -> "the second never came");
            Future<Void> drained = rig.plane().drain(http.key(), LONG);
            assertEquals(-1, idle.getInputStream().read());
            busy.getOutputStream().write(bytes("i"));
            String answer = text(busy.getInputStream().readAllBytes());
            assertTrue(answer.endsWith("\r\nConnection: close\r\n\r\n" + head + "hi"), answer);
            DataPlaneRig.await(drained);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lastAnswerSaysThatItIsTheLastUnlessItHasBegunAlready(boolean begun) throws IOException {
        CountDownLatch drained = new CountDownLatch(1);
        AtomicReference<EventLoop> loop = new AtomicReference<>();
        rig.beforeAccept(socket -> loop.set(((NetSocketInternal) socket).channelHandlerContext().channel().eventLoop()));
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes(begun ? head + "\r\no" : "HTTP/1.1 102 Processing\r\n\r\n"));
            Eventually.holds(() -> drained.getCount() == 0, () -> "nobody drained");
            connection.tls().getOutputStream().write(bytes(begun ? "k" : head + "\r\nok"));
            connection.tls().getInputStream().readAllBytes();
        });
        try (Socket client = DataPlaneRig.connect(rig.listen(http))) {
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: web.internal\r\n\r\n"));
            String first = HttpMessages.head(client.getInputStream());
            assertEquals(begun ? head + "\r\n" : "HTTP/1.1 102 Processing\r\n\r\n", first);
            Future<Void> ended = rig.plane().shutDown(LONG);
            // On the same event loop, so behind the drain.
            loop.get().submit(drained::countDown).syncUninterruptibly();
            assertEquals(begun ? "ok" : head + "Connection: close\r\n\r\nok", text(client.getInputStream().readAllBytes()));
            DataPlaneRig.await(ended);
        }
    }

    @Test
    void connectionWithoutARouteIsClosed() throws IOException {
        NetServer server = rig.listen(tcp);
        rig.routes().swap(RouteTable.empty());
        try (Socket client = DataPlaneRig.connect(server)) {
            assertEquals(-1, client.getInputStream().read());
        }
        assertEquals(0, rig.fake().accepted());
    }

    @Test
    void silentClientOfAnHttpEndpointIsClosed() throws IOException {
        hurry();
        try (Socket client = DataPlaneRig.connect(rig.listen(http))) {
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @Test
    void undecidedClientIsARawStreamAfterAWhile() throws IOException {
        hurry();
        rig.fake().serve(echo());
        try (Socket client = DataPlaneRig.connect(rig.listen(http))) {
            client.getOutputStream().write(bytes("GE"));
            assertEquals("GE", text(client.getInputStream().readNBytes(2)));
        }
    }

    @Test
    void slowHeadIsAnsweredAndClosed() throws IOException {
        hurry();
        try (Socket client = DataPlaneRig.connect(rig.listen(http))) {
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHo"));
            assertTrue(text(client.getInputStream().readAllBytes()).startsWith("HTTP/1.1 408 "));
        }
    }

    @Test
    void halfClosedStreamEndsWhenItStaysSilent() throws IOException {
        hurry();
        rig.fake().serve(connection -> {
            connection.tls().getOutputStream().write('x');
            connection.tls().shutdownOutput();
            connection.tls().getInputStream().readAllBytes();
        });
        try (Socket client = DataPlaneRig.connect(rig.listen(tcp))) {
            assertEquals('x', client.getInputStream().read());
            assertEquals(-1, client.getInputStream().read());
            Eventually.holds(() -> rig.plane().openConnections() == 0, () -> "still open");
        }
    }

    @Test
    void failedDialClosesTheClientAndIsRemembered() throws IOException {
        rig.fake().answer(FakeIngress.frame(FakeIngress.response("", "", "ERR_NGROK_3200", "offline")));
        NetServer server = rig.listen(tcp);
        for (int i = 0; i < 3; i++) {
            try (Socket client = DataPlaneRig.connect(server)) {
                client.getOutputStream().write('x');
                client.shutdownOutput();
                client.getInputStream().read();
            } catch (SocketException resetOverUnreadBytes) {
                // The client had sent something that nobody could take.
            }
        }
        assertEquals(3, tcp.traffic().errors());
        assertEquals("UPGRADE_REFUSED", tcp.traffic().lastFailure().orElseThrow().cause());
        assertTrue(tcp.traffic().lastFailure().orElseThrow().message().contains("ERR_NGROK_3200"));
    }
}

package io.ngrokd.kernel.data.listen;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.http.HttpSettings;
import io.ngrokd.kernel.data.relay.RelaySettings;
import io.ngrokd.kernel.data.route.Route;
import io.vertx.core.Future;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Caps on connections: who is turned away and how, and that nobody else notices. */
class ConnectionLimitsTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: web.internal\r\n\r\n";

    private final DataPlaneRig rig = new DataPlaneRig();
    private final Route tcp = DataPlaneRig.route(Protocol.TCP, "db.internal", 5432);
    private final Route tls = DataPlaneRig.route(Protocol.TLS, "tls.internal", 443);
    private final Route http = DataPlaneRig.route(Protocol.HTTP, "web.internal", 80);

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private void limit(int max, int maxPerEndpoint) {
        rig.plane().use(DataPlaneSettings.defaults().with(new ConnectionLimits(max, maxPerEndpoint)));
    }

    private static FakeIngress.Script echo() {
        return connection -> connection.tls().getInputStream().transferTo(connection.tls().getOutputStream());
    }

    private static void roundTrip(Socket client) throws IOException {
        client.getOutputStream().write('x');
        assertEquals('x', client.getInputStream().read());
    }

    private static boolean isTurnedAway(Socket client) throws IOException {
        try {
            return client.getInputStream().read() < 0;
        } catch (SocketException resetOverUnreadBytes) {
            return true;
        }
    }

    /** The errors of an endpoint, and the cause of the last one. */
    private static String failures(Route route) {
        return route.traffic().errors() + " " + route.traffic().lastFailure().map(failure -> failure.cause()).orElse("none");
    }

    @ParameterizedTest
    @CsvSource({"1, 0, connections.max", "0, 1, connections.max_per_endpoint"})
    void httpClientIsToldInTheFormThatItWants(int max, int maxPerEndpoint, String key) throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        NetServer server = rig.listen(http);
        limit(max, maxPerEndpoint);
        try (Socket first = DataPlaneRig.connect(server)) {
            first.getOutputStream().write(bytes(GET));
            HttpMessages.message(first.getInputStream());
            for (String[] wanted : new String[][] {{"*/*", "ngrokd: 503"}, {"application/json", "{\"error\":\"TOO_MANY_CONNECTIONS\",\"status\":503"},
                {"text/html", "<!doctype html>"}}) {
                try (Socket client = DataPlaneRig.connect(server)) {
                    client.getOutputStream().write(bytes("POST /x HTTP/1.1\r\nHost: any\r\nAccept: " + wanted[0] + "\r\nContent-Length: 5\r\n\r\nhello"));
                    String page = text(client.getInputStream().readAllBytes());
                    assertTrue(page.startsWith("HTTP/1.1 503 Service Unavailable\r\n") && page.contains("\r\nConnection: close\r\n")
                            && page.contains("\r\nX-Ngrokd-Error: TOO_MANY_CONNECTIONS\r\n"), page);
                    assertTrue(page.contains("\r\n\r\n" + wanted[1]) && page.contains("web.internal:80") && page.contains("(" + key + ")"), page);
                }
            }
            try (Socket client = DataPlaneRig.connect(server)) {
                client.getOutputStream().write(bytes("HEAD / HTTP/1.1\r\nHost: any\r\n\r\n"));
                String page = text(client.getInputStream().readAllBytes());
                assertTrue(page.startsWith("HTTP/1.1 503 ") && page.endsWith("\r\n\r\n"), page);
            }
            assertEquals("4 TOO_MANY_CONNECTIONS", failures(http));
            first.getOutputStream().write(bytes(GET));
            assertTrue(HttpMessages.message(first.getInputStream()).startsWith("HTTP/1.1 200 "), "the one that is served goes on");
        }
        Eventually.holds(() -> rig.plane().openConnections() == 0, () -> "still open");
        try (Socket next = DataPlaneRig.connect(server)) {
            next.getOutputStream().write(bytes(GET));
            assertTrue(HttpMessages.message(next.getInputStream()).startsWith("HTTP/1.1 200 "), "there is room again");
        }
        assertEquals(2, http.traffic().totalConnections(), "those that were turned away were never the endpoint's");
    }

    @Test
    void tcpAndTlsClientsAreClosed() throws IOException {
        rig.fake().serve(echo());
        NetServer tcpServer = rig.listen(tcp);
        NetServer tlsServer = rig.listen(tls);
        limit(1, 0);
        try (Socket first = DataPlaneRig.connect(tcpServer)) {
            roundTrip(first);
            try (Socket second = DataPlaneRig.connect(tcpServer); Socket third = DataPlaneRig.connect(tlsServer)) {
                third.getOutputStream().write(ClientHellos.naming("tls.internal"));
                assertTrue(isTurnedAway(second) && isTurnedAway(third));
            }
            roundTrip(first);
        }
        assertEquals("1 TOO_MANY_CONNECTIONS", failures(tcp));
        assertEquals("1 TOO_MANY_CONNECTIONS", failures(tls));
        assertTrue(tcp.traffic().lastFailure().orElseThrow().message().startsWith("all 1 connections that ngrokd forwards at once"));
        assertEquals(1, rig.fake().accepted(), "nothing is dialled for those");
    }

    @Test
    void oneFullEndpointIsNoOthersBusiness() throws IOException {
        rig.fake().serve(echo());
        NetServer full = rig.listen(tcp);
        NetServer other = rig.listen(tls);
        limit(0, 1);
        try (Socket first = DataPlaneRig.connect(full)) {
            // Served before the second one comes: event loops may take two in either order.
            roundTrip(first);
            try (Socket second = DataPlaneRig.connect(full); Socket elsewhere = DataPlaneRig.connect(other)) {
                assertTrue(isTurnedAway(second));
                roundTrip(elsewhere);
            }
        }
        assertEquals("1 TOO_MANY_CONNECTIONS", failures(tcp));
        assertEquals("0 none", failures(tls));
    }

    @Test
    void countsAreExactWhateverComesAtOnce() throws Exception {
        AtomicInteger served = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        rig.fake().serve(connection -> {
            most.accumulateAndGet(served.incrementAndGet(), Math::max);
            try {
                echo().run(connection);
            } finally {
                served.decrementAndGet();
            }
        });
        NetServer server = rig.listen(tcp);
        int room = 10;
        int clients = 100;
        limit(room, 0);
        for (int round = 1; round <= 3; round++) {
            List<Socket> sockets = new ArrayList<>();
            int welcome = 0;
            for (boolean isServed : atOnce(clients, server, sockets)) {
                welcome += isServed ? 1 : 0;
            }
            assertEquals(room, welcome);
            assertEquals(room, rig.plane().openConnections(tcp.key()));
            assertEquals(round * (clients - room), tcp.traffic().errors());
            for (Socket socket : sockets) {
                socket.close();
            }
            Eventually.holds(() -> rig.plane().openConnections() == 0 && served.get() == 0, () -> "still open");
            assertEquals(0, tcp.traffic().activeConnections());
        }
        assertEquals(room, most.get(), "never one more than there is room for");
    }

    /** That many clients that all connect at the same time, and whether each is served. */
    private static List<Boolean> atOnce(int clients, NetServer server, List<Socket> sockets) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<java.util.concurrent.Future<Boolean>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                results.add(threads.submit((Callable<Boolean>) () -> {
                    start.await();
                    Socket socket = DataPlaneRig.connect(server);
                    synchronized (sockets) {
                        sockets.add(socket);
                    }
                    try {
                        socket.getOutputStream().write('x');
                        return socket.getInputStream().read() == 'x';
                    } catch (SocketException turnedAway) {
                        return false;
                    }
                }));
            }
            start.countDown();
            List<Boolean> served = new ArrayList<>();
            for (var result : results) {
                served.add(result.get(120, TimeUnit.SECONDS));
            }
            return served;
        }
    }

    @Test
    void silentClientsThatAreTooManyDoNotPileUp() throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        NetServer server = rig.listen(http);
        limit(1, 0);
        List<Socket> silent = new ArrayList<>();
        try (Socket first = DataPlaneRig.connect(server)) {
            first.getOutputStream().write(bytes(GET));
            HttpMessages.message(first.getInputStream());
            for (int i = 0; i < 100; i++) {
                silent.add(DataPlaneRig.connect(server));
            }
            Eventually.holds(() -> http.traffic().errors() == 100, () -> failures(http));
            Eventually.holds(() -> rig.plane().openConnections() <= 65, () -> rig.plane().openConnections() + " open");
            for (Socket socket : silent) {
                assertTrue(isTurnedAway(socket));
                socket.close();
            }
        }
        // The first one's end must have arrived: the next one would be too many beside it.
        Eventually.holds(() -> rig.plane().openConnections() == 0, () -> rig.plane().openConnections() + " open");
        try (Socket next = DataPlaneRig.connect(server)) {
            next.getOutputStream().write(bytes(GET));
            assertTrue(HttpMessages.message(next.getInputStream()).startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void onASharedListenerTheNameTellsWhoseErrorItIs() throws IOException {
        rig.fake().serve(echo());
        NetServer server = rig.listenShared(http, tls);
        limit(1, 0);
        try (Socket first = DataPlaneRig.connect(server)) {
            byte[] hello = ClientHellos.naming("tls.internal");
            first.getOutputStream().write(hello);
            first.getInputStream().readNBytes(hello.length);
            try (Socket second = DataPlaneRig.connect(server); Socket third = DataPlaneRig.connect(server); Socket lost = DataPlaneRig.connect(server)) {
                second.getOutputStream().write(hello);
                assertTrue(isTurnedAway(second));
                third.getOutputStream().write(bytes(GET));
                assertTrue(text(third.getInputStream().readAllBytes()).startsWith("HTTP/1.1 503 "));
                lost.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: nobody.internal\r\n\r\n"));
                assertTrue(text(lost.getInputStream().readAllBytes()).startsWith("HTTP/1.1 421 "));
            }
        }
        assertEquals("1 TOO_MANY_CONNECTIONS", failures(tls));
        assertEquals("1 TOO_MANY_CONNECTIONS", failures(http));
    }

    @Test
    void onASharedListenerAFullEndpointIsFullForItself() throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        Route other = DataPlaneRig.route(Protocol.HTTP, "other.internal", 80);
        NetServer server = rig.listenShared(http, other);
        limit(0, 1);
        try (Socket first = DataPlaneRig.connect(server); Socket second = DataPlaneRig.connect(server); Socket third = DataPlaneRig.connect(server)) {
            first.getOutputStream().write(bytes(GET));
            HttpMessages.message(first.getInputStream());
            second.getOutputStream().write(bytes("POST / HTTP/1.1\r\nHost: web.internal\r\nContent-Length: 5\r\n\r\nhello" + GET));
            String page = text(second.getInputStream().readAllBytes());
            assertTrue(page.startsWith("HTTP/1.1 503 Service Unavailable\r\n") && page.contains("\r\nConnection: close\r\n")
                    && page.contains("\r\nX-Ngrokd-Error: TOO_MANY_CONNECTIONS\r\n") && page.contains("web.internal:80")
                    && page.contains("(connections.max_per_endpoint)"), page);
            assertEquals(page.indexOf("HTTP/1.1 "), page.lastIndexOf("HTTP/1.1 "), "one page and no more");
            third.getOutputStream().write(bytes(GET.replace("web", "other")));
            assertTrue(HttpMessages.message(third.getInputStream()).startsWith("HTTP/1.1 200 "));
            assertEquals(1, rig.plane().openConnections(other.key()));
            // A client that is served at one endpoint and asks for another that is full.
            third.getOutputStream().write(bytes(GET));
            assertTrue(text(third.getInputStream().readAllBytes()).startsWith("HTTP/1.1 503 "));
            first.getOutputStream().write(bytes(GET));
            assertTrue(HttpMessages.message(first.getInputStream()).startsWith("HTTP/1.1 200 "), "the one that is served goes on");
        }
        assertEquals("2 TOO_MANY_CONNECTIONS", failures(http));
        assertEquals("0 none", failures(other));
        assertEquals(2, rig.fake().accepted(), "nothing is dialled for those");
    }

    @Test
    void changedLimitsCountForNewConnectionsOnly() throws IOException {
        rig.fake().serve(echo());
        NetServer server = rig.listen(tcp);
        try (Socket first = DataPlaneRig.connect(server); Socket second = DataPlaneRig.connect(server)) {
            roundTrip(first);
            roundTrip(second);
            rig.plane().use(DataPlaneSettings.defaults()
                    .with(new RelaySettings(Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofMillis(100)), HttpSettings.defaults())
                    .with(new ConnectionLimits(2, 0)));
            try (Socket third = DataPlaneRig.connect(server)) {
                assertTrue(isTurnedAway(third));
            }
            limitIdle(3);
            try (Socket third = DataPlaneRig.connect(server)) {
                roundTrip(third);
                assertTrue(isTurnedAway(third), "it is idle");
            }
            roundTrip(first);
            roundTrip(second);
        }
    }

    private void limitIdle(int max) {
        // Longer than a round trip on a busy machine.
        rig.plane().use(DataPlaneSettings.defaults()
                .with(new RelaySettings(Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(3)), HttpSettings.defaults())
                .with(new ConnectionLimits(max, 0)));
    }

    @Test
    void whileEverythingEndsNobodyIsLetIn() throws IOException {
        rig.fake().serve(echo());
        NetServer server = rig.listen(tcp);
        try (Socket first = DataPlaneRig.connect(server)) {
            roundTrip(first);
            Future<Void> ended = rig.plane().shutDown(Duration.ofSeconds(60));
            try (Socket late = DataPlaneRig.connect(server)) {
                assertTrue(isTurnedAway(late));
            }
            roundTrip(first);
            assertFalse(ended.isComplete());
            // Somebody is in a hurry.
            DataPlaneRig.await(rig.plane().drainAll(Duration.ZERO));
            DataPlaneRig.await(ended);
            assertTrue(isTurnedAway(first));
        }
    }
}

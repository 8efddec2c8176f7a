package io.ngrokd.kernel.data.listen;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.route.Route;
import io.ngrokd.kernel.data.route.RouteTable;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints that come and go while connections are being made. */
class RouteChangesTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final DataPlaneRig rig = new DataPlaneRig();
    private final Route tcp = DataPlaneRig.route(Protocol.TCP, "db.internal", 80);
    private final Route http = DataPlaneRig.route(Protocol.HTTP, "web.internal", 80);
    private final Route neighbour = DataPlaneRig.route(Protocol.HTTP, "neighbour.internal", 80);

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private static String get(String host) {
        return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    private static Channel channel(NetSocket socket) {
        return ((NetSocketInternal) socket).channelHandlerContext().channel();
    }

    /** Whatever kind of end it is, as long as it is one. */
    private static void expectEnd(Socket client) throws IOException {
        try {
            assertEquals(-1, client.getInputStream().read());
        } catch (SocketException resetOverUnreadBytes) {
            assertTrue(client.isConnected(), "never was connected");
        }
    }

    @Test
    void neighbourLeftAloneDoesNotGetRequestsOfTheEndpointThatIsGone() throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        NetServer server = rig.listenShared(http, neighbour);
        try (Socket early = DataPlaneRig.connect(server)) {
            early.getOutputStream().write(bytes(get("web.internal")));
            assertTrue(HttpMessages.message(early.getInputStream()).contains("Host: web.internal"));
            rig.replaceShared(neighbour);
            early.getOutputStream().write(bytes(get("web.internal")));
            assertTrue(text(early.getInputStream().readAllBytes()).startsWith("HTTP/1.1 421 "));
        }
        try (Socket late = DataPlaneRig.connect(server)) {
            late.getOutputStream().write(bytes(get("web.internal")));
            assertTrue(text(late.getInputStream().readAllBytes()).startsWith("HTTP/1.1 421 "));
        }
        assertEquals(1, rig.fake().accepted());
        assertEquals(0, neighbour.traffic().totalConnections());
    }

    @Test
    void misdirectedRequestIsAnsweredInTheFormThatWasAskedFor() throws IOException {
        NetServer server = rig.listenShared(http, neighbour);
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(bytes("HEAD / HTTP/1.1\r\nHost: elsewhere\r\n\r\n"));
            String got = text(client.getInputStream().readAllBytes());
            assertTrue(got.startsWith("HTTP/1.1 421 ") && got.endsWith("\r\n\r\n"), got);
        }
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: elsewhere\r\nAccept: application/json\r\n\r\n"));
            String got = text(client.getInputStream().readAllBytes());
            assertTrue(got.contains("\r\n\r\n{\"error\":\"UNKNOWN_HOST\""), got);
        }
    }

    @Test
    void requestForAnEndpointThatIsGoneIsAnsweredInTheFormThatWasAskedFor() throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        try (Socket client = DataPlaneRig.connect(rig.listen(http))) {
            client.getOutputStream().write(bytes(get("a")));
            HttpMessages.message(client.getInputStream());
            rig.routes().swap(RouteTable.empty());
            client.getOutputStream().write(bytes("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"));
            String got = text(client.getInputStream().readAllBytes());
            assertTrue(got.startsWith("HTTP/1.1 503 ") && got.endsWith("\r\n\r\n"), got);
        }
    }

    @Test
    void nameIsLookedUpAmongTheEndpointsOfTheMomentItIsKnown() throws IOException {
        Route tls = DataPlaneRig.route(Protocol.TLS, "web.internal", 80);
        NetServer server = rig.listenShared(tls, neighbour);
        CountDownLatch looked = new CountDownLatch(1);
        rig.afterLook(looked::countDown);
        try (Socket client = DataPlaneRig.connect(server)) {
            Eventually.holds(() -> looked.getCount() == 0, () -> "never accepted");
            rig.replaceShared(neighbour);
            client.getOutputStream().write(ClientHellos.naming("web.internal"));
            assertArrayEquals(ClientHellos.UNRECOGNIZED_NAME, client.getInputStream().readAllBytes());
        }
        assertEquals(0, rig.fake().accepted());
        assertEquals(0, tls.traffic().totalConnections());
    }

    @Test
    void connectionThatWasBeingMadeWhenItsEndpointWentIsNotServed() throws IOException {
        NetServer server = rig.listen(tcp);
        rig.afterLook(() -> rig.routes().swap(RouteTable.empty()));
        try (Socket client = DataPlaneRig.connect(server)) {
            expectEnd(client);
        }
        Eventually.holds(() -> rig.plane().openConnections() == 0, () -> "still open");
        assertEquals(0, rig.plane().openConnections(tcp.key()));
    }

    @Test
    void drainDoesNotWaitForClientsThatHaveAskedForNothing() throws IOException {
        NetServer server = rig.listen(http);
        try (Socket client = DataPlaneRig.connect(server)) {
            Eventually.holds(() -> rig.plane().openConnections(http.key()) == 1, () -> "never accepted");
            var drained = rig.plane().drain(http.key(), LONG);
            assertEquals(-1, client.getInputStream().read());
            DataPlaneRig.await(drained);
        }
    }

    @Test
    void drainDoesNotWaitForAStreamThatIsNotThereYet() throws IOException {
        rig.fake().silent();
        NetServer server = rig.listen(tcp);
        try (Socket client = DataPlaneRig.connect(server)) {
            Eventually.holds(() -> rig.fake().accepted() == 1, () -> "never dialled");
            var drained = rig.plane().drain(tcp.key(), LONG);
            expectEnd(client);
            DataPlaneRig.await(drained);
            // Not by a failed dial, which would have ended it just the same.
            assertEquals(0, tcp.traffic().errors());
        }
    }

    @Test
    void bytesAndEndThatComeWhileTheEndpointIsDialledAreNotLost() throws IOException {
        rig.fake().serve(connection ->
                connection.tls().getInputStream().transferTo(connection.tls().getOutputStream()));
        NetServer server = rig.listen(tcp);
        // What epoll does when a client says something and ends its half, whether reads are stopped or not.
        rig.beforeAccept(socket -> channel(socket).eventLoop().execute(() -> {
            channel(socket).pipeline().fireChannelRead(Unpooled.copiedBuffer(bytes("early")));
            channel(socket).pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }));
        try (Socket client = DataPlaneRig.connect(server)) {
            assertEquals("early", text(client.getInputStream().readAllBytes()));
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void fewBytesAndAnEndAreAStreamToo() throws IOException {
        rig.fake().serve(connection ->
                connection.tls().getInputStream().transferTo(connection.tls().getOutputStream()));
        try (Socket client = DataPlaneRig.connect(rig.listen(http))) {
            client.getOutputStream().write(bytes("GE"));
            client.shutdownOutput();
            assertEquals("GE", text(client.getInputStream().readAllBytes()));
        }
    }

    @Test
    void connectionThatIsClosedBeforeItIsServedIsNoError() throws IOException {
        AtomicReference<RuntimeException> thrown = new AtomicReference<>();
        CountDownLatch accepted = new CountDownLatch(1);
        NetServer server = rig.listen(tcp);
        rig.beforeAccept(socket -> {
            channel(socket).close();
            try {
                rig.plane().accept(socket, "listener-0");
            } catch (RuntimeException failure) {
                thrown.set(failure);
            }
            accepted.countDown();
        });
        try (Socket client = DataPlaneRig.connect(server)) {
            expectEnd(client);
            Eventually.holds(() -> accepted.getCount() == 0, () -> "never accepted");
        }
        assertEquals(null, thrown.get());
        assertEquals(0, rig.plane().openConnections());
    }

    @Test
    void connectionThatClosesWhileItIsBeingServedIsNotCountedForEver() throws IOException {
        AtomicReference<Channel> accepted = new AtomicReference<>();
        NetServer server = rig.listen(tcp);
        rig.beforeAccept(socket -> accepted.set(channel(socket)));
        rig.afterLook(() -> accepted.get().unsafe().close(accepted.get().unsafe().voidPromise()));
        try (Socket client = DataPlaneRig.connect(server)) {
            expectEnd(client);
        }
        Eventually.holds(() -> rig.plane().openConnections() == 0, () -> "still open");
        assertEquals(0, rig.fake().accepted(), "nobody was left to dial for");
        assertEquals(0, rig.plane().openConnections(tcp.key()));
        assertEquals(0, tcp.traffic().activeConnections());
    }
}

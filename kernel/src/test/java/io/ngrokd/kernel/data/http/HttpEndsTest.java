package io.ngrokd.kernel.data.http;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.listen.DataPlaneSettings;
import io.ngrokd.kernel.data.relay.RelaySettings;
import io.ngrokd.kernel.data.route.Route;
import io.vertx.core.internal.net.NetSocketInternal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests and answers that end before they are complete, or never end. */
class HttpEndsTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Route route = DataPlaneRig.route(Protocol.HTTP, "web.internal", 80);
    private DataPlaneRig rig;

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private void use(Duration idleLimit, Duration halfClosedLimit) {
        rig = new DataPlaneRig(new DataPlaneSettings(
                LONG, LONG, new RelaySettings(idleLimit, halfClosedLimit, LONG), HttpSettings.defaults()));
    }

    private Socket connect(Duration idleLimit, Duration halfClosedLimit) {
        use(idleLimit, halfClosedLimit);
        return DataPlaneRig.connect(rig.listen(route));
    }

    @Test
    void slowAnswerIsNotCutBecauseItsClientHasSaidAllItHadToSay() throws IOException {
        String piece = "1\r\nx\r\n";
        try (Socket client = connect(Duration.ZERO, Duration.ofSeconds(2))) {
            rig.fake().serve(connection -> {
                HttpMessages.message(connection.tls().getInputStream());
                OutputStream out = connection.tls().getOutputStream();
                out.write(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
                for (int i = 0; i < 30; i++) {
                    out.write(bytes(piece));
                    pause();
                }
                out.write(bytes("0\r\n\r\n"));
            });
            client.getOutputStream().write(bytes(GET));
            client.shutdownOutput();
            String answer = text(client.getInputStream().readAllBytes());
            assertTrue(answer.endsWith(piece.repeat(30) + "0\r\n\r\n"), answer);
        }
    }

    @Test
    void requestUnderWayIsGivenUpWhenNothingMoves() throws IOException {
        try (Socket client = connect(Duration.ofMillis(300), LONG)) {
            rig.fake().serve(connection -> connection.tls().getInputStream().readAllBytes());
            client.getOutputStream().write(bytes(GET));
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
    }

    @Test
    void failureAfterAnInterimAnswerIsABadGateway() throws IOException {
        try (Socket client = connect(Duration.ZERO, LONG)) {
            rig.fake().serve(connection -> {
                HttpMessages.message(connection.tls().getInputStream());
                connection.tls().getOutputStream().write(bytes("HTTP/1.1 100 Continue\r\n\r\n"));
            });
            client.getOutputStream().write(bytes(GET));
            String got = text(client.getInputStream().readAllBytes());
            assertTrue(got.startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 502 Bad Gateway\r\n"), got);
        }
    }

    @Test
    void earlyAnswerSurvivesTheEndOfAnUnfinishedRequest() throws IOException {
        String answer = HttpMessages.ok("early");
        try (Socket client = connect(Duration.ZERO, LONG)) {
            rig.fake().serve(connection -> {
                HttpMessages.head(connection.tls().getInputStream());
                connection.tls().getOutputStream().write(bytes(answer));
                drain(connection.tls().getInputStream());
            });
            client.getOutputStream().write(bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nabcd"));
            Eventually.holds(() -> route.traffic().bytesToClients() == answer.length(), () -> "nothing was answered");
            client.shutdownOutput();
            assertEquals(answer, text(client.getInputStream().readAllBytes()));
        }
    }

    @Test
    void requestThatEndsBeforeItsBodyWhileTheEndpointIsDialledIsGivenUp() throws IOException {
        try (Socket client = connect(Duration.ZERO, LONG)) {
            rig.fake().serve(connection -> drain(connection.tls().getInputStream()));
            client.getOutputStream().write(bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n"));
            client.shutdownOutput();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
    }

    @Test
    void answerUntilCloseThatEndsWithoutTheEndOfTlsIsNotTakenForWhole() throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        try (Socket client = connect(Duration.ZERO, LONG)) {
            rig.fake().serve(connection -> {
                HttpMessages.message(connection.tls().getInputStream());
                connection.tls().getOutputStream().write(bytes("HTTP/1.1 200 OK\r\n\r\nhalf"));
                Eventually.holds(() -> read.getCount() == 0, () -> "the first half never came through");
                connection.plain().shutdownOutput();
                drain(connection.tls().getInputStream());
            });
            client.getOutputStream().write(bytes(GET));
            assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf", text(client.getInputStream().readNBytes(42)));
            read.countDown();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
    }

    /**
     * The client has ended its half, and the proxy knows, before the protocol is switched. Whoever is in charge of the client
     * by then does not hear of it any more from the channel.
     */
    @Test
    void endOfTheClientsHalfBeforeTheProtocolIsSwitchedReachesTheEndpoint() throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        use(Duration.ZERO, LONG);
        rig.beforeAccept(socket -> ((NetSocketInternal) socket).channelHandlerContext().pipeline().addFirst(onEnd(ended)));
        try (Socket client = DataPlaneRig.connect(rig.listen(route))) {
            rig.fake().serve(connection -> {
                HttpMessages.head(connection.tls().getInputStream());
                Eventually.holds(() -> ended.getCount() == 0, () -> "the end of the client's half was never seen");
                connection.tls().getOutputStream().write(bytes("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"));
                assertEquals("", text(connection.tls().getInputStream().readAllBytes()));
                connection.tls().getOutputStream().write(bytes("all you said was heard"));
            });
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"));
            client.shutdownOutput();
            assertTrue(text(client.getInputStream().readAllBytes()).endsWith("\r\n\r\nall you said was heard"));
        }
        rig.expectNoScriptFailures();
    }

    private static ChannelInboundHandlerAdapter onEnd(CountDownLatch ended) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                context.fireUserEventTriggered(event);
                if (event instanceof ChannelInputShutdownEvent) {
                    ended.countDown();
                }
            }
        };
    }

    private static void drain(InputStream in) {
        try {
            in.readAllBytes();
        } catch (IOException reset) {
            assertTrue(reset.getMessage() != null, "a reset says so");
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}

package io.ngrokd.kernel.data.http;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
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
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back, how its end is found, and what happens to the connections afterwards. */
class HttpAnswersTest {

    static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final DataPlaneRig rig = new DataPlaneRig();
    private final Route route = DataPlaneRig.route(Protocol.HTTP, "web.internal", 80);

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private Socket connect() {
        return DataPlaneRig.connect(rig.listen(route));
    }

    /** Answers every request with the same bytes and keeps the connection. */
    static FakeIngress.Script answering(String... answers) {
        return connection -> {
            InputStream in = connection.tls().getInputStream();
            for (String answer : answers) {
                if (HttpMessages.message(in) == null) {
                    return;
                }
                connection.tls().getOutputStream().write(bytes(answer));
            }
            in.readAllBytes();
        };
    }

    /** A head without a word on the connection, and what a client gets that is closed behind it. */
    private static String closing(String answer) {
        return answer.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    }

    private static String expect(Socket client, String answer) throws IOException {
        String got = text(client.getInputStream().readNBytes(answer.length()));
        assertEquals(answer, got);
        return got;
    }

    @Test
    void answersWithoutABodyAreRecognised() throws IOException {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
        String noContent = "HTTP/1.1 204 No Content\r\n\r\n";
        String notModified = "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: \"x\"\r\n\r\n";
        String empty = "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n";
        String chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        rig.fake().serve(answering(head, noContent, notModified, empty, chunkedHead, HttpMessages.ok("done")));
        try (Socket client = connect()) {
            String headRequest = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
            for (String[] pair : new String[][] {{headRequest, head}, {GET, noContent}, {GET, notModified}, {GET, empty},
                {headRequest, chunkedHead}, {GET, HttpMessages.ok("done")}}) {
                client.getOutputStream().write(bytes(pair[0]));
                expect(client, pair[1]);
            }
        }
        assertEquals(1, rig.fake().accepted());
        rig.expectNoScriptFailures();
    }

    @Test
    void chunkedAnswersPassUntouched() throws IOException {
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + "5;a=b\r\nhello\r\n00A\r\n0123456789\r\n0;last\r\nX-Sum: 15\r\n\r\n";
        rig.fake().serve(answering(answer, answer, answer));
        try (Socket client = connect()) {
            for (int i = 0; i < 3; i++) {
                client.getOutputStream().write(bytes(GET));
                expect(client, answer);
            }
        }
        assertEquals(1, rig.fake().accepted());
    }

    @Test
    void answerThatLastsUntilCloseClosesTheClient() throws IOException {
        String body = "z".repeat(500_000);
        String answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + body;
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes(answer));
        });
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(GET));
            assertEquals("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" + body,
                    text(client.getInputStream().readAllBytes()));
        }
    }

    @Test
    void answerThatLastsUntilCloseAndIsCutIsNotTakenForWhole() throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes("HTTP/1.1 200 OK\r\n\r\nhalf"));
            await(read);
            connection.reset();
        });
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(GET));
            expect(client, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf");
            read.countDown();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
    }

    @Test
    void oldClientsAreServedAndClosed() throws IOException {
        rig.fake().serve(answering("HTTP/1.1 100 Continue\r\n\r\n" + HttpMessages.ok("old")));
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes("GET / HTTP/1.0\r\n\r\n"));
            assertEquals(closing(HttpMessages.ok("old")), text(client.getInputStream().readAllBytes()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", "GET / HTTP/1.0\r\nHost: a\r\n\r\n"})
    void clientThatWantsToCloseIsClosed(String request) throws IOException {
        rig.fake().serve(answering(HttpMessages.ok("bye")));
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(request));
            assertEquals(closing(HttpMessages.ok("bye")), text(client.getInputStream().readAllBytes()));
        }
    }

    @Test
    void oldEndpointMayKeepTheConnection() throws IOException {
        String answer = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok";
        rig.fake().serve(answering(answer, answer));
        try (Socket client = connect()) {
            for (int i = 0; i < 2; i++) {
                client.getOutputStream().write(bytes(GET));
                expect(client, answer);
            }
        }
        assertEquals(1, rig.fake().accepted());
    }

    @Test
    void continueIsPassedOnBeforeTheBodyIsSent() throws IOException {
        rig.fake().serve(connection -> {
            InputStream in = connection.tls().getInputStream();
            String head = HttpMessages.head(in);
            connection.tls().getOutputStream().write(bytes("HTTP/1.1 100 Continue\r\n\r\n"));
            String body = HttpMessages.body(head, in);
            connection.tls().getOutputStream().write(bytes("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HttpMessages.ok(body)));
            in.readAllBytes();
        });
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(
                    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"));
            expect(client, "HTTP/1.1 100 Continue\r\n\r\n");
            client.getOutputStream().write(bytes("body"));
            expect(client, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HttpMessages.ok("body"));
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void eventsArriveOneByOne() throws IOException {
        CountDownLatch[] seen = {new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1)};
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            OutputStream out = connection.tls().getOutputStream();
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"));
            for (CountDownLatch each : seen) {
                out.write(bytes("9\r\ndata: x\n\n\r\n"));
                await(each);
            }
            out.write(bytes("0\r\n\r\n"));
            connection.tls().getInputStream().readAllBytes();
        });
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(GET));
            HttpMessages.head(client.getInputStream());
            for (CountDownLatch each : seen) {
                expect(client, "9\r\ndata: x\n\n\r\n");
                each.countDown();
            }
            expect(client, "0\r\n\r\n");
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void answerMayComeBeforeTheRequestIsComplete() throws IOException {
        rig.fake().serve(connection -> {
            InputStream in = connection.tls().getInputStream();
            String head = HttpMessages.head(in);
            connection.tls().getOutputStream().write(bytes(HttpMessages.ok("early")));
            assertEquals(8, HttpMessages.body(head, in).length());
            answering(HttpMessages.ok("second")).run(connection);
        });
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nabcd"));
            expect(client, HttpMessages.ok("early"));
            client.getOutputStream().write(bytes("efgh" + GET));
            expect(client, HttpMessages.ok("second"));
        }
        assertEquals(1, rig.fake().accepted());
        rig.expectNoScriptFailures();
    }

    @Test
    void refusedUploadCanStillReadItsAnswer() throws IOException {
        String answer = "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nno!";
        rig.fake().serve(connection -> {
            HttpMessages.head(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes(answer));
        });
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n"));
            client.getOutputStream().write(new byte[2_000_000]);
            assertEquals(answer, text(client.getInputStream().readAllBytes()));
        }
    }

    @Test
    void largeBodiesGoBothWays() throws IOException {
        int size = 20_000_000;
        rig.fake().serve(connection -> {
            InputStream in = connection.tls().getInputStream();
            HttpMessages.head(in);
            OutputStream out = connection.tls().getOutputStream();
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n"));
            byte[] block = new byte[50_000];
            for (int moved = 0; moved < size; moved += block.length) {
                out.write(in.readNBytes(block.length));
            }
            in.readAllBytes();
        });
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n"));
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    client.getOutputStream().write(new byte[size]);
                } catch (IOException failure) {
                    Thread.currentThread().interrupt();
                }
            });
            HttpMessages.head(client.getInputStream());
            assertEquals(size, client.getInputStream().readNBytes(size).length);
            writer.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void switchedProtocolIsARawStream() throws IOException {
        rig.fake().serve(connection -> {
            InputStream in = connection.tls().getInputStream();
            assertTrue(HttpMessages.head(in).contains("Upgrade: websocket\r\n"));
            connection.tls().getOutputStream().write(bytes(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nserver first"));
            in.transferTo(connection.tls().getOutputStream());
        });
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(
                    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\nclient \u0000early"));
            expect(client, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
                    + "server firstclient \u0000early");
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: not parsed\r\n\r\n"));
            expect(client, "GET / HTTP/1.1\r\nHost: not parsed\r\n\r\n");
            client.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void refusedUpgradeLeavesHttp() throws IOException {
        rig.fake().serve(answering(HttpMessages.ok("no"), HttpMessages.ok("still http")));
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(
                    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + GET));
            expect(client, HttpMessages.ok("no") + HttpMessages.ok("still http"));
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void upstreamThatDiedBetweenRequestsIsReplaced() throws IOException {
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes(HttpMessages.ok("one each")));
        });
        try (Socket client = connect()) {
            for (int i = 0; i < 20; i++) {
                client.getOutputStream().write(bytes(GET));
                expect(client, HttpMessages.ok("one each"));
            }
        }
        assertTrue(rig.fake().accepted() >= 20);
    }

    @Test
    void bytesBehindAnAnswerAnswerNobody() throws IOException {
        AtomicInteger connections = new AtomicInteger();
        rig.fake().serve(connection -> {
            boolean first = connections.getAndIncrement() == 0;
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes(HttpMessages.ok("right") + (first ? HttpMessages.ok("WRONG") : "")));
            connection.tls().getInputStream().readAllBytes();
        });
        try (Socket client = connect()) {
            for (int i = 0; i < 2; i++) {
                client.getOutputStream().write(bytes(GET));
                expect(client, HttpMessages.ok("right"));
            }
        }
        assertEquals(2, rig.fake().accepted());
    }

    @Test
    void clientThatGoesAwayTakesItsRequestWithIt() throws IOException {
        CountDownLatch gone = new CountDownLatch(1);
        NetServer server = rig.listen(route);
        rig.fake().serve(connection -> {
            try {
                HttpMessages.message(connection.tls().getInputStream());
            } finally {
                gone.countDown();
            }
        });
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf"));
            client.setSoLinger(true, 0);
        }
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf"));
            client.shutdownOutput();
            await(gone);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), "the other side did not get that far");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}

package io.ngrokd.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.config.EndpointConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The binding ingress, spoken to with the JDK's TLS sockets and with real backends behind it. */
@Timeout(300)
class IngressTest {

    @TempDir
    Path folder;

    private LocalCloud cloud;
    private TestClient client;
    private TestClient.Identity me;
    private ServerSocket backend;

    @BeforeEach
    void start() throws Exception {
        backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        backend.setSoTimeout(60_000);
        cloud = LocalCloud.start(CloudConfig.onFreePorts(folder).with(List.of(
                EndpointConfig.of("tcp://own.demo:7000").forwardTo("127.0.0.1", backend.getLocalPort()),
                EndpointConfig.of("tcp://echo.demo:7000"),
                EndpointConfig.of("http://hello.demo"),
                EndpointConfig.of("tcp://dead.demo:7000").forwardTo("127.0.0.1", 1),
                EndpointConfig.of("http://off.demo").takenOffline(),
                EndpointConfig.of("http://public.demo").withBindings(List.of("public")),
                EndpointConfig.of("http://*.wild.demo"),
                EndpointConfig.of("http://*.deep.wild.demo"),
                EndpointConfig.of("http://exact.wild.demo"),
                EndpointConfig.of("tcp://pool.demo:7000").withId("ep_one"),
                EndpointConfig.of("tcp://pool.demo:7000").withId("ep_two"))));
        client = new TestClient(cloud);
        me = client.register();
    }

    @AfterEach
    void stop() throws IOException {
        cloud.close();
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void refusesAClientWithoutACertificate(String protocol) {
        assertThrows(IOException.class, () -> {
            try (SSLSocket socket = client.connect(null, protocol)) {
                socket.getOutputStream().write(TestClient.connRequest("hello.demo", 80));
                TestClient.reply(socket.getInputStream());
            }
        });
    }

    @Test
    void refusesACertificateOfAnotherCloud(@TempDir Path elsewhere) throws Exception {
        try (LocalCloud other = LocalCloud.start(CloudConfig.onFreePorts(elsewhere))) {
            TestClient.Identity stranger = new TestClient(other).register();
            assertThrows(IOException.class, () -> client.ask(stranger, "hello.demo", 80));
        }
    }

    @Test
    void refusesACertificateThatHasExpired(@TempDir Path elsewhere) throws Exception {
        try (LocalCloud brief = LocalCloud.start(CloudConfig.onFreePorts(elsewhere).with(Duration.ofSeconds(2))
                .with(List.of(EndpointConfig.of("http://hello.demo"))))) {
            TestClient briefly = new TestClient(brief);
            TestClient.Identity identity = briefly.register();
            while (System.currentTimeMillis() <= identity.certificate().getNotAfter().getTime()) {
                Thread.sleep(100);
            }
            assertThrows(IOException.class, () -> briefly.ask(identity, "hello.demo", 80));
        }
    }

    @Test
    void namesTheEndpointInItsAnswer() throws Exception {
        TestClient.Reply reply = client.ask(me, "Hello.Demo", 80);
        assertEquals("http", reply.proto());
        assertTrue(reply.endpointId().startsWith("ep_"));
    }

    @Test
    void saysWhyAnUpgradeFails() throws Exception {
        assertEquals("ERR_NGROK_3200", client.ask(me, "nobody.demo", 80).errorCode());
        assertEquals("ERR_NGROK_3200", client.ask(me, "hello.demo", 81).errorCode());
        assertEquals("ERR_NGROK_3200", client.ask(me, "public.demo", 80).errorCode());
        TestClient.Reply offline = client.ask(me, "off.demo", 80);
        assertEquals("ERR_NGROK_3200", offline.errorCode());
        assertTrue(offline.errorMessage().contains("http://off.demo is offline"), offline.errorMessage());
        assertEquals("ERR_NGROK_8012", client.ask(me, "dead.demo", 7000).errorCode());
    }

    @Test
    void aRefusalArrivesThoughTheClientKeepsSending() throws Exception {
        try (SSLSocket socket = client.connect(me, "TLSv1.3")) {
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            together.writeBytes(TestClient.connRequest("nobody.demo", 80));
            together.writeBytes(random(200_000));
            socket.getOutputStream().write(together.toByteArray());
            assertEquals("ERR_NGROK_3200", TestClient.reply(socket.getInputStream()).errorCode());
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void resumedTlsSessionsAreUpgradedToo() throws Exception {
        SSLContext context = client.tls(me);
        for (int round = 0; round < 3; round++) {
            try (Socket socket = context.getSocketFactory().createSocket("localhost", cloud.ingressPort())) {
                socket.setSoTimeout(60_000);
                socket.getOutputStream().write(TestClient.connRequest("echo.demo", 7000));
                assertEquals("tcp", TestClient.reply(socket.getInputStream()).proto());
            }
        }
    }

    @Test
    void refusesAnOperatorThatWasDeleted() throws Exception {
        assertEquals(204, client.call("DELETE", "/kubernetes_operators/" + me.operatorId(), null).statusCode());
        assertEquals("ERR_NGROK_9310", client.ask(me, "hello.demo", 80).errorCode());
    }

    @Test
    void answersAMalformedAndAnEmptyRequest() throws Exception {
        for (byte[] message : List.of(new byte[] {(byte) 0xff, 1, 2}, new byte[0])) {
            try (SSLSocket socket = client.connect(me, "TLSv1.3")) {
                socket.getOutputStream().write(TestClient.framed(message));
                assertNotEquals("", TestClient.reply(socket.getInputStream()).errorCode());
            }
        }
    }

    @Test
    void takesTheMostSpecificName() throws Exception {
        String wild = client.ask(me, "a.wild.demo", 80).endpointId();
        assertEquals(wild, client.ask(me, "a.b.wild.demo", 80).endpointId());
        assertNotEquals(wild, client.ask(me, "exact.wild.demo", 80).endpointId());
        assertNotEquals(wild, client.ask(me, "a.deep.wild.demo", 80).endpointId());
        assertEquals("ERR_NGROK_3200", client.ask(me, "wild.demo", 80).errorCode());
    }

    @Test
    void pooledEndpointsTakeTurns() throws Exception {
        List<String> ids = List.of(client.ask(me, "pool.demo", 7000).endpointId(),
                client.ask(me, "pool.demo", 7000).endpointId(), client.ask(me, "pool.demo", 7000).endpointId());
        assertNotEquals(ids.get(0), ids.get(1));
        assertEquals(ids.get(0), ids.get(2));
    }

    @Test
    void doesNotWaitForEverForTheFirstByte(@TempDir Path elsewhere) throws Exception {
        CloudConfig config = CloudConfig.onFreePorts(elsewhere).with(List.of(EndpointConfig.of("https://secure.demo")));
        CloudConfig.Ingress hasty = new CloudConfig.Ingress(config.ingress().listen(), config.ingress().hostNames(), Duration.ofSeconds(1));
        try (LocalCloud impatient = LocalCloud.start(config.with(hasty))) {
            TestClient silent = new TestClient(impatient);
            try (SSLSocket socket = silent.open(silent.register(), "secure.demo", 443)) {
                assertEquals(-1, socket.getInputStream().read());
            }
        }
    }

    @Test
    void keepsBytesThatComeRightBehindTheRequest() throws Exception {
        try (SSLSocket socket = client.connect(me, "TLSv1.3")) {
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            together.writeBytes(TestClient.connRequest("echo.demo", 7000));
            together.writeBytes("at once".getBytes(UTF_8));
            socket.getOutputStream().write(together.toByteArray());
            socket.shutdownOutput();
            assertEquals("", TestClient.reply(socket.getInputStream()).errorCode());
            assertEquals("at once", new String(socket.getInputStream().readAllBytes(), UTF_8));
        }
    }

    @Test
    void readsARequestThatComesByteByByte() throws Exception {
        try (SSLSocket socket = client.connect(me, "TLSv1.3")) {
            for (byte single : TestClient.connRequest("echo.demo", 7000)) {
                socket.getOutputStream().write(single);
                socket.getOutputStream().flush();
            }
            assertEquals("tcp", TestClient.reply(socket.getInputStream()).proto());
        }
    }

    @Test
    void theClientMayEndFirst() throws Exception {
        try (SSLSocket socket = client.open(me, "own.demo", 7000); Socket far = backend.accept()) {
            far.setSoTimeout(60_000);
            socket.getOutputStream().write("question".getBytes(UTF_8));
            socket.shutdownOutput();
            assertEquals("question", new String(far.getInputStream().readAllBytes(), UTF_8));
            byte[] answer = random(3_000_000);
            far.getOutputStream().write(answer);
            far.shutdownOutput();
            assertArrayEquals(answer, socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void theBackendMayEndFirst() throws Exception {
        try (SSLSocket socket = client.open(me, "own.demo", 7000); Socket far = backend.accept()) {
            far.setSoTimeout(60_000);
            far.getOutputStream().write("greeting".getBytes(UTF_8));
            far.shutdownOutput();
            assertEquals("greeting", new String(socket.getInputStream().readAllBytes(), UTF_8));
            byte[] upload = random(3_000_000);
            CompletableFuture<byte[]> arrived = CompletableFuture.supplyAsync(() -> readAll(far));
            socket.getOutputStream().write(upload);
            socket.shutdownOutput();
            assertArrayEquals(upload, arrived.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void aResetOfTheBackendIsNoCleanEnd() throws Exception {
        try (SSLSocket socket = client.open(me, "own.demo", 7000)) {
            Socket far = backend.accept();
            far.getOutputStream().write("half of".getBytes(UTF_8));
            socket.getInputStream().readNBytes(7);
            far.setSoLinger(true, 0);
            far.close();
            assertThrows(IOException.class, () -> socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void carriesFiftyMegabytesEachWayAtOnce() throws Exception {
        byte[] payload = random(50_000_000);
        try (SSLSocket socket = client.open(me, "echo.demo", 7000)) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(payload);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertArrayEquals(payload, socket.getInputStream().readAllBytes());
            sending.get(60, TimeUnit.SECONDS);
        }
    }

    private static byte[] readAll(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}

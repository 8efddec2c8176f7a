package io.ngrokd.cloud;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.config.EndpointConfig;
import io.ngrokd.cloud.config.SampleBackend;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What measurements use: direct ports without the binding exchange, and backends that cost little. */
@Timeout(300)
class DirectPortTest {

    @TempDir
    Path folder;

    private final int echoPort = freePort();
    private final int httpPort = freePort();
    private LocalCloud cloud;
    private TestClient client;
    private TestClient.Identity me;

    DirectPortTest() throws IOException {}

    @BeforeEach
    void start() throws Exception {
        cloud = LocalCloud.start(CloudConfig.onFreePorts(folder).with(List.of(
                EndpointConfig.of("tcp://echo.demo:7000").withDirect("127.0.0.1", echoPort),
                EndpointConfig.of("http://quick.demo").with(SampleBackend.QUICK_HTTP).withDirect("127.0.0.1", httpPort),
                EndpointConfig.of("tcp://quick.demo:7001").with(SampleBackend.QUICK_ECHO),
                EndpointConfig.of("tcp://bytes.demo:7002").with(SampleBackend.QUICK_BYTES),
                EndpointConfig.of("tls://quick.demo:7003").with(SampleBackend.QUICK_TLS_ECHO))));
        client = new TestClient(cloud);
        me = client.register();
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    @Test
    void aDirectPortNeedsNoExchange() throws Exception {
        assertEchoes(direct(echoPort, me));
    }

    @Test
    void aDirectPortNeedsTheCertificateAllTheSame() {
        assertThrows(IOException.class, () -> assertEchoes(direct(echoPort, null)));
    }

    @Test
    void itsOperatorIsKnownAtTheIngressAsBefore() throws Exception {
        assertEchoes(client.open(me, "echo.demo", 7000));
    }

    @Test
    void quickHttpAnswersEveryHead() throws Exception {
        try (SSLSocket direct = direct(httpPort, me); SSLSocket upgraded = client.open(me, "quick.demo", 80)) {
            for (SSLSocket socket : List.of(direct, upgraded)) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));
                String answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nHello, world!\n";
                assertEquals(answer + answer, new String(socket.getInputStream().readNBytes(2 * answer.length()), StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void quickEchoAnswersWhatCameBehindTheRequestToo() throws Exception {
        assertEchoes(client.open(me, "quick.demo", 7001));
        try (SSLSocket socket = client.connect(me, "TLSv1.3")) {
            byte[] request = TestClient.connRequest("quick.demo", 7001);
            byte[] both = Arrays.copyOf(request, request.length + 1);
            both[request.length] = 'x';
            socket.getOutputStream().write(both);
            TestClient.reply(socket.getInputStream());
            assertEquals('x', socket.getInputStream().read());
        }
    }

    @Test
    void quickTlsEchoHasItsOwnTlsInside() throws Exception {
        SSLSocket outer = client.open(me, "quick.demo", 7003);
        assertEchoes((SSLSocket) client.tls(null).getSocketFactory().createSocket(outer, "quick.demo", 7003, true));
    }

    @Test
    void quickBytesComeWithoutEnd() throws Exception {
        try (SSLSocket socket = client.open(me, "bytes.demo", 7002)) {
            socket.getOutputStream().write('x');
            assertArrayEquals(new byte[20_000_000], socket.getInputStream().readNBytes(20_000_000));
        }
    }

    private SSLSocket direct(int port, TestClient.Identity identity) throws Exception {
        return new TestClient(cloud.apiUrl(), cloud.apiKeys().getFirst(), cloud.caPem(), port).connect(identity, "TLSv1.3");
    }

    private static void assertEchoes(SSLSocket socket) throws IOException {
        try (socket) {
            socket.getOutputStream().write("direct".getBytes(StandardCharsets.US_ASCII));
            assertEquals("direct", new String(socket.getInputStream().readNBytes(6), StandardCharsets.US_ASCII));
        }
    }

    /** Out of a range that the system gives to no client: nobody takes it before the cloud does. */
    private static int freePort() throws IOException {
        while (true) {
            int port = 20_000 + ThreadLocalRandom.current().nextInt(12_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // The next one.
            }
        }
    }
}

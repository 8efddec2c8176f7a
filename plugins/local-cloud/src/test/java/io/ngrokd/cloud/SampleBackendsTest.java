package io.ngrokd.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.config.EndpointConfig;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample backends, reached as a daemon reaches them. */
@Timeout(300)
class SampleBackendsTest {

    @TempDir
    Path folder;

    private LocalCloud cloud;
    private TestClient client;
    private TestClient.Identity me;

    @BeforeEach
    void start() throws Exception {
        cloud = LocalCloud.start(CloudConfig.onFreePorts(folder).with(List.of(
                EndpointConfig.of("http://hello.demo"), EndpointConfig.of("https://secure.demo"),
                EndpointConfig.of("https://*.wild.demo"), EndpointConfig.of("tls://tls.demo"))));
        client = new TestClient(cloud);
        me = client.register();
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    @Test
    void greetsAndNamesTheEndpoint() throws Exception {
        String answer = http("GET /some/path?x=1 HTTP/1.1\r\nHost: hello.demo\r\nConnection: close\r\n\r\n");
        assertTrue(answer.contains("endpoint: http://hello.demo\n"), answer);
        assertTrue(answer.contains("request:  GET /some/path?x=1\n"), answer);
        assertTrue(http("GET / HTTP/1.1\r\nHost: hello.demo\r\nAccept: application/json\r\nConnection: close\r\n\r\n")
                .contains("\"endpoint\":\"http://hello.demo\""));
    }

    @Test
    void showsHeadersInTheirOrder() throws Exception {
        String answer = http("GET /headers HTTP/1.1\r\nHost: hello.demo\r\nX-b: 1\r\nx-A: 2\r\nX-b: 3\r\n"
                + "Connection: close\r\n\r\n");
        JsonNode headers = TestClient.MAPPER.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4)).path("headers");
        StringBuilder seen = new StringBuilder();
        headers.forEach(header -> seen.append(header.path("name").asText()).append('=')
                .append(header.path("value").asText()).append(' '));
        assertEquals("Host=hello.demo X-b=1 x-A=2 X-b=3 Connection=close ", seen.toString());
    }

    @Test
    void hasPathsForTests() throws Exception {
        assertTrue(http("GET /status/418 HTTP/1.1\r\nHost: hello.demo\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 418 "));
        assertTrue(http("POST /echo HTTP/1.1\r\nHost: hello.demo\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde")
                .endsWith("\r\n\r\nabcde"));
        String bytes = http("GET /bytes/100000 HTTP/1.1\r\nHost: hello.demo\r\nConnection: close\r\n\r\n");
        assertEquals(100_000, bytes.length() - bytes.indexOf("\r\n\r\n") - 4);
        assertEquals(99_999 % 251, bytes.charAt(bytes.length() - 1));
        String drips = http("GET /drip?n=3&ms=5 HTTP/1.1\r\nHost: hello.demo\r\nConnection: close\r\n\r\n");
        assertTrue(drips.contains("drip 1\n") && drips.contains("drip 3\n") && drips.endsWith("0\r\n\r\n"), drips);
    }

    @Test
    void echoesWebSocketFrames() throws Exception {
        try (SSLSocket tunnel = client.open(me, "hello.demo", 80)) {
            tunnel.getOutputStream().write(("GET /ws HTTP/1.1\r\nHost: hello.demo\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Version: 13\r\n\r\n").getBytes(UTF_8));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) tunnel.getInputStream().read());
            }
            assertTrue(head.toString().contains(" 101 "), head.toString());
            // A masked text frame with the mask 0: "hi".
            tunnel.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
            assertEquals("hi", new String(tunnel.getInputStream().readNBytes(4), 2, 2, UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secure.demo", "a.wild.demo", "a.b.wild.demo"})
    void servesHttpsWithACertificateForTheName(String host) throws Exception {
        try (SSLSocket tunnel = client.open(me, host, 443); SSLSocket inner = inner(tunnel, host)) {
            String answer = exchange(inner, "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertTrue(answer.contains("over TLS"), answer);
            assertTrue(answer.contains("host:     " + host), answer);
        }
    }

    @Test
    void answersPlainHttpOnAnHttpsEndpointToo() throws Exception {
        try (SSLSocket tunnel = client.open(me, "secure.demo", 443)) {
            String answer = exchange(tunnel, "GET / HTTP/1.1\r\nHost: secure.demo\r\nConnection: close\r\n\r\n");
            assertTrue(answer.contains("endpoint: https://secure.demo\n"), answer);
        }
    }

    @Test
    void echoesInsideTls() throws Exception {
        try (SSLSocket tunnel = client.open(me, "tls.demo", 443); SSLSocket inner = inner(tunnel, "tls.demo")) {
            inner.getOutputStream().write("line\n".getBytes(UTF_8));
            assertEquals("line\n", new String(inner.getInputStream().readNBytes(5), UTF_8));
        }
    }

    private SSLSocket inner(Socket tunnel, String host) throws Exception {
        SSLSocket inner = (SSLSocket) client.tls(null).getSocketFactory().createSocket(tunnel, host, 443, true);
        SSLParameters parameters = inner.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        inner.setSSLParameters(parameters);
        inner.startHandshake();
        return inner;
    }

    private String http(String request) throws Exception {
        try (SSLSocket tunnel = client.open(me, "hello.demo", 80)) {
            return exchange(tunnel, request);
        }
    }

    private static String exchange(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(UTF_8));
        return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}

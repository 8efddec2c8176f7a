package io.ngrokd.kernel.data.http;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.listen.DataPlaneSettings;
import io.ngrokd.kernel.data.relay.RelaySettings;
import io.ngrokd.kernel.data.route.Route;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stays on the connection it came on, and what the other one gets instead. A {@code |} stands for a line's end. */
class HttpHopsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Route route = DataPlaneRig.route(Protocol.HTTP, "web.internal", 80);
    private DataPlaneRig rig = new DataPlaneRig();

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private void use(HttpSettings settings) {
        rig.close();
        rig = new DataPlaneRig(new DataPlaneSettings(LONG, LONG, RelaySettings.defaults(), settings));
    }

    private static byte[] lines(String text) {
        return bytes(text.replace("|", "\r\n") + "\r\n\r\n");
    }

    /** The lines of a request as the endpoint sees them, without the start line and the Host. */
    private String seen(String request) throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        try (Socket client = DataPlaneRig.connect(rig.listen(route))) {
            client.getOutputStream().write(lines(request));
            String seen = HttpMessages.body(HttpMessages.head(client.getInputStream()), client.getInputStream());
            assertEquals("Host: web.internal", seen.split("\r\n")[1], seen);
            String[] all = seen.strip().split("\r\n", 3);
            return all.length < 3 ? "" : all[2].replace("\r\n", "|");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', ignoreLeadingAndTrailingWhitespace = true, emptyValue = "", value = {
        "Connection: close > ''",
        "A: 1|Connection: close|B: 2 > A: 1|B: 2",
        "Connection: Keep-Alive|Keep-Alive: timeout=5|Proxy-Connection: x|A: b > A: b",
        "Connection: x-one, X-Two|x-ONE: 1|X-Two: 2|X-Two: 3|X-Three: 4 > X-Three: 4",
        "Connection: a|b: 2|a: 1|CONNECTION: b|c: 3 > c: 3",
        "Connection: ,|A: b > A: b",
        "Upgrade: x > ''",
        "Connection: Upgrade|Upgrade: x > Connection: Upgrade|Upgrade: x",
        "Upgrade: x|connection:UPGRADE > Upgrade: x|connection:UPGRADE",
        "connection: keep-alive, Upgrade|Upgrade: x > Connection: Upgrade|Upgrade: x",
        "Connection: close|Upgrade: x|Connection: upgrade > Connection: Upgrade|Upgrade: x",
        "Connection: Upgrade, HTTP2-Settings|HTTP2-Settings: AAA|Upgrade: h2c > Connection: Upgrade, HTTP2-Settings|HTTP2-Settings: AAA|Upgrade: h2c",
        "Connection: HTTP2-Settings|HTTP2-Settings: AAA > ''",
        "TE: gzip|Connection: TE > ''",
        "TE: trailers|Connection: TE > TE: trailers|Connection: TE",
        "te: gzip;q=0.5, trailers|Connection: close, te|TE: trailers > te: trailers|Connection: TE",
        "TE: trailers > TE: trailers|Connection: TE",
        "Proxy-Authorization: Basic eDp5|Proxy-Authenticate: x > Proxy-Authorization: Basic eDp5|Proxy-Authenticate: x",
        "Trailer: x|Via: 1.1 a|Max-Forwards: 1 > Trailer: x|Via: 1.1 a|Max-Forwards: 1",
        "X-Forwarded-For: 1.2.3.4 > X-Forwarded-For: 1.2.3.4"})
    void requestsGetAConnectionOfTheirOwn(String sent, String seen) throws IOException {
        assertEquals(seen, seen("GET / HTTP/1.1|Host: a|" + sent));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', ignoreLeadingAndTrailingWhitespace = true, emptyValue = "", value = {
        "GET / HTTP/1.0|Host: a > Connection: keep-alive",
        "GET / HTTP/1.0|A: b > A: b|Connection: keep-alive",
        "GET / HTTP/1.0|Connection: close > Connection: keep-alive",
        "GET / HTTP/1.0|Connection: Keep-Alive|Keep-Alive: 300 > Connection: Keep-Alive",
        "POST / HTTP/1.0|Content-Length: 0 > Content-Length: 0",
        "POST / HTTP/1.0|Content-Length: 0|Connection: keep-alive > Content-Length: 0|Connection: keep-alive",
        "GET / HTTP/1.0|Connection: Upgrade, TE|Upgrade: x|TE: trailers > Connection: keep-alive"})
    void oldRequestsAskForAStreamThatStaysWhenItIsOfUse(String sent, String seen) throws IOException {
        assertEquals(seen, seen(sent));
    }

    @Test
    void oldRequestsAskForNothingTheirClientDoesNotWantWhenStreamsAreNotShared() throws IOException {
        use(HttpSettings.defaults().with(PoolSettings.off()));
        assertEquals("", seen("GET / HTTP/1.0|Host: a"));
        assertEquals("Connection: keep-alive", seen("GET / HTTP/1.0|Host: a|Connection: keep-alive"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', ignoreLeadingAndTrailingWhitespace = true, value = {
        "1 > HTTP/1.1 200 OK|Connection: close|A: b > HTTP/1.1 200 OK|A: b",
        "1 > HTTP/1.1 200 OK|Keep-Alive: timeout=5|Connection: keep-alive, A|A: b|B: c > HTTP/1.1 200 OK|B: c",
        "1 > HTTP/1.0 200 OK|A: b > HTTP/1.0 200 OK|A: b|Connection: keep-alive",
        "1 > HTTP/1.0 200 OK|Connection: close > HTTP/1.0 200 OK|Connection: keep-alive",
        "1 > HTTP/1.1 426 No|Upgrade: x|Connection: Upgrade, close > HTTP/1.1 426 No|Upgrade: x|Connection: Upgrade",
        "1 > HTTP/1.1 200 OK|Upgrade: h2c > HTTP/1.1 200 OK",
        "1 > HTTP/1.1 200 OK|Proxy-Connection: x|Proxy-Authenticate: Basic > HTTP/1.1 200 OK|Proxy-Authenticate: Basic",
        "1 > HTTP/1.1 200 OK|cONNECTION:\t close|Trailer: x > HTTP/1.1 200 OK|Trailer: x",
        "0 > HTTP/1.1 200 OK|A: b > HTTP/1.1 200 OK|A: b|Connection: keep-alive",
        "0 > HTTP/1.1 200 OK|connection:Keep-Alive > HTTP/1.1 200 OK|connection:Keep-Alive",
        "0 > HTTP/1.0 200 OK|Connection: close > HTTP/1.0 200 OK|Connection: keep-alive"})
    void clientKeepsItsConnectionWhateverTheEndpointDoesWithItsOwn(int version, String answer, String seen) throws IOException {
        NetServer server = rig.listen(route);
        boolean ends = answer.contains("lose") || answer.contains("1.0") || version == 0 && !answer.contains("Keep-Alive");
        rig.fake().serve(connection -> {
            do {
                if (HttpMessages.message(connection.tls().getInputStream()) == null) {
                    return;
                }
                connection.tls().getOutputStream().write(lines(answer + "|Content-Length: 0"));
            } while (!ends);
        });
        try (Socket client = DataPlaneRig.connect(server)) {
            for (int i = 0; i < 3; i++) {
                client.getOutputStream().write(lines("GET / HTTP/1." + version + "|Host: a|Connection: keep-alive"));
                String got = HttpMessages.head(client.getInputStream());
                assertEquals(seen, got.strip().replace("\r\n", "|").replaceFirst("\\|Content-Length: 0", ""));
            }
        }
        assertEquals(ends ? 3 : 1, rig.fake().accepted());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', ignoreLeadingAndTrailingWhitespace = true, value = {
        "GET / HTTP/1.1|Connection: close > Connection: keep-alive > Connection: close",
        "GET / HTTP/1.1|Connection: close > Connection: close > Connection: close",
        "GET / HTTP/1.1|Connection: close > A: b > A: b|Connection: close",
        "GET / HTTP/1.1|Connection: close > connection:  CLOSE > connection:  CLOSE",
        "GET / HTTP/1.0 > Connection: keep-alive > Connection: close",
        "GET / HTTP/1.0 > A: b > A: b|Connection: close"})
    void clientIsToldThatItsConnectionEnds(String request, String answer, String seen) throws IOException {
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(lines("HTTP/1.1 200 OK|Content-Length: 0|" + answer));
            connection.tls().getInputStream().readAllBytes();
        });
        try (Socket client = DataPlaneRig.connect(rig.listen(route))) {
            client.getOutputStream().write(lines(request + "|Host: a"));
            assertEquals("HTTP/1.1 200 OK|Content-Length: 0|" + seen + "||",
                    text(client.getInputStream().readAllBytes()).replace("\r\n", "|"));
        }
    }

    @Test
    void answerUntilTheEndOfTheStreamEndsAnOldClientsConnectionEvenIfItWantedToKeepIt() throws IOException {
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nall"));
        });
        try (Socket client = DataPlaneRig.connect(rig.listen(route))) {
            client.getOutputStream().write(lines("GET / HTTP/1.0|Connection: keep-alive"));
            assertEquals("HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nall", text(client.getInputStream().readAllBytes()));
        }
    }

    @Test
    void interimAnswersAreStrippedAsWell() throws IOException {
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes("HTTP/1.1 103 Early Hints\r\nLink: x\r\nConnection: y\r\ny: z\r\n\r\n"
                    + HttpMessages.ok("")));
            connection.tls().getInputStream().readAllBytes();
        });
        try (Socket client = DataPlaneRig.connect(rig.listen(route))) {
            client.getOutputStream().write(lines("GET / HTTP/1.1|Host: a|Connection: close"));
            assertEquals("HTTP/1.1 103 Early Hints||HTTP/1.1 200 OK|Content-Length: 0|Connection: close||".replace("Hints|", "Hints|Link: x|"),
                    text(client.getInputStream().readAllBytes()).replace("\r\n", "|"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', ignoreLeadingAndTrailingWhitespace = true, value = {
        "A: b > A: b|X-Forwarded-For: 127.0.0.1|X-Forwarded-Proto: http|X-Forwarded-Host: Old.example:81",
        "X-Forwarded-For: 1.2.3.4 > X-Forwarded-For: 1.2.3.4, 127.0.0.1|X-Forwarded-Proto: http|X-Forwarded-Host: Old.example:81",
        "x-forwarded-for:1.2.3.4|X-Forwarded-For: ::1|x-forwarded-proto: https|X-Forwarded-HOST: h > x-forwarded-for:1.2.3.4|X-Forwarded-For: ::1, 127.0.0.1|x-forwarded-proto: https|X-Forwarded-HOST: h",
        "X-Forwarded-For: > X-Forwarded-For: 127.0.0.1|X-Forwarded-Proto: http|X-Forwarded-Host: Old.example:81",
        "Connection: X-Forwarded-For, x-forwarded-proto|X-Forwarded-For: 6.6.6.6|X-Forwarded-Proto: https > X-Forwarded-For: 127.0.0.1|X-Forwarded-Proto: http|X-Forwarded-Host: Old.example:81"})
    void endpointIsToldOfTheClientWhenThatIsWanted(String sent, String seen) throws IOException {
        use(HttpSettings.defaults().withForwardedHeaders(true));
        assertEquals(seen, seen("GET / HTTP/1.1|Host: Old.example:81|" + sent));
    }
}

package io.ngrokd.kernel.data.listen;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.TestAuthority;
import io.ngrokd.kernel.data.ingress.IngressSettings;
import io.ngrokd.kernel.data.ingress.IngressTarget;
import io.ngrokd.kernel.data.route.Route;
import io.ngrokd.kernel.data.route.TrafficFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way in which the ingress can fail ends the client in bounded time and shows at its endpoint. */
class FailuresAreCountedTest {

    private static final TestAuthority STRANGER = TestAuthority.root("stranger");

    private final DataPlaneRig rig = new DataPlaneRig();
    private final Socket unheard = new Socket();
    private final Route tcp = DataPlaneRig.route(Protocol.TCP, "db.internal", 5432);
    private final Route http = DataPlaneRig.route(Protocol.HTTP, "web.internal", 80);

    @AfterEach
    void leavesNothingBehind() throws IOException {
        unheard.close();
        rig.close();
    }

    private void breakIt(String how) throws IOException {
        FakeIngress fake = rig.fake();
        switch (how) {
            case "down" -> rig.ingress().use(new IngressTarget(DataPlaneRig.INGRESS_HOST, closedPort()));
            case "resets" -> fake.resetAtAccept(Integer.MAX_VALUE);
            case "stalls" -> fake.silent();
            case "says garbage" -> fake.answer(new byte[] {2, 0, (byte) 0xFF, (byte) 0xFF});
            case "refuses" -> fake.answer(FakeIngress.frame(FakeIngress.response("", "", "ERR_NGROK_3200", "it is offline")));
            case "hangs up" -> fake.closeInsteadOfAnswer();
            case "refuses our certificate" -> fake.use(TestAuthority.serverContext(
                    DataPlaneRig.authority().issue(DataPlaneRig.INGRESS_HOST), STRANGER.certificate()));
            case "is a stranger" -> fake.use(TestAuthority.serverContext(
                    STRANGER.issue(DataPlaneRig.INGRESS_HOST), DataPlaneRig.authority().certificate()));
            default -> throw new IllegalArgumentException(how);
        }
    }

    /** Ours, so that nobody else listens there meanwhile, and nobody does. */
    private int closedPort() throws IOException {
        unheard.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        return unheard.getLocalPort();
    }

    @ParameterizedTest
    @CsvSource({
        "down, 502, UNREACHABLE",
        "resets, 502, UNREACHABLE",
        "stalls, 504, TIMEOUT",
        "says garbage, 502, PROTOCOL",
        "refuses, 503, UPGRADE_REFUSED",
        "hangs up, 502, CERTIFICATE_REFUSED",
        "refuses our certificate, 502, CERTIFICATE_REFUSED",
        "is a stranger, 502, TLS_UNTRUSTED"})
    void everyFailureCountsOnceAndHasItsCause(String how, int status, String cause) throws IOException {
        // What stalls lasts longer than the patience of the clients here unless the new limits count; all else has its time.
        Duration limit = how.equals("stalls") ? Duration.ofSeconds(1) : Duration.ofSeconds(300);
        rig.ingress().use(new IngressSettings(limit, limit, Duration.ofMillis(10), 4096));
        breakIt(how);
        var httpServer = rig.listen(http);
        var tcpServer = rig.listen(tcp);
        for (int time = 1; time <= 2; time++) {
            try (Socket client = DataPlaneRig.connect(httpServer)) {
                client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: web.internal\r\n\r\n"));
                String page = text(client.getInputStream().readAllBytes());
                assertTrue(page.startsWith("HTTP/1.1 " + status + " ") && page.contains("X-Ngrokd-Error: " + cause + "\r\n"), page);
            }
            try (Socket client = DataPlaneRig.connect(tcpServer)) {
                assertEquals(-1, client.getInputStream().read());
            }
            for (Route route : new Route[] {http, tcp}) {
                assertEquals(time, route.traffic().errors(), how);
                TrafficFailure last = route.traffic().lastFailure().orElseThrow();
                assertEquals(cause, last.cause());
                assertTrue(last.message().length() > 10, last.message());
            }
        }
    }

    @Test
    void connectionsThatAreUpDoNotNoticeOtherLimitsOfDials() throws IOException {
        rig.fake().serve(connection -> connection.tls().getInputStream().transferTo(connection.tls().getOutputStream()));
        var server = rig.listen(tcp);
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write('x');
            assertEquals('x', client.getInputStream().read());
            rig.ingress().use(new IngressSettings(Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofMillis(1), 4096));
            breakIt("stalls");
            try (Socket late = DataPlaneRig.connect(server)) {
                assertEquals(-1, late.getInputStream().read());
            }
            client.getOutputStream().write('y');
            assertEquals('y', client.getInputStream().read());
        }
        assertEquals("TIMEOUT", tcp.traffic().lastFailure().orElseThrow().cause());
    }
}

package io.ngrokd.kernel.data.listen;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.FakeIngress.Asked;
import io.ngrokd.kernel.data.route.Route;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DataPlaneTest {

    private final DataPlaneRig rig = new DataPlaneRig();

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    @Test
    void tcpServerMaySpeakFirst() throws IOException {
        rig.fake().serve(connection -> {
            connection.tls().getOutputStream().write("220 hello\r\n".getBytes(US_ASCII));
            connection.tls().getInputStream().transferTo(connection.tls().getOutputStream());
        });
        Route route = DataPlaneRig.route(Protocol.TCP, "db.internal", 5432);
        NetServer server = rig.listen(route);
        try (Socket client = DataPlaneRig.connect(server)) {
            assertEquals("220 hello\r\n", new String(client.getInputStream().readNBytes(11), US_ASCII));
            client.getOutputStream().write("abc".getBytes(US_ASCII));
            assertEquals("abc", new String(client.getInputStream().readNBytes(3), US_ASCII));
            client.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
        }
        assertEquals(List.of(new Asked("db.internal", 5432)), rig.fake().requests());
        rig.expectNoScriptFailures();
        Eventually.holds(() -> route.traffic().activeConnections() == 0, () -> "still counted as open");
        assertEquals(3, route.traffic().bytesFromClients());
        assertEquals(14, route.traffic().bytesToClients());
    }

    @Test
    void plainHttpIsProxiedAndTlsIsNot() throws IOException {
        rig.fake().serve(connection -> {
            byte[] first = connection.tls().getInputStream().readNBytes(5);
            connection.tls().getOutputStream().write(first);
        });
        NetServer server = rig.listen(DataPlaneRig.route(Protocol.HTTPS, "web.internal", 443));
        byte[] hello = {0x16, 3, 1, 0, 4, 1, 0, 0, 0};
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write(hello);
            assertArrayEquals(new byte[] {0x16, 3, 1, 0, 4}, client.getInputStream().readNBytes(5));
        }
        rig.fake().serve(connection -> {
            byte[] head = new byte[4096];
            int length = connection.tls().getInputStream().read(head);
            String body = new String(head, 0, length, US_ASCII);
            connection.tls().getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length()
                    + "\r\nConnection: close\r\n\r\n" + body).getBytes(US_ASCII));
        });
        try (Socket client = DataPlaneRig.connect(server)) {
            client.getOutputStream().write("GET /x HTTP/1.1\r\nHOST:  10.0.0.1:81\r\nConnection: close\r\nA: b\r\n\r\n".getBytes(US_ASCII));
            String answer = new String(client.getInputStream().readAllBytes(), US_ASCII);
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 45\r\nConnection: close\r\n\r\n"
                    + "GET /x HTTP/1.1\r\nHOST: web.internal\r\nA: b\r\n\r\n", answer);
        }
    }
}

package io.ngrokd.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.config.EndpointConfig;
import io.ngrokd.cloud.fault.IngressFault;
import io.ngrokd.cloud.fault.IngressFault.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong at the ingress on purpose, and that it ends. */
@Timeout(300)
class IngressFaultsTest {

    @TempDir
    Path folder;

    private LocalCloud cloud;
    private TestClient client;
    private TestClient.Identity me;

    @BeforeEach
    void start() throws Exception {
        cloud = LocalCloud.start(CloudConfig.onFreePorts(folder).with(List.of(EndpointConfig.of("http://hello.demo"))));
        client = new TestClient(cloud);
        me = client.register();
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"WRONG_CERTIFICATE", "WRONG_NAME"})
    void aWrongCertificateIsShownOnce(Kind kind) throws Exception {
        cloud.faults().add(IngressFault.of(kind).times(1));
        assertThrows(SSLException.class, () -> client.ask(me, "hello.demo", 80));
        itIsOver();
    }

    @Test
    void aRefusalHasItsCode() throws Exception {
        cloud.faults().add(IngressFault.of(Kind.REFUSE).times(1));
        assertEquals("ERR_NGROK_9313", client.ask(me, "hello.demo", 80).errorCode());
        itIsOver();
    }

    @Test
    void garbageIsNoAnswer() throws Exception {
        cloud.faults().add(IngressFault.of(Kind.GARBAGE).times(1));
        try (SSLSocket socket = client.connect(me, "TLSv1.3")) {
            socket.getOutputStream().write(TestClient.connRequest("hello.demo", 80));
            assertThrows(IOException.class, () -> TestClient.reply(socket.getInputStream()));
        }
        itIsOver();
    }

    @Test
    void aStalledConnectionStaysOpenAndSilent() throws Exception {
        cloud.faults().add(IngressFault.of(Kind.STALL).times(1));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cloud.ingressPort())) {
            socket.getOutputStream().write("anything".getBytes());
            socket.setSoTimeout(300);
            assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
        }
        itIsOver();
    }

    @Test
    void aConnectionIsReset() throws Exception {
        cloud.faults().add(IngressFault.of(Kind.RESET).times(1));
        assertThrows(SocketException.class, () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cloud.ingressPort())) {
                assertEquals(-1, socket.getInputStream().read());
            }
        });
        itIsOver();
    }

    @Test
    void clearingEndsAFaultWithoutEnd() throws Exception {
        cloud.faults().add(IngressFault.of(Kind.REFUSE));
        assertEquals("ERR_NGROK_9313", client.ask(me, "hello.demo", 80).errorCode());
        assertEquals("ERR_NGROK_9313", client.ask(me, "hello.demo", 80).errorCode());
        cloud.faults().clear();
        itIsOver();
    }

    private void itIsOver() throws Exception {
        assertTrue(client.ask(me, "hello.demo", 80).errorCode().isEmpty());
    }
}

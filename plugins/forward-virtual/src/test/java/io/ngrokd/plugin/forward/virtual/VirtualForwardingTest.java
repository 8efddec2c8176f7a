package io.ngrokd.plugin.forward.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.ForwardRequest;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the contract suite cannot reach: a close that nobody waits for. */
class VirtualForwardingTest {

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.1");

    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void whatIsClosingIsNotTakenForServing() throws Exception {
        VirtualForwarding forwarding = new VirtualForwarding(new AcceptorOpener((VertxInternal) vertx, (socket, _) -> socket.write("x")));
        ForwardRequest wanted = new ForwardRequest(List.of(new Listener("one", ADDRESS, freePort(), new TreeSet<>())));
        forwarding.apply(wanted);
        Thread.currentThread().interrupt();
        assertThrows(StageException.class, forwarding::undo);
        assertTrue(Thread.interrupted());
        InetSocketAddress bound = forwarding.apply(wanted).bound().get("one");
        try (Socket client = new Socket(bound.getAddress(), bound.getPort())) {
            assertEquals('x', client.getInputStream().read());
        }
        forwarding.undo();
    }

    private static int freePort() throws Exception {
        try (ServerSocket probe = new ServerSocket(0, 1, ADDRESS)) {
            return probe.getLocalPort();
        }
    }
}

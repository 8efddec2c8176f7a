package io.ngrokd.kit.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.ForwardReply;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.spi.ConnectionSink;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the contract suite cannot reach: a close that nobody waits for, programs that hold ports, many listeners without theirs. */
class ListenerKeeperTest {

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.1");

    private Vertx vertx;
    private Optional<String> holder = Optional.empty();

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(60, TimeUnit.SECONDS);
    }

    @Test
    void whatIsClosingIsNotTakenForServing() throws Exception {
        ListenerKeeper forwarding = keeper((socket, _) -> socket.write("x"));
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

    @Test
    void saysWhoHoldsAPortUntilItIsFree() throws Exception {
        int port = freePort();
        Listener listener = new Listener("one", ADDRESS, port, new TreeSet<>());
        ListenerKeeper forwarding = keeper((_, _) -> {});
        try (ServerSocket _ = new ServerSocket(port, 1, ADDRESS)) {
            holder = Optional.of("nginx (pid 812)");
            ForwardReply reply = forwarding.apply(new ForwardRequest(List.of(listener)));
            assertEquals(Map.of("one", "port " + port + " of 127.0.0.1 is held by nginx (pid 812)"), reply.remarks());
            holder = Optional.empty();
            reply = forwarding.apply(new ForwardRequest(List.of(listener)));
            assertEquals(Map.of("one", "port " + port + " of 127.0.0.1 is taken by another program"), reply.remarks());
        }
        ForwardReply free = forwarding.apply(new ForwardRequest(List.of(listener)));
        assertEquals(Map.of("one", new InetSocketAddress(ADDRESS, port)), free.bound());
        assertEquals(Map.of(), free.remarks());
        forwarding.undo();
    }

    @Test
    void portsOfSiblingsAreNoTries() throws Exception {
        InetAddress here = InetAddress.ofLiteral("127.0.0.3");
        List<ServerSocket> taken = new ArrayList<>();
        List<Listener> listeners = new ArrayList<>();
        try {
            for (int count = 0; count < 30; count++) {
                taken.add(new ServerSocket(0, 1, here));
                listeners.add(new Listener("listener-" + count, here, taken.getLast().getLocalPort(), new TreeSet<>()));
            }
            int start = freePort();
            ListenerKeeper forwarding = new ListenerKeeper("test", new AcceptorOpener((VertxInternal) vertx, (_, _) -> {}, "test", 4),
                    () -> (_, _) -> Optional.empty(), _ -> start);
            ForwardReply reply = forwarding.apply(new ForwardRequest(listeners));
            assertEquals(Map.of(), reply.failed());
            assertEquals(30, reply.bound().values().stream().distinct().count());
            forwarding.undo();
        } finally {
            for (ServerSocket socket : taken) {
                socket.close();
            }
        }
    }

    @Test
    void allAddressesOfIpv4AreNotThoseOfIpv6() throws Exception {
        int port = freePort();
        ListenerKeeper forwarding = keeper((socket, _) -> socket.write("x"));
        forwarding.apply(new ForwardRequest(List.of(new Listener("any", InetAddress.ofLiteral("0.0.0.0"), port, new TreeSet<>()))));
        try (Socket client = new Socket(ADDRESS, port)) {
            assertEquals('x', client.getInputStream().read());
        }
        try (Socket client = new Socket(InetAddress.ofLiteral("::1"), port)) {
            assertTrue(client.getInputStream().read() < 0, "served over IPv6");
        } catch (IOException refused) {
            assertTrue(refused instanceof SocketException, refused.toString());
        }
        forwarding.undo();
    }

    private ListenerKeeper keeper(ConnectionSink sink) {
        return new ListenerKeeper("test", new AcceptorOpener((VertxInternal) vertx, sink, "test", 4), () -> (_, _) -> holder, port -> port + 1);
    }

    /** Out of a range that the system gives to no client: nobody takes it before we do. */
    private static int freePort() throws Exception {
        while (true) {
            int port = 20_000 + ThreadLocalRandom.current().nextInt(12_000);
            try (ServerSocket probe = new ServerSocket(port)) {
                return probe.getLocalPort();
            } catch (BindException taken) {
                // The next one.
            }
        }
    }
}

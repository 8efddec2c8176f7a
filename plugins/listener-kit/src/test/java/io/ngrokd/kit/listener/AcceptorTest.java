package io.ngrokd.kit.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetSocket;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AcceptorTest {

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.1");

    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(4));
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(60, TimeUnit.SECONDS);
    }

    @Test
    void oneSocketFeedsSeveralEventLoops() throws Exception {
        Set<Thread> loops = ConcurrentHashMap.newKeySet();
        BlockingQueue<NetSocket> accepted = new LinkedBlockingQueue<>();
        AcceptorOpener opener = new AcceptorOpener((VertxInternal) vertx, (socket, _) -> {
            loops.add(Thread.currentThread());
            accepted.add(socket);
        }, "test", 4);
        Acceptor acceptor = opener.open(ADDRESS, freePort(), "one").await(60, TimeUnit.SECONDS);
        for (int count = 0; count < 16; count++) {
            try (Socket client = new Socket(ADDRESS, acceptor.local().getPort())) {
                assertTrue(client.isConnected());
                assertTrue(accepted.poll(60, TimeUnit.SECONDS) != null);
            }
        }
        assertEquals(4, loops.size());
        acceptor.close().get(60, TimeUnit.SECONDS);
    }

    /** Vert.x would tell an accepted socket to shut down; nothing of that may reach what the kernel put into it. */
    @Test
    void acceptedConnectionsDoNotLearnThatTheListenerCloses() throws Exception {
        BlockingQueue<NetSocket> accepted = new LinkedBlockingQueue<>();
        AtomicInteger told = new AtomicInteger();
        AcceptorOpener opener = new AcceptorOpener((VertxInternal) vertx, (socket, _) -> {
            socket.shutdownHandler(_ -> told.incrementAndGet());
            socket.closeHandler(_ -> told.incrementAndGet());
            accepted.add(socket);
        }, "test", 4);
        Acceptor acceptor = opener.open(ADDRESS, freePort(), "one").await(60, TimeUnit.SECONDS);
        try (Socket client = new Socket(ADDRESS, acceptor.local().getPort())) {
            NetSocket socket = accepted.poll(60, TimeUnit.SECONDS);
            acceptor.close().get(60, TimeUnit.SECONDS);
            Thread.sleep(100);
            assertEquals(0, told.get());
            socket.write("x");
            assertEquals('x', client.getInputStream().read());
            socket.close().await(60, TimeUnit.SECONDS);
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @Test
    void aSinkThatThrowsClosesTheConnectionAndNothingElse() throws Exception {
        AcceptorOpener opener = new AcceptorOpener((VertxInternal) vertx, (_, _) -> {
            throw new IllegalStateException("broken");
        }, "test", 4);
        Acceptor acceptor = opener.open(ADDRESS, freePort(), "one").await(60, TimeUnit.SECONDS);
        for (int count = 0; count < 2; count++) {
            try (Socket client = new Socket(ADDRESS, acceptor.local().getPort())) {
                assertEquals(-1, client.getInputStream().read());
            }
        }
        acceptor.close().get(60, TimeUnit.SECONDS);
    }

    @Test
    void failedBindsLeaveNothingInVertx() throws Exception {
        AcceptorOpener opener = new AcceptorOpener((VertxInternal) vertx, (_, _) -> {}, "test", 4);
        Acceptor acceptor = opener.open(ADDRESS, freePort(), "one").await(60, TimeUnit.SECONDS);
        for (int count = 0; count < 10; count++) {
            InetSocketAddress taken = acceptor.local();
            assertTrue(opener.open(ADDRESS, taken.getPort(), "two").otherwiseEmpty().await(60, TimeUnit.SECONDS) == null);
        }
        assertEquals(1, ((VertxInternal) vertx).sharedTcpServers().size());
        acceptor.close().get(60, TimeUnit.SECONDS);
        assertFalse(((VertxInternal) vertx).sharedTcpServers().containsValue(null));
        assertEquals(0, ((VertxInternal) vertx).sharedTcpServers().size());
    }

    @Test
    void aSocketThatOnlyHalfOpensIsClosedAgain() throws Exception {
        AtomicInteger made = new AtomicInteger();
        VertxInternal failing = standIn(VertxInternal.class, (method, arguments) -> {
            if (!method.getName().equals("createNetServer")) {
                return method.invoke(vertx, arguments);
            }
            return made.incrementAndGet() == 3 ? refusing(method.getReturnType()) : method.invoke(vertx, arguments);
        });
        AcceptorOpener opener = new AcceptorOpener(failing, (_, _) -> {}, "test", 4);
        int port = freePort();
        Future<Acceptor> opened = opener.open(ADDRESS, port, "one");
        assertThrows(BindException.class, () -> opened.await(60, TimeUnit.SECONDS));
        assertEquals(4, made.get());
        assertEquals(0, ((VertxInternal) vertx).sharedTcpServers().size());
    }

    private static <T> T refusing(Class<T> server) {
        return standIn(server, (method, _) -> method.getName().equals("listen")
                ? Future.failedFuture(new BindException("refused")) : refusing(server));
    }

    private interface Behaviour {
        Object answer(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T standIn(Class<T> kind, Behaviour behaviour) {
        return kind.cast(Proxy.newProxyInstance(AcceptorTest.class.getClassLoader(), new Class<?>[] {kind},
                (_, method, arguments) -> behaviour.answer(method, arguments)));
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

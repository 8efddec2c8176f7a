package io.ngrokd.contract.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.ForwardReply;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.ForwardContext;
import io.ngrokd.api.spi.ForwardingMode;
import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.contract.FakeJournal;
import io.ngrokd.contract.Plans;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link ForwardingMode} must do. Extend it in your plugin's tests and return your factory:
 *
 * <pre>{@code
 * class MyModeContractTest extends ForwardingModeContract {
 *     protected ForwardingModeFactory factory() {
 *         return new MyModeFactory();
 *     }
 * }
 * }</pre>
 *
 * <p>It opens real sockets on loopback addresses, 127.77.0.1 and up; override {@link #address} where the system has
 * only 127.0.0.1 (macOS), giving addresses that were added for the test.
 */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
public abstract class ForwardingModeContract {

    private static final int MANY = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EchoSink sink = new EchoSink();
    private Vertx vertx;
    private ForwardingMode mode;

    /** The factory under test. Called once for each test. */
    protected abstract ForwardingModeFactory factory();

    /** A local address that can be listened on, another one for each number from 1 up. */
    protected InetAddress address(int number) {
        return InetAddress.ofLiteral("127.77." + number / 250 + "." + (number % 250 + 1));
    }

    /** Where listeners that share an address begin to look for another port. */
    int startPort() {
        return 1;
    }

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        ForwardContext context = new FakeForwardContext(vertx, FakeJournal.inMemory(), sink, this::startPort);
        assertTrue(factory().probe(context).available());
        mode = factory().create(context);
    }

    @AfterEach
    void stop() throws Exception {
        mode.undo();
        vertx.close().await(60, TimeUnit.SECONDS);
    }

    @Test
    void handsConnectionsOverWithTheirListenersIdOnAnEventLoop() throws Exception {
        Listener first = listener("first", address(1), freePort(address(1)));
        Listener second = listener("second", address(2), freePort(address(2)));
        ForwardReply reply = apply(first, second);
        assertEquals(Map.of("first", wanted(first), "second", wanted(second)), reply.bound());
        assertEquals(Map.of(), reply.failed());
        try (EchoClient one = new EchoClient(wanted(first)); EchoClient two = new EchoClient(wanted(second))) {
            assertEquals("first", one.listenerId());
            assertEquals("second", two.listenerId());
            assertEquals("hello", one.echo("hello"));
        }
        assertTrue(sink.threads().stream().allMatch(thread -> thread.startsWith("event loop")
                && !thread.endsWith("without context")), () -> "accepted on " + sink.threads());
    }

    @Test
    void repeatingARequestChangesNothing() throws Exception {
        Listener listener = listener("one", address(1), freePort(address(1)));
        ForwardReply first = apply(listener);
        try (EchoClient client = new EchoClient(wanted(listener))) {
            assertEquals(first, apply(listener));
            assertEquals("still", client.echo("still"));
        }
        assertServes(listener);
    }

    @Test
    void aPlanSaysWhatWouldChangeAndBindsNothing() throws Exception {
        Listener listener = listener("one", address(1), freePort(address(1)));
        PlanRequest<ForwardRequest> asked = PlanRequest.of(new ForwardRequest(List.of(listener)));
        Plans.assertSomething(mode.plan(asked));
        Plans.assertNothing(mode.plan(PlanRequest.undo()));
        assertRefused(listener);
        apply(listener);
        Plans.assertNothing(mode.plan(asked));
        Plans.assertSomething(mode.plan(PlanRequest.undo()));
        assertServes(listener);
    }

    @Test
    void connectionsOutliveTheirListener() throws Exception {
        Listener listener = listener("one", address(1), freePort(address(1)));
        apply(listener);
        List<EchoClient> clients = new ArrayList<>();
        for (int count = 0; count < 8; count++) {
            clients.add(new EchoClient(wanted(listener)));
        }
        apply();
        assertRefused(listener);
        for (EchoClient client : clients) {
            assertEquals("after the end", client.echo("after the end"));
        }
        Thread.sleep(500);
        for (EchoClient client : clients) {
            String large = "x".repeat(1 << 16);
            assertEquals(large, client.echo(large));
            client.close();
        }
    }

    @Test
    void connectionsOutliveUndo() throws Exception {
        Listener listener = listener("one", address(1), freePort(address(1)));
        apply(listener);
        try (EchoClient client = new EchoClient(wanted(listener))) {
            mode.undo();
            assertRefused(listener);
            assertEquals("after undo", client.echo("after undo"));
            mode.undo();
            assertEquals("after undoing nothing", client.echo("after undoing nothing"));
            apply(listener);
            assertServes(listener);
            assertEquals("beside a new listener", client.echo("beside a new listener"));
        }
    }

    @Test
    void aListenerThatComesBackIsServedAtOnce() throws Exception {
        Listener listener = listener("one", address(1), freePort(address(1)));
        for (int round = 0; round < 20; round++) {
            assertEquals(Map.of("one", wanted(listener)), apply(listener).bound());
            assertServes(listener);
            assertEquals(Map.of(), apply().bound());
            assertRefused(listener);
        }
    }

    @Test
    void aListenerThatChangedItsPlaceMoves() throws Exception {
        Listener here = listener("one", address(1), freePort(address(1)));
        Listener there = listener("one", address(2), freePort(address(2)));
        apply(here);
        apply(there);
        assertRefused(here);
        assertServes(there);
    }

    @Test
    void takesTheNextFreePortAndMovesBack() throws Exception {
        int port = freePorts(address(1), 3);
        Listener listener = listener("one", address(1), port);
        try (ServerSocket _ = occupy(address(1), port)) {
            try (ServerSocket _ = occupy(address(1), port + 1)) {
                InetSocketAddress elsewhere = new InetSocketAddress(address(1), port + 2);
                assertEquals(Map.of("one", elsewhere), apply(listener).bound());
                assertServes("one", elsewhere);
                assertEquals(Map.of("one", elsewhere), apply(listener).bound(), "stays while the port is taken");
            }
        }
        assertEquals(Map.of("one", wanted(listener)), apply(listener).bound());
        assertServes(listener);
    }

    @Test
    void neverTakesAPortThatAnotherListenerWants() throws Exception {
        int port = freePorts(address(1), 3);
        Listener blocked = listener("blocked", address(1), port);
        Listener neighbour = listener("neighbour", address(1), port + 1);
        try (ServerSocket _ = occupy(address(1), port)) {
            Map<String, InetSocketAddress> both = apply(blocked, neighbour).bound();
            assertEquals(wanted(neighbour), both.get("neighbour"));
            assertEquals(new InetSocketAddress(address(1), port + 2), both.get("blocked"));

            apply();
            assertEquals(new InetSocketAddress(address(1), port + 1), apply(blocked).bound().get("blocked"));
            both = apply(blocked, neighbour).bound();
            assertEquals(wanted(neighbour), both.get("neighbour"), "the neighbour came later and gets its port");
            assertEquals(new InetSocketAddress(address(1), port + 2), both.get("blocked"));
            assertServes(neighbour);
        }
    }

    @Test
    void aServerOfTheDaemonItselfCountsAsTaken() throws Exception {
        int port = freePorts(address(1), 2);
        vertx.createNetServer().connectHandler(socket -> socket.end(Buffer.buffer("not yours\n")))
                .listen(port, address(1).getHostAddress()).await(60, TimeUnit.SECONDS);
        InetSocketAddress next = new InetSocketAddress(address(1), port + 1);
        assertEquals(Map.of("one", next), apply(listener("one", address(1), port)).bound());
        for (int count = 0; count < 4; count++) {
            assertServes("one", next);
            assertServes("not yours", new InetSocketAddress(address(1), port));
        }
    }

    @Test
    void givesUpAfterTwentyFurtherPortsAndServesTheOthers() throws Exception {
        int port = freePorts(address(1), 21);
        List<ServerSocket> taken = new ArrayList<>();
        try {
            for (int offset = 0; offset <= 20; offset++) {
                taken.add(occupy(address(1), port + offset));
            }
            Listener other = listener("other", address(2), freePort(address(2)));
            ForwardReply reply = apply(listener("one", address(1), port), other);
            assertEquals(Set.of("other"), reply.bound().keySet());
            assertEquals(FailureCode.EXHAUSTED, reply.failed().get("one").code());
            assertServes(other);
        } finally {
            for (ServerSocket socket : taken) {
                socket.close();
            }
        }
        assertEquals(Set.of(), apply(listener("one", address(1), port)).failed().keySet());
    }

    @Test
    void anAddressThatDoesNotExistFailsAlone() throws Exception {
        Listener absent = listener("absent", InetAddress.ofLiteral("203.0.113.7"), 8080);
        Listener present = listener("present", address(1), freePort(address(1)));
        ForwardReply reply = apply(absent, present);
        assertEquals(Map.of("present", wanted(present)), reply.bound());
        assertEquals(FailureCode.INPUT_OUTPUT, reply.failed().get("absent").code());
        assertTrue(reply.failed().get("absent").message().contains("203.0.113.7"), reply.failed().toString());
        assertServes(present);
    }

    @Test
    void aWildcardAddressServesAllOfThem() throws Exception {
        InetAddress any = InetAddress.ofLiteral("0.0.0.0");
        Listener listener = listener("any", any, freePort(any));
        assertEquals(Map.of("any", new InetSocketAddress(any, listener.port())), apply(listener).bound());
        assertServes("any", new InetSocketAddress(address(1), listener.port()));
    }

    @Test
    void twoThousandListenersOpenAndCloseQuickly() throws Exception {
        int port = freePort(address(1));
        Listener[] all = IntStream.rangeClosed(1, MANY)
                .mapToObj(number -> listener("listener-" + number, address(number), port))
                .toArray(Listener[]::new);
        long start = System.nanoTime();
        ForwardReply reply = apply(all);
        Duration opening = Duration.ofNanos(System.nanoTime() - start);
        assertEquals(MANY, reply.bound().size(), () -> reply.failed().values().stream().limit(3).toList().toString());
        assertServes(all[0]);
        assertServes(all[MANY - 1]);
        start = System.nanoTime();
        assertEquals(reply, apply(all));
        Duration repeating = Duration.ofNanos(System.nanoTime() - start);
        start = System.nanoTime();
        mode.undo();
        Duration closing = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf("%d listeners: opened in %d ms, repeated in %d ms, closed in %d ms%n",
                MANY, opening.toMillis(), repeating.toMillis(), closing.toMillis());
        assertTrue(opening.toSeconds() < 100, () -> "opening took " + opening);
        assertTrue(repeating.toSeconds() < 20, () -> "repeating took " + repeating);
        assertTrue(closing.toSeconds() < 100, () -> "closing took " + closing);
        assertRefused(all[MANY - 1]);
    }

    ForwardReply apply(Listener... listeners) throws StageException {
        return mode.apply(new ForwardRequest(List.of(listeners)));
    }

    static Listener listener(String id, InetAddress address, int port) {
        return new Listener(id, address, port, new TreeSet<>(Set.of(new EndpointKey(id + ".example.com", port))));
    }

    static InetSocketAddress wanted(Listener listener) {
        return new InetSocketAddress(listener.address(), listener.port());
    }

    static void assertServes(Listener listener) throws IOException {
        assertServes(listener.id(), wanted(listener));
    }

    static void assertServes(String id, InetSocketAddress place) throws IOException {
        try (EchoClient client = new EchoClient(place)) {
            assertEquals(id, client.listenerId());
        }
    }

    /**
     * Nobody is served from now on. A process that is started just then, by whatever else runs here, has a copy of the socket for a
     * moment; who connects then is reset.
     */
    private static void assertRefused(Listener listener) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try (EchoClient served = new EchoClient(wanted(listener))) {
                throw new AssertionError(served.listenerId() + " still serves");
            } catch (ConnectException refused) {
                return;
            } catch (SocketException | EOFException ended) {
                assertTrue(System.nanoTime() - begin < PATIENCE.toNanos(), () -> wanted(listener) + " is still listened on: " + ended);
                Thread.sleep(20);
            }
        }
    }

    static ServerSocket occupy(InetAddress address, int port) throws IOException {
        return new ServerSocket(port, 1, address);
    }

    static int freePort(InetAddress address) throws IOException {
        return freePorts(address, 1);
    }

    /** The first of some ports in a row that nobody has, out of a range that the system gives to no client. */
    static int freePorts(InetAddress address, int count) throws IOException {
        return freePorts(address, count, 20_000 + (int) (Math.random() * 8_000));
    }

    /** The same, beyond another port. */
    static int freePorts(InetAddress address, int count, int beyond) throws IOException {
        for (int port = beyond; port < 32_000; port += count) {
            if (areFree(address, port, count)) {
                return port;
            }
        }
        throw new IOException("no " + count + " free ports in a row on " + address);
    }

    private static boolean areFree(InetAddress address, int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket probe = occupy(address, port)) {
                assertFalse(probe.isClosed());
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }
}

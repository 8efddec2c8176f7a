package io.ngrokd.contract.dns;

import static io.ngrokd.contract.dns.DnsMessage.A;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.DnsReply;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.DnsSettings;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.DnsServer;
import io.ngrokd.api.spi.DnsServerFactory;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.api.spi.PluginContext;
import io.ngrokd.contract.FakeJournal;
import io.ngrokd.contract.Plans;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link DnsServer} must do. Extend it in your plugin's tests and return your factory:
 *
 * <pre>{@code
 * class MyDnsServerContractTest extends DnsServerContract {
 *     protected DnsServerFactory factory() {
 *         return new MyDnsServerFactory();
 *     }
 * }
 * }</pre>
 *
 * <p>It opens real sockets on loopback addresses, 127.77.0.1 and .2; override {@link #address} where the system has only
 * 127.0.0.1 (macOS), giving addresses that were added for the test.
 */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
public abstract class DnsServerContract {

    private Vertx vertx;
    private DnsServer server;
    private InetSocketAddress here;
    private InetSocketAddress there;
    private DnsUpstream upstream;

    /** The factory under test. Called once for each test. */
    protected abstract DnsServerFactory factory();

    /** A local address that can be listened on, another one for each number from 1 up. */
    protected InetAddress address(int number) {
        return InetAddress.ofLiteral("127.77.0." + number);
    }

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        PluginContext context = new Context(vertx, FakeJournal.inMemory());
        DnsServerFactory factory = factory();
        assertTrue(factory.probe(context).available());
        server = factory.create(context);
        here = new InetSocketAddress(address(1), freePort(address(1)));
        there = new InetSocketAddress(address(2), freePort(address(2)));
        upstream = new DnsUpstream();
    }

    @AfterEach
    void stop() throws Exception {
        server.undo();
        upstream.close();
        vertx.close().await(60, TimeUnit.SECONDS);
    }

    private record Context(Vertx vertx, Journal journal) implements PluginContext {}

    @Test
    void exactNamesGoBeforeWildcardsAndLongerWildcardsBeforeShorter() throws Exception {
        apply(names("app.example.com", "10.1.0.1", "*.example.com", "10.1.0.2", "*.deep.example.com", "10.1.0.3"), here);
        assertEquals(List.of("10.1.0.1"), ask(here, "app.example.com").addresses());
        assertEquals(List.of("10.1.0.2"), ask(here, "x.example.com").addresses());
        assertEquals(List.of("10.1.0.2"), ask(here, "x.y.z.example.com").addresses());
        assertEquals(List.of("10.1.0.3"), ask(here, "x.y.deep.example.com").addresses());
    }

    @Test
    void answersHaveTheQuestionsLettersOurAuthorityAndTheTimeToLiveOfTheSettings() throws Exception {
        apply(names("app.example.com", "10.1.0.1"), here);
        DnsMessage answer = ask(here, "aPP.exAMple.cOM");
        assertEquals("aPP.exAMple.cOM", answer.name());
        assertEquals(List.of(30L), answer.ttls());
        assertTrue(answer.isAuthoritative() && !answer.isCut());
    }

    @Test
    void overTcpTheSameIsSaidAndManyQuestionsMayFollow() throws Exception {
        apply(names("app.example.com", "10.1.0.1"), here);
        try (DnsClient client = new DnsClient(here); Socket connection = client.connect()) {
            for (int count = 0; count < 5; count++) {
                assertEquals(List.of("10.1.0.1"), client.askOver(connection, "app.example.com", A).addresses());
            }
        }
    }

    @Test
    void theWildcardAddressIsTheOneThatTheClientUsed() throws Exception {
        apply(names("app.example.com", "0.0.0.0"), here, there);
        assertEquals(List.of(here.getAddress().getHostAddress()), ask(here, "app.example.com").addresses());
        assertEquals(List.of(there.getAddress().getHostAddress()), ask(there, "app.example.com").addresses());
    }

    @Test
    void whatIsNotThereIsSaidAtOnce() throws Exception {
        apply(names("app.lab", "10.1.0.1"), here);
        try (DnsClient client = new DnsClient(here)) {
            for (int type : new int[] {DnsMessage.AAAA, DnsMessage.HTTPS}) {
                DnsMessage none = client.ask("app.lab", type);
                assertEquals(0, none.rcode());
                assertEquals(List.of(), none.addresses());
                assertEquals(1, none.authorities());
            }
            DnsMessage missing = client.ask("other.lab", A);
            assertEquals(DnsMessage.NXDOMAIN, missing.rcode());
            assertEquals(1, missing.authorities());
        }
        assertEquals(0, upstream.asked("app.lab") + upstream.asked("other.lab"));
    }

    @Test
    void whatIsNotOursGoesUpstreamAndIsKept() throws Exception {
        apply(names("app.example.com", "10.1.0.1"), here);
        assertEquals(List.of("192.0.2.1"), ask(here, "www.example.com").addresses());
        assertEquals(List.of("192.0.2.1"), ask(here, "below.app.example.com").addresses());
        assertEquals(List.of("192.0.2.1"), ask(here, "www.example.com").addresses());
        assertEquals(1, upstream.asked("www.example.com"));
        assertFalse(ask(here, "www.example.com").isAuthoritative());
    }

    @Test
    void neverAsksItself() throws Exception {
        server.apply(new DnsRequest(List.of(here), names("app.lab", "10.1.0.1"), settings(List.of(here))));
        assertEquals(DnsMessage.SERVFAIL, ask(here, "www.example.com").rcode());
        server.apply(new DnsRequest(List.of(here), names("app.lab", "10.1.0.1"), settings(List.of())));
        assertEquals(DnsMessage.SERVFAIL, ask(here, "other.example.com").rcode());
    }

    @Test
    void socketsThatStayAreNotTouched() throws Exception {
        apply(names("app.lab", "10.1.0.1"), here, there);
        try (DnsClient client = new DnsClient(here); Socket connection = client.connect()) {
            assertEquals(List.of("10.1.0.1"), client.askOver(connection, "app.lab", A).addresses());
            apply(names("app.lab", "10.1.0.2"), here);
            assertEquals(List.of("10.1.0.2"), client.askOver(connection, "app.lab", A).addresses());
            apply(names("app.lab", "10.1.0.2"), here);
            assertEquals(List.of("10.1.0.2"), client.askOver(connection, "app.lab", A).addresses());
        }
        assertSilent(there, "app.lab");
    }

    @Test
    void noQueryIsLostOrSeesHalfAChange() throws Exception {
        apply(names("one.lab", "10.1.0.1"), here);
        AtomicBoolean over = new AtomicBoolean();
        Thread changes = Thread.ofPlatform().start(() -> {
            for (int number = 0; !over.get(); number++) {
                applyUnchecked(number % 2 == 0 ? names("two.lab", "10.1.0.2") : names("one.lab", "10.1.0.1", "x.lab", "10.1.0.3"));
            }
        });
        try (DnsClient client = new DnsClient(here)) {
            for (int count = 0; count < 300; count++) {
                DnsMessage one = client.ask("one.lab", A);
                assertTrue(one.rcode() == DnsMessage.NXDOMAIN || one.addresses().equals(List.of("10.1.0.1")), one::toString);
            }
        } finally {
            over.set(true);
            changes.join();
        }
    }

    private void applyUnchecked(SortedMap<String, List<InetAddress>> names) {
        try {
            apply(names, here);
        } catch (StageException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aPortThatIsTakenFailsAloneAndIsHadWhenItIsFree() throws Exception {
        SortedMap<String, List<InetAddress>> names = names("app.lab", "10.1.0.1");
        try (DatagramSocket _ = new DatagramSocket(here)) {
            assertTaken(names);
            try (DnsClient client = new DnsClient(here)) {
                assertThrows(ConnectException.class, () -> client.connect().close(), "both or none");
            }
        }
        try (ServerSocket _ = new ServerSocket(here.getPort(), 1, here.getAddress())) {
            assertTaken(names);
            assertSilent(here, "app.lab");
        }
        assertEquals(DnsReply.complete(), apply(names, here, there));
        assertEquals(List.of("10.1.0.1"), ask(here, "app.lab").addresses());
    }

    private void assertTaken(SortedMap<String, List<InetAddress>> names) throws Exception {
        Map<InetSocketAddress, StageFailure> failed = apply(names, here, there).failed();
        assertEquals(Set.of(here), failed.keySet());
        assertEquals(FailureCode.IN_USE, failed.get(here).code());
        assertTrue(failed.get(here).message().contains(here.getAddress().getHostAddress() + ":" + here.getPort()), failed::toString);
        assertEquals(List.of("10.1.0.1"), ask(there, "app.lab").addresses());
    }

    @Test
    void anAddressThatDoesNotExistFailsAlone() throws Exception {
        InetSocketAddress absent = new InetSocketAddress(InetAddress.ofLiteral("203.0.113.7"), here.getPort());
        Map<InetSocketAddress, StageFailure> failed = apply(names("app.lab", "10.1.0.1"), absent, here).failed();
        assertEquals(Set.of(absent), failed.keySet());
        assertEquals(FailureCode.INPUT_OUTPUT, failed.get(absent).code());
        assertEquals(List.of("10.1.0.1"), ask(here, "app.lab").addresses());
    }

    @Test
    void afterUndoNothingListensAndItCanBeginAgain() throws Exception {
        server.undo();
        apply(names("app.lab", "10.1.0.1"), here);
        assertEquals(List.of("10.1.0.1"), ask(here, "app.lab").addresses());
        server.undo();
        server.undo();
        assertSilent(here, "app.lab");
        try (DnsClient client = new DnsClient(here)) {
            assertThrows(ConnectException.class, () -> client.connect().close());
        }
        apply(names("app.lab", "10.1.0.1"), here);
        assertEquals(List.of("10.1.0.1"), ask(here, "app.lab").addresses());
    }

    @Test
    void aPlanSaysWhatWouldChangeAndChangesNothing() throws Exception {
        PlanRequest<DnsRequest> asked = PlanRequest.of(new DnsRequest(List.of(here), names("app.lab", "10.1.0.1"), settings(List.of())));
        Plans.assertSomething(server.plan(asked));
        assertSilent(here, "app.lab");
        apply(names("app.lab", "10.1.0.1"), here);
        Plans.assertNothing(server.plan(asked));
        Plans.assertSomething(server.plan(PlanRequest.undo()));
        assertEquals(List.of("10.1.0.1"), ask(here, "app.lab").addresses());
        server.undo();
        Plans.assertNothing(server.plan(PlanRequest.undo()));
    }

    @Test
    void whatIsNoQuestionIsIgnored() throws Exception {
        apply(names("app.lab", "10.1.0.1"), here);
        try (DnsClient client = new DnsClient(here)) {
            byte[] loop = DnsMessage.question(7, "app.lab", A);
            loop[12] = (byte) 0xc0;
            loop[13] = 12;
            for (byte[] bad : List.of(new byte[0], new byte[5], new byte[512], loop, "GET / HTTP/1.1\r\n\r\n".getBytes())) {
                client.send(bad);
            }
            assertEquals(List.of("10.1.0.1"), client.ask("app.lab", A).addresses());
        }
    }

    @Test
    void itSaysWhatItIs() throws Exception {
        apply(names("app.lab", "10.1.0.1"), here);
        assertFalse(server.description().isBlank());
    }

    private DnsReply apply(SortedMap<String, List<InetAddress>> names, InetSocketAddress... listen) throws StageException {
        return server.apply(new DnsRequest(List.of(listen), names, settings(List.of(upstream.address()))));
    }

    private static DnsSettings settings(List<InetSocketAddress> upstreams) {
        return new DnsSettings(Duration.ofSeconds(30), upstreams, List.of("lab"), List.of(), 0, 1000);
    }

    /** Names and their addresses in turn. */
    private static SortedMap<String, List<InetAddress>> names(String... pairs) {
        SortedMap<String, List<InetAddress>> names = new TreeMap<>();
        for (int index = 0; index < pairs.length; index += 2) {
            names.put(pairs[index], Stream.of(pairs[index + 1].split(",")).map(InetAddress::ofLiteral).toList());
        }
        return names;
    }

    private static DnsMessage ask(InetSocketAddress place, String name) throws IOException {
        try (DnsClient client = new DnsClient(place)) {
            return client.ask(name, A);
        }
    }

    private static void assertSilent(InetSocketAddress place, String name) throws IOException {
        try (DnsClient client = new DnsClient(place)) {
            assertFalse(client.isAnswered(name));
        }
    }

    /** A port that is free over UDP and TCP, out of a range that the system gives to no client. */
    private static int freePort(InetAddress address) throws IOException {
        for (int tried = 0; tried < 1000; tried++) {
            int port = 20_000 + (int) (Math.random() * 12_000);
            try (ServerSocket _ = new ServerSocket(port, 1, address); DatagramSocket _ = new DatagramSocket(port, address)) {
                return port;
            } catch (IOException taken) {
                // The next one.
            }
        }
        throw new IOException("no free port on " + address);
    }
}

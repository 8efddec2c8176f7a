package io.ngrokd.kernel.data.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {

    private static Route route(Protocol protocol, String host) {
        return new Route(new EndpointKey(host, 443), protocol, new EndpointTraffic());
    }

    private final ListenerRoutes shared = RouteTable.builder()
            .add("one", false, route(Protocol.HTTPS, "*.example.com"))
            .add("one", false, route(Protocol.HTTPS, "*.b.example.com"))
            .add("one", false, route(Protocol.HTTPS, "a.b.example.com"))
            .add("one", false, route(Protocol.TLS, "tls.b.example.com"))
            .add("one", false, route(Protocol.TCP, "tcp.test"))
            .build()
            .listener("one")
            .orElseThrow();

    @ParameterizedTest
    @CsvSource({"a.b.example.com,a.b.example.com", "c.b.example.com,*.b.example.com", "x.a.b.example.com,*.b.example.com",
        "b.example.com,*.example.com", "x.y.example.com,*.example.com", "tls.b.example.com,tls.b.example.com",
        "example.com,", "notexample.com,", "tcp.test,"})
    void mostSpecificNameWins(String asked, String expected) {
        assertEquals(Optional.ofNullable(expected), shared.bySni(asked).map(found -> found.key().host()));
    }

    @Test
    void hostsOfHttpDoNotReachOtherProtocols() {
        assertEquals(Optional.empty(), shared.byHost("tls.b.example.com"));
        assertEquals(Optional.of("*.b.example.com"), shared.byHost("x.b.example.com").map(found -> found.key().host()));
        assertEquals(Optional.empty(), shared.sole());
    }

    @Test
    void oneEndpointAloneDoesNotOwnASharedListener() {
        Route last = route(Protocol.HTTPS, "a.test");
        ListenerRoutes lonely = RouteTable.builder().add("one", false, last).build().listener("one").orElseThrow();
        assertEquals(Optional.empty(), lonely.sole());
        assertEquals(Optional.empty(), lonely.unasked());
        ListenerRoutes owned = RouteTable.builder().add("one", true, last).build().listener("one").orElseThrow();
        assertEquals(Optional.of(last), owned.sole());
        assertEquals(Optional.of(last), owned.unasked());
    }

    @Test
    void tcpEndpointAloneAtASharedListenerIsReachedButAnswersForNobody() {
        Route tcp = route(Protocol.TCP, "db.test");
        ListenerRoutes lonely = RouteTable.builder().add("one", false, tcp).build().listener("one").orElseThrow();
        assertEquals(Optional.of(tcp), lonely.unasked());
        assertEquals(Optional.empty(), lonely.sole());
    }

    @Test
    void whoeverNamesNobodyIsForTheOnlyEndpointThatSpeaksTls() {
        assertEquals(Optional.empty(), shared.onlyTls());
        Route https = route(Protocol.HTTPS, "a.test");
        ListenerRoutes mixed = RouteTable.builder().add("one", false, route(Protocol.HTTP, "b.test")).add("one", false, https)
                .add("one", false, route(Protocol.TCP, "c.test")).build().listener("one").orElseThrow();
        assertEquals(Optional.of(https), mixed.onlyTls());
        assertEquals(List.of("a.test", "b.test"), mixed.httpHosts());
    }

    @Test
    void anAddressMayBelongToAnotherListenerThanTheOneThatAccepts() {
        InetAddress virtual = InetAddress.ofLiteral("10.107.0.2");
        RouteTable table = RouteTable.builder().add("virtual", true, route(Protocol.HTTP, "a.test"))
                .add("shared", false, route(Protocol.HTTP, "b.test")).carry("virtual", virtual, "shared").build();
        assertEquals("virtual", table.owner("shared", virtual));
        assertEquals("shared", table.owner("shared", InetAddress.ofLiteral("10.107.0.3")));
        assertEquals("other", table.owner("other", virtual));
    }

    @Test
    void lookingDoesNotBringCountersBack() {
        TrafficLedger ledger = new TrafficLedger();
        EndpointKey key = new EndpointKey("a", 1);
        assertEquals(Optional.empty(), ledger.find(key));
        assertEquals(Optional.empty(), ledger.find(key), "the first look made some");
        EndpointTraffic made = ledger.of(key);
        assertSame(made, ledger.find(key).orElseThrow());
        ledger.forget(Set.of(key));
        assertEquals(Optional.empty(), ledger.find(key));
    }

    @ParameterizedTest
    @CsvSource({"A.Example.COM.,a.example.com", "single,single", "under_score.x,under_score.x"})
    void namesHaveOneForm(String written, String expected) {
        assertEquals(Optional.of(expected), ServerNames.normalize(written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".a", "a..b", "a b", "a/b", "*.a", "\u00e4.de", "[::1]"})
    void whatIsNoNameIsNone(String written) {
        assertEquals(Optional.empty(), ServerNames.normalize(written));
    }

    @Test
    void countersOutliveTables() {
        TrafficLedger ledger = new TrafficLedger();
        EndpointKey key = new EndpointKey("a", 1);
        EndpointTraffic traffic = ledger.of(key);
        assertSame(traffic, ledger.of(key));
        ledger.forget(Set.of(key));
        assertTrue(traffic != ledger.of(key));
        assertEquals(Optional.empty(), traffic.lastActivity());
        traffic.opened();
        assertTrue(traffic.lastActivity().isPresent());
    }

    @Test
    void oneLineInTenSecondsForEachCauseAtEachEndpoint() {
        AtomicLong clock = new AtomicLong();
        FailureLog log = new FailureLog(clock::get);
        Route first = route(Protocol.TCP, "first.test");
        Route second = route(Protocol.TCP, "second.test");
        assertTrue(log.report(first, "TIMEOUT", "too late"));
        assertTrue(!log.report(first, "TIMEOUT", "too late"));
        assertTrue(log.report(first, "UNREACHABLE", "not there"));
        assertTrue(log.report(second, "TIMEOUT", "too late"));
        clock.set(TimeUnit.SECONDS.toNanos(10));
        assertTrue(log.report(first, "TIMEOUT", "too late"));
        assertEquals(4, first.traffic().errors());
        assertEquals("too late", first.traffic().lastFailure().orElseThrow().message());
    }
}

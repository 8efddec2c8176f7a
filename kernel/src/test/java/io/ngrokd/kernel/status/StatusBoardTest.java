package io.ngrokd.kernel.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.discovery.Refusal;
import io.ngrokd.kernel.fixture.TestClock;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import io.ngrokd.kernel.status.EndpointStatus.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatusBoardTest {

    private final List<String> events = new ArrayList<>();
    private final StatusBoard board = new StatusBoard(Clock.systemUTC(),
            event -> events.add(event.kind() + " " + event.endpoint().key() + event.reason().map(reason -> " " + reason).orElse("")));

    @Test
    void observersSeeTheLifeOfAnEndpoint() {
        write(status("a", State.DEGRADED, "no listener"));
        write(status("a", State.DEGRADED, "no listener"));
        write(status("a", State.DEGRADED, "no name"));
        write(status("a", State.READY));
        write(status("a", State.READY));
        write();
        assertEquals(List.of(
                "ADDED a:80", "DEGRADED a:80 no listener", "DEGRADED a:80 no name", "READY a:80 at 10.0.0.2:80", "REMOVED a:80"), events);
    }

    @Test
    void aNoteOnAReadyEndpointIsNoEvent() {
        write(status("a", State.READY));
        write(status("a", State.READY, "a hosts file cannot hold a wildcard"));
        assertEquals(List.of("ADDED a:80", "READY a:80 at 10.0.0.2:80"), events);
    }

    @Test
    void nothingComesAfterStopping() {
        board.phase(Phase.STOPPING);
        board.phase(Phase.SERVING);
        assertEquals(Phase.STOPPING, board.read().phase());
    }

    @Test
    void aFailedPollIsAWarningUntilOneSucceeds() {
        board.pollFailed("HTTP 500");
        assertEquals("HTTP 500", board.read().warnings().get("discovery"));
        assertEquals(Optional.of("HTTP 500"), board.read().lastPoll().orElseThrow().error());
        board.polled();
        assertEquals(0, board.read().warnings().size());
    }

    @Test
    void anExpiredCertificateShowsOnEveryEndpoint() {
        TestClock clock = new TestClock();
        StatusBoard other = new StatusBoard(clock, event -> {});
        Instant end = clock.instant().plusSeconds(60);
        other.identity("k8sop_1", clock.instant(), end, end.minusSeconds(20));
        other.certificateError(Optional.of("HTTP 500"));
        other.endpoints(new TreeMap<>(Map.of("a:80", status("a", State.READY))), List.of());
        assertEquals(State.READY, other.read().endpoints().get("a:80").state());
        clock.set(end);
        assertTrue(other.read().isCertificateExpired());
        assertEquals(0, other.read().count(State.READY));
        String reason = other.read().endpoints().get("a:80").reasons().getFirst();
        assertTrue(reason.contains("the client certificate expired at " + end) && reason.contains("HTTP 500"), reason);
        other.identity("k8sop_1", end, end.plusSeconds(60), end.plusSeconds(40));
        assertEquals(1, other.read().count(State.READY));
    }

    private void write(EndpointStatus... statuses) {
        SortedMap<String, EndpointStatus> all = new TreeMap<>();
        for (EndpointStatus status : statuses) {
            all.put(status.endpoint().key().toString(), status);
        }
        board.endpoints(all, List.of(new Refusal("ep_9", "http://bad\nhost", "a line break")));
    }

    private static EndpointStatus status(String host, State state, String... reasons) {
        Endpoint endpoint = new Endpoint(new EndpointKey(host, 80), Protocol.HTTP, "http://" + host, List.of("ep_1"));
        InetAddress address = InetAddress.ofLiteral("10.0.0.2");
        return new EndpointStatus(endpoint, state, "virtual", Optional.of(address), Optional.of(new InetSocketAddress(address, 80)), List.of(reasons));
    }
}

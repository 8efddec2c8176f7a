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

    @Test
    void whatHappensToTheDaemonIsToldOnceEach() {
        List<String> news = new ArrayList<>();
        StatusBoard told = new StatusBoard(new TestClock(), event -> {}, (type, message) -> news.add(type + " " + message));
        Instant end = Instant.parse("2030-01-01T00:00:00Z");
        for (int turn = 0; turn < 2; turn++) {
            told.identity("k8sop_1", Instant.EPOCH, end, end);
            told.role("netif", new DaemonStatus.RoleStatus(Optional.of("linux-lo"), "", "the best", List.of()));
            told.pollFailed("no answer");
        }
        told.polled();
        told.polled();
        told.renewing();
        told.certificateError(Optional.of("503"));
        told.renewing();
        told.identity("k8sop_1", end, end.plusSeconds(60), end);
        told.certificateError(Optional.empty());
        told.noIdentity();
        told.noIdentity();
        assertEquals(List.of(
                "operator.registered registered as k8sop_1, with a certificate until 2030-01-01T00:00:00Z",
                "backend.chosen netif: linux-lo (the best)",
                "poll.failed no answer",
                "poll.recovered ngrok's endpoints can be listed again",
                "certificate.renewing a new client certificate is asked for; the one in use ends 2030-01-01T00:00:00Z",
                "certificate.failed the client certificate could not be renewed: 503",
                "certificate.renewing a new client certificate is asked for; the one in use ends 2030-01-01T00:00:00Z",
                "certificate.renewed the old certificate ended 2030-01-01T00:00:00Z, the new one ends 2030-01-01T00:01:00Z",
                "operator.lost ngrok does not know the operator k8sop_1 any more; registering anew"), news);
    }

    @Test
    void warningsAreToldWhenTheyComeAndGoAndTheConfigsByTheirOwnName() {
        List<String> news = new ArrayList<>();
        StatusBoard told = new StatusBoard(new TestClock(), event -> {}, (type, message) -> news.add(type + " " + message));
        told.warn("health", "taken");
        told.warn("health", "still taken");
        told.clearWarning("health");
        told.clearWarning("health");
        told.warn("config", "line 1");
        told.warn("config", "line 1");
        told.warn("config", "line 2");
        told.clearWarning("config");
        assertEquals(List.of("warning.raised health: taken", "warning.cleared health", "config.invalid line 1", "config.invalid line 2",
                "config.mended the config file can be used again"), news);
    }
}

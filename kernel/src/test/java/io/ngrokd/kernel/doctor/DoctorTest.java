package io.ngrokd.kernel.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.api.spi.Finding;
import io.ngrokd.kernel.discovery.Refusal;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import io.ngrokd.kernel.status.DaemonStatus.RoleStatus;
import io.ngrokd.kernel.status.EndpointStatus;
import io.ngrokd.kernel.status.EndpointStatus.State;
import io.ngrokd.kernel.status.NetworkStatus;
import io.ngrokd.kernel.status.StatusBoard;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the doctor says of a machine whose every part is a test's. */
class DoctorTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    /** For documentation, and nobody's. */
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.7");

    private final FakeInstruments instruments = new FakeInstruments();
    private final StatusBoard board = new StatusBoard(Clock.systemUTC(), event -> {});
    private final TreeMap<String, EndpointStatus> endpoints = new TreeMap<>();
    private ServerSocket listener;

    @BeforeEach
    void allIsWell() throws Exception {
        listener = new ServerSocket(0, 10, LOOPBACK);
        Instant now = Instant.now();
        board.identity("k8sop_1", now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(89)), now.plus(Duration.ofDays(60)));
        board.ingress("ingress.example:443");
        board.role("netif", new RoleStatus(Optional.of("linux-lo"), "lo", "the best", List.of()));
        board.role("hosts", new RoleStatus(Optional.of("hosts-file"), "/etc/hosts", "the best", List.of()));
        board.role("dns", new RoleStatus(Optional.empty(), "", "no name needs it", List.of()));
        board.polled();
        board.phase(Phase.SERVING);
        put("hello.demo", listener.getLocalPort(), Protocol.HTTP, LOOPBACK, listener.getLocalPort());
    }

    @AfterEach
    void close() throws Exception {
        listener.close();
        assertEquals(0, instruments.visits, "every visit was ended");
    }

    /** @param bound 0 for nowhere */
    private void put(String host, int port, Protocol protocol, InetAddress address, int bound) {
        Endpoint endpoint = new Endpoint(new EndpointKey(host, port), protocol, protocol.scheme() + "://" + host, List.of("ep_1"));
        endpoints.put(endpoint.key().toString(), new EndpointStatus(endpoint, bound == 0 ? State.DEGRADED : State.READY, "virtual", Optional.of(address),
                bound == 0 ? Optional.empty() : Optional.of(new InetSocketAddress(address, bound)), bound == 0 ? List.of("its port is taken") : List.of()));
        board.endpoints(new TreeMap<>(endpoints), List.of(new Refusal("ep_9", "http://refused.demo", "hijack")));
    }

    private JsonNode ask(String name) throws Exception {
        return new Doctor(instruments, board::read).examine(Optional.ofNullable(name));
    }

    private static JsonNode hop(JsonNode answer, String name) {
        for (JsonNode hop : answer.path("hops")) {
            if (hop.path("hop").asText().equals(name)) {
                return hop;
            }
        }
        throw new AssertionError("no hop " + name + " in " + answer);
    }

    private static List<String> inState(JsonNode answer, String state) {
        List<String> names = new ArrayList<>();
        answer.path("hops").forEach(hop -> {
            if (hop.path("state").asText().equals(state)) {
                names.add(hop.path("hop").asText());
            }
        });
        return names;
    }

    /** Fails at this hop, with what it says and what to do. */
    private static void failsAt(JsonNode answer, String name, String saw, String mend) {
        assertEquals(List.of(name), inState(answer, "failed"), answer::toString);
        assertTrue(hop(answer, name).path("saw").asText().contains(saw), answer::toString);
        assertTrue(hop(answer, name).path("mend").asText().contains(mend), answer::toString);
    }

    @Test
    void allHopsInTheOrderOfTheWay() throws Exception {
        JsonNode answer = ask("hello.demo");
        assertEquals(List.of("config", "privileges", "API key", "certificate", "endpoint", "interface", "address", "listener", "port", "hosts file",
                "DNS server", "DNS routing", "ingress", "ingress TLS", "binding exchange", "first bytes"),
                answer.path("hops").valueStream().map(hop -> hop.path("hop").asText()).toList());
        assertEquals(List.of(), inState(answer, "failed"), answer::toString);
        assertEquals(List.of(), inState(answer, "warning"), answer::toString);
        assertEquals(List.of("DNS server", "DNS routing"), inState(answer, "skipped"), answer::toString);
        assertEquals("127.0.0.1", answer.path("address").asText());
        assertEquals(listener.getLocalPort(), answer.path("listen_port").asInt());
        assertEquals(List.of("ask hello.demo:" + listener.getLocalPort(), "HEAD hello.demo"), instruments.asked);
    }

    @Test
    void namesAreHostsWithAPortOrUrls() throws Exception {
        int port = listener.getLocalPort();
        for (String name : new String[] {"HELLO.demo", "hello.demo.", "hello.demo:" + port, "http://hello.demo:" + port + "/path?query"}) {
            assertEquals("hello.demo:" + port, ask(name).path("endpoint").asText(), name);
        }
        for (String name : new String[] {"hello.demo:1", "https://hello.demo/"}) {
            JsonNode other = ask(name);
            failsAt(other, "endpoint", "no endpoint is named " + name, "Did you mean hello.demo:" + port);
        }
    }

    @Test
    void aNameThatIsNoneHearsOfTheNearest() throws Exception {
        put("metrics.example", 80, Protocol.HTTP, LOOPBACK, 0);
        JsonNode answer = ask("helo.demo");
        failsAt(answer, "endpoint", "no endpoint is named helo.demo", "Did you mean hello.demo?");
        assertTrue(inState(answer, "skipped").containsAll(List.of("interface", "address", "listener", "binding exchange", "first bytes")), answer::toString);
        assertTrue(inState(answer, "ok").contains("ingress TLS"), "what does not depend on it goes on");
        put("*.apps.demo", 80, Protocol.HTTP, LOOPBACK, 0);
        assertEquals("failed", hop(ask("x\r\nX-Evil: 1.apps.demo"), "endpoint").path("state").asText(), "what is no name becomes no part of a request");
        assertTrue(hop(ask("metrics"), "endpoint").path("mend").asText().contains("metrics.example"));
        assertTrue(hop(ask("nothing.like.it.at.all"), "endpoint").path("mend").asText().startsWith("'ngrokctl list'"));
        failsAt(ask("refused.demo"), "endpoint", "hijack", "Change the endpoint");
    }

    @Test
    void aNameBelowAWildcardIsAName() throws Exception {
        put("*.apps.demo", 443, Protocol.HTTPS, LOOPBACK, listener.getLocalPort());
        put("*.deep.apps.demo", 443, Protocol.HTTPS, LOOPBACK, listener.getLocalPort());
        board.network(new NetworkStatus(List.of(), List.of("127.0.0.1:5354")));
        instruments.dns = List.of("127.0.0.1");
        assertEquals("*.apps.demo:443", ask("one.apps.demo").path("endpoint").asText());
        assertEquals("*.deep.apps.demo:443", ask("a.deep.apps.demo").path("endpoint").asText());
        assertEquals("ngrokd-doctor.apps.demo", ask("*.apps.demo").path("host").asText());
        assertTrue(instruments.asked.containsAll(List.of("dns 127.0.0.1:5354 one.apps.demo", "ask one.apps.demo:443",
                "ask ngrokd-doctor.apps.demo:443")), instruments.asked::toString);
        JsonNode answer = ask("one.apps.demo");
        assertEquals("skipped", hop(answer, "hosts file").path("state").asText());
        assertEquals("ok", hop(answer, "DNS server").path("state").asText());
        instruments.dns = List.of("10.0.0.9");
        assertTrue(hop(ask("one.apps.demo"), "DNS server").path("saw").asText().contains("says 10.0.0.9, not 127.0.0.1"));
        board.network(NetworkStatus.UNKNOWN);
        assertEquals("failed", hop(ask("one.apps.demo"), "DNS server").path("state").asText());
    }

    @Test
    void anAddressThatIsGone() throws Exception {
        put("gone.demo", 80, Protocol.HTTP, ELSEWHERE, 80);
        JsonNode answer = ask("gone.demo");
        failsAt(answer, "address", "192.0.2.7 is no address of this machine", "puts it back by itself");
        assertEquals("'address' failed", hop(answer, "hosts file").path("saw").asText());
    }

    @Test
    void aListenerThatIsGone() throws Exception {
        listener.close();
        failsAt(ask("hello.demo"), "listener", "refuses connections", "tries again by itself");
    }

    @Test
    void aPortThatAnotherProgramHas() throws Exception {
        put("moved.demo", 7070, Protocol.TCP, LOOPBACK, listener.getLocalPort());
        instruments.holder = Optional.of("nc (pid 42)");
        failsAt(ask("moved.demo"), "port", "127.0.0.1:7070 is held by nc (pid 42); clients must use 127.0.0.1:" + listener.getLocalPort(), "Stop that program");
        put("blocked.demo", 7070, Protocol.TCP, LOOPBACK, 0);
        JsonNode blocked = ask("blocked.demo");
        assertEquals(List.of("listener", "port"), inState(blocked, "failed"), blocked::toString);
    }

    @Test
    void theHostsFileAndItsPlugin() throws Exception {
        instruments.hosts = Optional.of(Finding.bad("no line", "write it"));
        failsAt(ask("hello.demo"), "hosts file", "no line", "write it");
        instruments.hosts = Optional.empty();
        assertEquals("skipped", hop(ask("hello.demo"), "hosts file").path("state").asText());
        board.role("hosts", new RoleStatus(Optional.empty(), "", "no plugin", List.of()));
        failsAt(ask("hello.demo"), "hosts file", "no plugin", "plugin list");
    }

    @Test
    void configAndPrivileges() throws Exception {
        instruments.config = new Instruments.Config(Path.of("/c.yml"), true, Optional.of("/c.yml:3:1: unknown key\n/c.yml:4:1: another"));
        failsAt(ask("hello.demo"), "config", "/c.yml:3:1: unknown key; /c.yml:4:1: another", "config edit");
        instruments.config = new Instruments.Config(Path.of("/c.yml"), false, Optional.empty());
        assertEquals("ok", hop(ask(null), "config").path("state").asText());
        board.warn("restart", "server.socket_path changed");
        assertEquals("warning", hop(ask(null), "config").path("state").asText());
        instruments.low = false;
        assertEquals("ok", hop(ask("hello.demo"), "privileges").path("state").asText(), "nobody misses it");
        put("low.demo", 80, Protocol.HTTP, LOOPBACK, 0);
        assertEquals("failed", hop(ask("low.demo"), "privileges").path("state").asText());
    }

    @Test
    void theKeyAndTheCertificate() throws Exception {
        instruments.key = false;
        failsAt(ask(null), "API key", "there is no API key", "ngrokctl set-api-key");
        instruments.key = true;
        board.pollFailed("no route");
        assertTrue(hop(ask(null), "API key").path("saw").asText().matches("ngrok accepts it; the last poll, \\d+ s ago, failed: no route"));
        Instant now = Instant.now();
        board.identity("k8sop_1", now.minus(Duration.ofDays(90)), now.minus(Duration.ofHours(5)), now.minus(Duration.ofDays(30)));
        failsAt(ask(null), "certificate", "expired 5 h ago", "refresh-cert --force");
        board.noIdentity();
        failsAt(ask(null), "certificate", "no client certificate", "registers by itself");
    }

    @Test
    void theIngress() throws Exception {
        instruments.ask = Seen.failed("ERR_NGROK_3200", "start it");
        JsonNode offline = ask("hello.demo");
        failsAt(offline, "binding exchange", "ERR_NGROK_3200", "start it");
        assertEquals("skipped", hop(offline, "first bytes").path("state").asText());
        instruments.handshake = Seen.failed("untrusted", "trust it");
        failsAt(ask("hello.demo"), "ingress TLS", "untrusted", "trust it");
        instruments.reach = Seen.failed("no route", "look at the network");
        JsonNode unreachable = ask("hello.demo");
        failsAt(unreachable, "ingress", "no route", "look at the network");
        assertEquals("ok", hop(unreachable, "listener").path("state").asText());
    }

    @Test
    void theMachineWithAllItsEndpoints() throws Exception {
        put("blocked.demo", 7070, Protocol.TCP, LOOPBACK, 0);
        board.warn("health", "it is not served");
        JsonNode answer = ask(null);
        assertEquals(2, answer.path("endpoint_count").asInt());
        assertEquals("blocked.demo:7070", answer.path("endpoints").path(0).path("endpoint").asText(), "who has trouble comes first");
        assertEquals("its port is taken", answer.path("endpoints").path(0).path("reason").asText());
        assertEquals("it is not served", hop(answer, "warning").path("saw").asText());
        assertTrue(instruments.asked.isEmpty(), "no endpoint is asked for");
    }
}

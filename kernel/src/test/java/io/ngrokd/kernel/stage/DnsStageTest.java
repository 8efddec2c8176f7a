package io.ngrokd.kernel.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.kernel.config.DaemonConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsStageTest {

    private static final String WILD = "*.w:80=virtual/10.107.0.2";
    private static final String SHARED = "b:80=shared/0.0.0.0";

    private final FakeLan lan = new FakeLan();

    @AfterEach
    void close() {
        lan.vertx.close().await();
    }

    @Test
    void nobodyIsAskedWhereNothingNeedsIt() {
        assertTrue(lan.apply("a:80=virtual/10.107.0.2").complete());
        assertNull(lan.dns);
    }

    @Test
    void namesAreServedWhereEndpointsAreReached() {
        assertTrue(lan.apply(SHARED, WILD).complete());
        assertEquals(Set.of("127.0.107.53:53", "192.168.1.5:53"), lan.dnsSockets());
        assertEquals(Map.of("b", "0.0.0.0", "*.w", "10.107.0.2"), lan.dnsNames());
    }

    @Test
    void theFirstLoopbackAddressThatCanBeHadIsTakenAndKept() {
        lan.dnsRefused.add(FakeLan.place("127.0.107.53:53"));
        assertTrue(lan.apply(WILD).complete());
        assertEquals(Set.of("127.0.0.1:53"), lan.dnsSockets());
        lan.dnsRefused.clear();
        lan.apply(WILD);
        assertEquals(Set.of("127.0.0.1:53"), lan.dnsSockets());
        lan.dnsRefused.add(FakeLan.place("127.0.0.1:53"));
        lan.apply(WILD);
        assertEquals(Set.of("127.0.107.53:53"), lan.dnsSockets());
    }

    @Test
    void whereItListensNowhereThatIsSaidWithTheMendByThoseWhoNeedIt() {
        List.of("127.0.107.53:53", "127.0.0.1:53", "127.0.0.1:5354").forEach(place -> lan.dnsRefused.add(FakeLan.place(place)));
        Pipeline.Pass pass = lan.apply(WILD, "a:80=virtual/10.107.0.3");
        assertTrue(pass.outcomes().get(new EndpointKey("a", 80)).ready());
        String reason = reason(pass, "*.w");
        assertTrue(reason.contains("not on 127.0.0.1:53: dnsmasq (pid 7) has it") && reason.contains("set dns.listen"), reason);
        assertTrue(pass.problems().get("dns").contains("dnsmasq"), pass.problems().toString());
    }

    @Test
    void anAddressOfTheLanThatIsTakenIsSaid() {
        lan.dnsRefused.add(FakeLan.place("192.168.1.5:53"));
        Pipeline.Pass pass = lan.apply(SHARED, WILD);
        assertTrue(pass.outcomes().get(new EndpointKey("*.w", 80)).ready(), "nobody but this machine reaches that one");
        assertTrue(reason(pass, "b").contains("not on 192.168.1.5:53: dnsmasq (pid 7) has it"), reason(pass, "b"));
        assertEquals(Set.of("127.0.107.53:53"), lan.dnsSockets(), "this machine finds its names all the same");
    }

    @Test
    void aMissingPluginIsSaidByThoseWhoNeedIt() {
        lan.dnsServer.withdraw();
        Pipeline.Pass pass = lan.apply(WILD, "a:80=virtual/10.107.0.3");
        assertTrue(reason(pass, "*.w").contains("no plugin serves 'dns_server'"), reason(pass, "*.w"));
        assertTrue(pass.outcomes().get(new EndpointKey("a", 80)).ready());
        assertTrue(pass.outcomes().get(new EndpointKey("*.w", 80)).bound().isPresent());
    }

    @Test
    void aNameGoesBeforeItsListener() {
        lan.apply(SHARED, "c:80=shared/0.0.0.0");
        lan.apply(SHARED);
        assertEquals(Map.of("b", "0.0.0.0"), lan.dnsNames());
        lan.apply("a:80=virtual/10.107.0.3");
        assertEquals(List.of(), lan.dns.listen(), "nothing needs it any more");
        assertEquals(Map.of(), lan.dnsNames());
    }

    @Test
    void itNeverAsksItself() {
        lan.upstreams = List.of(FakeLan.place("192.168.1.5:53"), FakeLan.place("127.0.0.1:53"), FakeLan.place("9.9.9.9:53"));
        lan.apply(SHARED);
        assertEquals(List.of(FakeLan.place("127.0.0.1:53"), FakeLan.place("9.9.9.9:53")), lan.dns.settings().upstreams());
    }

    @Test
    void switchedOffThereIsNone() {
        lan.config = new DaemonConfig.Dns(
                Optional.of(false), List.of(), Duration.ofSeconds(30), List.of(), List.of(), List.of(), 1000, 10_000);
        assertTrue(lan.apply(SHARED, WILD).complete());
        assertNull(lan.dns);
        assertFalse(lan.hosts.containsKey("b"), "only when routing has been given up");
    }

    private static String reason(Pipeline.Pass pass, String host) {
        return String.join("; ", pass.outcomes().get(new EndpointKey(host, 80)).failures().stream().map(failure -> failure.message()).toList());
    }
}

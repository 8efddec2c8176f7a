package io.ngrokd.kernel.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DnsPlanTest {

    private static final LocalNetwork NETWORK = new LocalNetwork(List.of(
            new LocalNetwork.Interface("lo", true, true, List.of(InetAddress.ofLiteral("127.0.0.1"))),
            new LocalNetwork.Interface("eth0", true, false, List.of(InetAddress.ofLiteral("192.168.1.5"))),
            new LocalNetwork.Interface("eth1", true, false, List.of(InetAddress.ofLiteral("10.9.0.1"))),
            new LocalNetwork.Interface("eth2", false, false, List.of(InetAddress.ofLiteral("10.8.0.1")))));

    @Test
    void exactVirtualNamesNeedNoServer() {
        assertFalse(plan("virtual 10.107.0.2 api.demo").wanted());
        assertTrue(plan(dns(Optional.of(true)), "virtual 10.107.0.2 api.demo").wanted());
    }

    @Test
    void aWildcardIsServedOnTheFirstLoopbackAddressThatCanBeHad() {
        DnsPlan plan = plan("virtual 10.107.0.2 api.demo", "virtual 10.107.0.3 *.wild.demo");
        assertEquals(List.of(), plan.listen());
        assertEquals(List.of("127.0.107.53:53", "127.0.0.1:53", "127.0.0.1:5354"), texts(plan.oneOf()));
        assertEquals(Map.of("api.demo", "10.107.0.2", "*.wild.demo", "10.107.0.3"), names(plan));
        assertEquals(Set.of("wild.demo"), plan.domains());
    }

    @Test
    void onAllAddressesNamesAreServedOnEachAddressOfTheLanThatIsUp() {
        DnsPlan plan = plan("shared 0.0.0.0 api.demo", "virtual 10.107.0.3 own.demo");
        assertEquals(List.of("192.168.1.5:53", "10.9.0.1:53"), texts(plan.listen()));
        assertEquals(3, plan.oneOf().size(), "and for this machine itself");
        assertEquals(Map.of("api.demo", "0.0.0.0", "own.demo", "10.107.0.3"), names(plan), "0.0.0.0: by which the client came");
        assertEquals(Set.of("api.demo"), plan.domains());
    }

    @Test
    void aSharedAddressIsWhereItsNamesAreServed() {
        DnsPlan plan = plan("shared 10.9.0.1 api.demo", "shared 127.0.0.1 here.demo");
        assertEquals(List.of("10.9.0.1:53"), texts(plan.listen()));
        assertEquals(Map.of("api.demo", "10.9.0.1", "here.demo", "127.0.0.1"), names(plan));
    }

    @Test
    void whatIsNotUpHasNoName() {
        DnsPlan plan = DnsPlan.of(dns(Optional.empty()), NETWORK, List.of(at("shared 0.0.0.0 api.demo"), at("shared 0.0.0.0 down.demo")),
                allocation -> allocation.endpoint().host().equals("api.demo"));
        assertEquals(Set.of("api.demo"), plan.names().keySet());
        assertEquals(Set.of("api.demo"), plan.domains());
        assertTrue(plan.wanted());
    }

    @Test
    void theConfigDecidesWhereItListensAndWhetherThereIsOne() {
        DnsPlan plan = plan(dns(Optional.empty(), "127.0.0.5:5300"), "shared 0.0.0.0 api.demo");
        assertEquals(List.of("127.0.0.5:5300"), texts(plan.listen()));
        assertEquals(List.of(), plan.oneOf());
        assertEquals(List.of("192.168.1.5:53", "10.9.0.1:53", "127.0.0.1:53"),
                texts(plan(dns(Optional.empty(), "0.0.0.0:53"), "shared 0.0.0.0 api.demo").listen()), "each for itself: answers come from where was asked");
        assertEquals(DnsPlan.NONE, plan(dns(Optional.of(false)), "shared 0.0.0.0 api.demo", "virtual 10.107.0.3 *.wild.demo"));
    }

    @Test
    void aProbeIsBelowTheShortestDomainAndNewEachTime() {
        Random random = new Random(1);
        DnsProbe probe = DnsProbe.below(new TreeSet<>(Set.of("api.example.com", "wild.demo")), random).orElseThrow();
        assertTrue(probe.wildcard().matches("\\*\\.ngrokd-probe-[0-9a-f]{8}\\.wild\\.demo"), probe.wildcard());
        assertTrue(probe.freshName(random).endsWith(probe.wildcard().substring(1)));
        assertFalse(probe.freshName(random).equals(probe.freshName(random)));
        assertTrue(probe.answer().isLoopbackAddress());
        assertTrue(probe.suits(new TreeSet<>(Set.of("wild.demo"))));
        assertFalse(probe.suits(new TreeSet<>(Set.of("api.example.com"))));
        assertEquals(Optional.empty(), DnsProbe.below(new TreeSet<>(Set.of("x".repeat(60) + ("." + "y".repeat(60)).repeat(3))), random));
    }

    private static DnsPlan plan(String... allocations) {
        return plan(dns(Optional.empty()), allocations);
    }

    private static DnsPlan plan(DaemonConfig.Dns config, String... allocations) {
        Predicate<Allocation> up = allocation -> true;
        return DnsPlan.of(config, NETWORK, Stream.of(allocations).map(DnsPlanTest::at).toList(), up);
    }

    private static Allocation at(String text) {
        String[] words = text.split(" ");
        EndpointKey key = new EndpointKey(words[2], 80);
        return new Allocation(new Endpoint(key, Protocol.HTTP, "http://" + key, List.of("ep_1")), words[0], InetAddress.ofLiteral(words[1]), 80);
    }

    private static DaemonConfig.Dns dns(Optional<Boolean> enabled, String... listen) {
        List<InetSocketAddress> places = Stream.of(listen).map(text ->
                new InetSocketAddress(InetAddress.ofLiteral(text.split(":")[0]), Integer.parseInt(text.split(":")[1]))).toList();
        return new DaemonConfig.Dns(enabled, places, Duration.ofSeconds(30), List.of(), List.of(), List.of(), 1000, 10_000);
    }

    private static List<String> texts(List<InetSocketAddress> places) {
        return places.stream().map(place -> place.getAddress().getHostAddress() + ":" + place.getPort()).toList();
    }

    private static Map<String, String> names(DnsPlan plan) {
        Map<String, String> names = new TreeMap<>();
        plan.names().forEach((name, addresses) -> names.put(name, addresses.getFirst().getHostAddress()));
        return names;
    }
}

package io.ngrokd.plugin.dns.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.DnsSettings;
import io.ngrokd.kit.listener.LowPorts;
import io.ngrokd.kit.listener.PortHolders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DnsChangesTest {

    private static final InetSocketAddress ONE = new InetSocketAddress(InetAddress.ofLiteral("127.0.107.53"), 5353);
    private static final InetSocketAddress TWO = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5354);
    private static final PortHolders NOBODY = (_, _) -> Optional.empty();

    @Test
    void placesAndNamesComeAndGo() {
        assertEquals(List.of("REMOVE 127.0.107.53:5353", "ADD 127.0.0.1:5354", "REMOVE a.demo 10.0.0.1", "ADD a.demo 10.0.0.2"),
                lines(NOBODY, Set.of(ONE), names("10.0.0.1"), request(TWO, "10.0.0.2")));
    }

    @Test
    void nothingWhenAllIsSo() {
        assertEquals(List.of(), lines(NOBODY, Set.of(ONE), names("10.0.0.1"), request(ONE, "10.0.0.1")));
        assertEquals(List.of(), lines(NOBODY, Set.of(), new TreeMap<>(), Optional.empty()));
    }

    @Test
    void undoingTakesAllOfIt() {
        assertEquals(List.of("REMOVE 127.0.107.53:5353", "REMOVE a.demo 10.0.0.1"),
                lines(NOBODY, Set.of(ONE), names("10.0.0.1"), Optional.empty()));
    }

    @Test
    void aPlaceThatSomebodyHasCannotBeHad() {
        PortHolders dnsmasq = (_, _) -> Optional.of("dnsmasq (pid 5)");
        Change blocked = changes(dnsmasq, Set.of(), new TreeMap<>(), request(ONE, "10.0.0.1")).getFirst();
        assertEquals(Change.blocked(Change.LISTENER, "127.0.107.53:5353", "port 5353 of 127.0.107.53 is held by dnsmasq (pid 5)"), blocked);
    }

    @Test
    void aNameOnAllAddressesSaysSo() {
        assertEquals("ADD a.demo (the address that it is asked at)",
                lines(NOBODY, Set.of(ONE), new TreeMap<>(), request(ONE, "0.0.0.0")).getFirst());
    }

    private static List<String> lines(
            PortHolders holders, Set<InetSocketAddress> open, SortedMap<String, List<InetAddress>> names, Optional<DnsRequest> request) {
        return changes(holders, open, names, request).stream().map(change -> change.action() + " " + change.line()).toList();
    }

    private static List<Change> changes(
            PortHolders holders, Set<InetSocketAddress> open, SortedMap<String, List<InetAddress>> names, Optional<DnsRequest> request) {
        return new DnsChanges(holders, LowPorts.ofThisSystem()).between(open, names, request);
    }

    private static Optional<DnsRequest> request(InetSocketAddress place, String address) {
        return Optional.of(new DnsRequest(List.of(place), names(address),
                new DnsSettings(Duration.ofSeconds(1), List.of(), List.of(), List.of(), 0, 0)));
    }

    private static SortedMap<String, List<InetAddress>> names(String address) {
        return new TreeMap<>(Map.of("a.demo", List.of(InetAddress.ofLiteral(address))));
    }
}

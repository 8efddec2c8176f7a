package io.ngrokd.plugin.netif.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FactoriesTest {

    private final FakeLinuxNetwork network = new FakeLinuxNetwork();

    @Test
    void theCleanestWayRanksHighest() {
        assertEquals(
                List.of("linux-dummy 100", "linux-bridge 90", "linux-lo 80", "linux-loopback 10"),
                all(network.surroundings()).map(factory -> factory.name() + " " + factory.rank()).toList());
    }

    @Test
    void allWorkForRootOnAnOrdinaryMachine() {
        FakeContext context = FakeContext.plain();
        assertEquals(List.of(
                        "true the kernel makes dummy interfaces and lets us",
                        "true the kernel makes bridge interfaces and lets us",
                        "true lo is up and we may add addresses",
                        "true lo answers for 127.0.0.0/8 without privilege"),
                probe(network.surroundings(), context));
        assertEquals(List.of(), context.entries(), "nothing is left to undo");
        assertEquals(List.of("lo"), network.links().stream().map(Link::name).toList());
    }

    @Test
    void aKernelWithoutTheTypeSaysSo() {
        network.lacksKind("dummy");
        assertEquals("false the kernel has no dummy interfaces (EOPNOTSUPP)", probe(network.surroundings(), FakeContext.plain()).getFirst());
    }

    @Test
    void withoutPrivilegeOnlyLoopbackIsLeft() {
        network.isUnprivileged();
        List<String> answers = probe(network.surroundings(), FakeContext.with("10.9.0.0/16"));
        assertEquals("false no privilege to make interfaces, which takes root or CAP_NET_ADMIN (EPERM)", answers.get(0));
        assertEquals(answers.get(0), answers.get(1));
        assertEquals("false no privilege to add addresses, which takes root or CAP_NET_ADMIN (EPERM)", answers.get(2));
        assertEquals("true lo answers for 127.0.0.0/8 without privilege, which stands in for the subnet 10.9.0.0/16", answers.get(3));
    }

    @Test
    void aLoopbackSubnetNeedsNoInterface() {
        List<String> answers = probe(network.surroundings(), FakeContext.with("127.9.0.0/16"));
        assertEquals(Set.of("false 127.0.0.0/8 needs no interface"), Set.copyOf(answers.subList(0, 3)));
        assertEquals("true lo answers for 127.9.0.0/16 without privilege", answers.get(3));
    }

    @Test
    void subnetsThatServeNobodyAreRefusedByAll() {
        for (String subnet : List.of("fd00::/64", "10.0.0.0/31")) {
            assertTrue(probe(network.surroundings(), FakeContext.with(subnet)).stream().allMatch(answer -> answer.startsWith("false the subnet")));
        }
    }

    @Test
    void whoeverUsesPartOfTheSubnetIsNamed() {
        network.put("wg0", "wireguard", "", true, 0);
        network.putRoute("wg0", "10.0.0.0/8");
        network.put("docker0", "bridge", "", true, 0);
        network.putAddress("docker0", "10.107.3.1", 24, "docker0");
        network.put("eth0", "", "", true, 0);
        network.putRoute("eth0", "0.0.0.0/0");
        network.putRoute("eth0", "192.168.1.0/24");
        for (String answer : probe(network.surroundings(), FakeContext.plain()).subList(0, 3)) {
            assertTrue(answer.startsWith("true "), answer);
            assertTrue(answer.endsWith("; but part of 10.107.0.0/16 is in use on docker0, wg0; 172.16.0.0/16 is free for net.subnet"), answer);
        }
    }

    @Test
    void theRangeThatIsProposedIsAsLargeAndFree() {
        Subnet wanted = Subnet.parse("10.107.0.0/16");
        assertEquals(Optional.of(Subnet.parse("10.108.0.0/16")), FreeRange.like(wanted, List.of(wanted)));
        assertEquals(Optional.of(Subnet.parse("10.109.0.0/16")), FreeRange.like(wanted, List.of(Subnet.parse("10.108.77.1/32"))));
        assertEquals(Optional.of(Subnet.parse("10.0.0.0/16")), FreeRange.like(wanted, List.of(Subnet.parse("10.128.0.0/9"), Subnet.parse("10.96.0.0/11"))));
        assertEquals(Optional.of(Subnet.parse("172.18.0.0/16")),
                FreeRange.like(wanted, List.of(Subnet.parse("10.0.0.0/8"), Subnet.parse("172.16.0.0/16"), Subnet.parse("172.17.0.0/16"))));
        assertEquals(Optional.of(Subnet.parse("192.168.0.0/16")), FreeRange.like(wanted, List.of(Subnet.parse("10.0.0.0/8"), Subnet.parse("172.0.0.0/8"))));
        assertEquals(Optional.empty(), FreeRange.like(wanted, List.of(Subnet.parse("10.0.0.0/8"), Subnet.parse("172.0.0.0/8"), Subnet.parse("192.168.7.0/24"))));
        assertEquals(Optional.of(Subnet.parse("10.0.1.0/24")), FreeRange.like(Subnet.parse("10.0.0.0/24"), List.of()));
        assertEquals(Optional.empty(), FreeRange.like(Subnet.parse("0.0.0.0/1"), List.of()));
    }

    @Test
    void onOtherSystemsNothingNativeIsTouched() {
        Surroundings mac = new Surroundings("Mac OS X", () -> {
            throw new AssertionError("opened");
        });
        assertEquals(Set.of("false this is macOS"), Set.copyOf(probe(mac, FakeContext.plain())));
        Surroundings windows = new Surroundings("Windows 11", mac.opener());
        assertEquals(Set.of("false this is Windows 11"), Set.copyOf(probe(windows, FakeContext.plain())));
    }

    @Test
    void aNetworkThatCannotBeOpenedIsAReason() {
        Surroundings closed = new Surroundings("Linux", () -> {
            throw new IOException("Java cannot call the C library");
        });
        assertEquals(Set.of("false Java cannot call the C library"), Set.copyOf(probe(closed, FakeContext.plain())));
    }

    @Test
    void aProbeThatCannotBeJournaledIsNotMade() {
        FakeContext full = FakeContext.plain();
        full.fillUp();
        Availability answer = new LinuxDummyFactory(network.surroundings()).probe(full);
        assertFalse(answer.available());
        assertEquals(List.of(), network.changes());
    }

    @Test
    void aProbeWhoseAnswerWasLostStaysJournaled() {
        FakeContext context = FakeContext.plain();
        network.loseNextAnswer();
        assertFalse(new LinuxDummyFactory(network.surroundings()).probe(context).available());
        assertEquals(1, context.entries().size());
    }

    @Test
    void allAreListedForThePluginLoader() throws IOException {
        // The test classes have an empty list of their own.
        Set<String> listed = new HashSet<>();
        for (URL list : Collections.list(getClass().getClassLoader().getResources("META-INF/extensions.idx"))) {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(list.openStream(), StandardCharsets.UTF_8))) {
                reader.lines().filter(line -> line.startsWith("io.ngrokd.plugin.netif.linux.")).forEach(listed::add);
            }
        }
        assertEquals(all(network.surroundings()).map(factory -> factory.getClass().getName()).collect(Collectors.toSet()), listed);
    }

    private static Stream<NetifBackendFactory> all(Surroundings surroundings) {
        return Stream.of(
                new LinuxDummyFactory(surroundings),
                new LinuxBridgeFactory(surroundings),
                new LinuxLoFactory(surroundings),
                new LinuxLoopbackFactory(surroundings));
    }

    private static List<String> probe(Surroundings surroundings, FakeContext context) {
        return all(surroundings).map(factory -> factory.probe(context)).map(a -> a.available() + " " + a.reason()).toList();
    }
}

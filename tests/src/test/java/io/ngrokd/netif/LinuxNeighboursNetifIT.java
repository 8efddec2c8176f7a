package io.ngrokd.netif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.contract.FakeJournal;
import io.ngrokd.contract.netif.FakeNetifContext;
import io.ngrokd.plugin.netif.linux.LinuxBridgeFactory;
import io.ngrokd.plugin.netif.linux.LinuxLoFactory;
import io.ngrokd.testing.CommandResult;
import io.ngrokd.testing.InOwnNamespace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real kernel: others who were there before, or who interfere. They use {@code ip}. */
@InOwnNamespace
class LinuxNeighboursNetifIT {

    private final FakeJournal journal = FakeJournal.inMemory();
    private final NetifBackend bridge = create(new LinuxBridgeFactory());

    @Test
    void theInterfaceIsWhatAnAdministratorExpects() throws Exception {
        apply(bridge, "10.107.0.2");
        String link = ip("-details link show ngrokd0").output();
        assertTrue(link.contains("alias ngrokd"), link);
        assertTrue(link.contains(",UP"), link);
        String addresses = ip("-oneline -4 address show dev ngrokd0").output();
        assertTrue(addresses.contains("inet 10.107.0.1/16 scope global ngrokd0"), addresses);
        assertTrue(addresses.contains("inet 10.107.0.2/32 scope global ngrokd0"), addresses);
    }

    @Test
    void addressesOfLoAreMarkedAndOfHostScope() throws Exception {
        NetifBackend lo = create(new LinuxLoFactory());
        ip("address add 10.107.0.77/32 dev lo");
        apply(lo, "10.107.0.2");
        String addresses = ip("-oneline -4 address show dev lo").output();
        assertTrue(addresses.contains("inet 10.107.0.2/32 scope host lo:ngrokd"), addresses);
        lo.undo();
        assertEquals(Set.of("127.0.0.1/8", "10.107.0.77/32"), addressesOf("lo"));
    }

    @Test
    void anInterfaceSwitchedOffOrDeletedComesBack() throws Exception {
        apply(bridge, "10.107.0.2");
        ip("link set ngrokd0 down");
        apply(bridge, "10.107.0.2");
        assertTrue(ip("link show ngrokd0").output().contains(",UP"));
        ip("link delete ngrokd0");
        apply(bridge, "10.107.0.2");
        assertEquals(Set.of("10.107.0.1/16", "10.107.0.2/32"), addressesOf("ngrokd0"));
    }

    @Test
    void strangersOnOurInterfaceGoEvenWhenTheyTakeTheGatewayWithThem() throws Exception {
        apply(bridge, "10.107.0.2");
        ip("address delete 10.107.0.1/16 dev ngrokd0");
        ip("address add 10.107.0.200/16 dev ngrokd0");
        // A later address of the same network: the kernel removes it together with the first.
        ip("address add 10.107.0.1/16 dev ngrokd0");
        apply(bridge, "10.107.0.2");
        assertEquals(Set.of("10.107.0.1/16", "10.107.0.2/32"), addressesOf("ngrokd0"));
    }

    @Test
    void anUnmarkedLeftOverIsTakenOverAndDeletedInTheEnd() throws Exception {
        ip("link add ngrokd0 type bridge");
        ip("address add 10.107.0.1/16 dev ngrokd0");
        ip("address add 10.107.0.55/32 dev ngrokd0");
        apply(bridge, "10.107.0.2");
        assertEquals(Set.of("10.107.0.1/16", "10.107.0.2/32"), addressesOf("ngrokd0"));
        bridge.undo();
        assertFalse(ip("link").output().contains("ngrokd0"));
    }

    @Test
    void anAdministratorsInterfaceKeepsWhatItHad() throws Exception {
        ip("link add ngrokd0 type bridge");
        ip("address add 192.0.2.1/24 dev ngrokd0");
        apply(bridge, "10.107.0.2");
        assertEquals(Set.of("192.0.2.1/24", "10.107.0.1/16", "10.107.0.2/32"), addressesOf("ngrokd0"));
        bridge.undo();
        assertEquals(Set.of("192.0.2.1/24"), addressesOf("ngrokd0"));
    }

    @Test
    void aVethOfThatNameIsRefusedWithAMend() throws Exception {
        ip("link add ngrokd0 type veth peer name other0");
        StageException refused = assertThrows(StageException.class, () -> apply(bridge, "10.107.0.2"));
        assertEquals(FailureCode.IN_USE, refused.code());
        assertTrue(refused.getMessage().contains("(veth); set net.interface_name"), refused.getMessage());
        bridge.undo();
        assertTrue(ip("link").output().contains("ngrokd0"));
    }

    @Test
    void aBridgeWithPortsIsRefused() throws Exception {
        ip("link add ngrokd0 type bridge");
        ip("link add port0 type veth peer name port1");
        ip("link set port0 master ngrokd0");
        StageException refused = assertThrows(StageException.class, () -> apply(bridge, "10.107.0.2"));
        assertTrue(refused.getMessage().contains("bridge with ports"), refused.getMessage());
    }

    @Test
    void anAddressInUseElsewhereFailsAlone() throws Exception {
        ip("link add eth7 type veth peer name eth8");
        ip("address add 10.107.0.3/32 dev eth7");
        NetifReply reply = apply(bridge, "10.107.0.2", "10.107.0.3");
        assertEquals(Set.of(InetAddress.ofLiteral("10.107.0.3")), reply.failed().keySet());
        assertTrue(reply.toString().contains("eth7"), reply::toString);
    }

    @Test
    void aProbeNamesWhoUsesPartOfTheSubnet() throws Exception {
        ip("link add vpn0 type veth peer name vpn1");
        ip("link set vpn0 up");
        ip("link set vpn1 up");
        ip("route add 10.0.0.0/8 dev vpn0");
        ip("route add default dev vpn1");
        Availability answer = new LinuxBridgeFactory().probe(context());
        assertTrue(answer.available());
        assertTrue(answer.reason().contains("but part of 10.107.0.0/16 is in use on vpn0; 172."), answer.reason());
        assertTrue(answer.reason().endsWith("/16 is free for net.subnet"), answer.reason());
        assertFalse(ip("link").output().contains("ngrokd"), "the probe's interface is gone");
    }

    @ParameterizedTest
    @ValueSource(ints = {4_000, 10_000, 65_000})
    @Timeout(400)
    void thousandsOfAddresses(int count) throws Exception {
        Set<InetAddress> all = IntStream.range(2, count + 2)
                .mapToObj(bridge.range().subnet()::addressAt)
                .collect(Collectors.toSet());
        NetifRequest request = new NetifRequest(bridge.range(), all, all, Set.of());
        long start = System.nanoTime();
        assertEquals(NetifReply.complete(), bridge.apply(request));
        long added = System.nanoTime();
        assertEquals(NetifReply.complete(), bridge.apply(request));
        long compared = System.nanoTime();
        for (InetAddress address : all) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(address, 0));
            }
        }
        long bound = System.nanoTime();
        assertEquals(NetifReply.complete(), apply(bridge));
        assertEquals(Set.of("10.107.0.1/16"), addressesOf("ngrokd0"));
        assertEquals("", ip("route show table local proto 110").output());
        long reduced = System.nanoTime();
        assertEquals(NetifReply.complete(), bridge.apply(request));
        long again = System.nanoTime();
        bridge.undo();
        long undone = System.nanoTime();
        assertEquals("", ip("route show table local proto 110").output());
        System.out.printf(
                "%,d addresses on a bridge: added in %d ms, compared in %d, bound in %d, removed in %d, undone in %d%n",
                count, millis(start, added), millis(added, compared), millis(compared, bound), millis(bound, reduced), millis(again, undone));
    }

    private static long millis(long from, long to) {
        return (to - from) / 1_000_000;
    }

    private NetifBackend create(NetifBackendFactory factory) {
        return factory.create(context());
    }

    private FakeNetifContext context() {
        return new FakeNetifContext("ngrokd0", Optional.empty(), journal, () -> {
            throw new AssertionError("backends of Linux need no Vert.x");
        });
    }

    private static NetifReply apply(NetifBackend backend, String... addresses) throws StageException {
        Set<InetAddress> all = Stream.of(addresses).map(InetAddress::ofLiteral).collect(Collectors.toSet());
        return backend.apply(new NetifRequest(backend.range(), all, all, Set.of()));
    }

    private static CommandResult ip(String arguments) throws Exception {
        return LinuxNetifContract.ip(arguments.split(" ")).orThrow();
    }

    private static Set<String> addressesOf(String device) throws Exception {
        List<String> lines = ip("-oneline -4 address show dev " + device).output().lines().toList();
        return lines.stream().map(line -> line.split(" +")[3]).collect(Collectors.toSet());
    }
}

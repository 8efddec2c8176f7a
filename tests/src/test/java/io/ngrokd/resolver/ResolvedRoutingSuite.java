package io.ngrokd.resolver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.contract.FakeJournal;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is particular to systemd-resolved. {@link SystemdResolvedIT} runs it in a machine that has one. */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class ResolvedRoutingSuite {

    private final FakeJournal journal = FakeJournal.inMemory();
    private ResolvedMachine machine;
    private DnsStrategy strategy;
    private String before;

    @BeforeEach
    void start() throws Exception {
        machine = new ResolvedMachine();
        before = machine.settings();
        strategy = machine.factory().create(machine.context(journal));
    }

    @AfterEach
    void stop() throws Exception {
        machine.close();
    }

    @Test
    void eachNameIsAskedForAtItsServerAndNowhereElse() throws Exception {
        apply(machine.server(), Optional.of(ResolvedMachine.LINK), "api.demo.example");
        machine.asked("api.demo.example");
        machine.asked("other.demo.example");
        assertTrue(machine.questions("api.demo.example").get("ours") > 0);
        assertEquals(0, machine.questions("api.demo.example").get("original"));
        assertEquals(0, machine.questions("other.demo.example").get("ours"));
        assertTrue(machine.questions("other.demo.example").get("original") > 0);
        assertEquals("systemd-resolved, on interface ngrokd0", strategy.description());
    }

    @Test
    void theRestartOfResolvedIsSurvivedOrRepaired() throws Exception {
        apply(machine.server(), Optional.of(ResolvedMachine.LINK), "api.demo.example");
        ResolvedMachine.sh("systemctl restart systemd-resolved");
        apply(machine.server(), Optional.of(ResolvedMachine.LINK), "api.demo.example");
        assertEquals(machine.server(), machine.asked("api.demo.example").getFirst());
        // It forgets all interfaces.
        ResolvedMachine.sh("systemctl stop systemd-resolved; rm /run/systemd/resolve/netif/*; systemctl start systemd-resolved");
        machine.setLan();
        assertEquals(machine.originalServers(), machine.asked("api.demo.example"), "it has forgotten us");
        apply(machine.server(), Optional.of(ResolvedMachine.LINK), "api.demo.example");
        assertEquals(machine.server(), machine.asked("api.demo.example").getFirst());
        assertEquals(machine.originalServers(), machine.asked("other.example.org"));
        strategy.undo();
        assertEquals(before, machine.settings());
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void theInterfaceMayGoAndCome() throws Exception {
        apply(machine.server(), Optional.of(ResolvedMachine.LINK), "api.demo.example");
        ResolvedMachine.sh("ip link delete $1", ResolvedMachine.LINK);
        ResolvedMachine.makeLink();
        apply(machine.server(), Optional.of(ResolvedMachine.LINK), "api.demo.example");
        assertEquals(machine.server(), machine.asked("api.demo.example").getFirst());
        ResolvedMachine.sh("ip link delete $1", ResolvedMachine.LINK);
        strategy.undo();
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void inNetworkModeAnInterfaceOfItsOwnIsMadeAndTheLanKeepsItsSettings() throws Exception {
        String lan = machine.resolvectl("status", ResolvedMachine.LAN);
        for (Optional<String> named : List.of(Optional.<String>empty(), Optional.of("lo"), Optional.of(ResolvedMachine.LAN))) {
            apply(ResolvedMachine.LAN_SERVER, named, "api.demo.example");
            assertEquals(List.of(ResolvedMachine.LAN_SERVER), machine.asked("a.api.demo.example"), () -> "named " + named);
            assertEquals(machine.originalServers(), machine.asked("other.example.org"));
            assertEquals(machine.originalServers(), strategy.upstreams());
            assertEquals("systemd-resolved, on interface ngrokd-dns", strategy.description());
            assertEquals(withoutCurrent(lan), withoutCurrent(machine.resolvectl("status", ResolvedMachine.LAN)));
        }
        String trace = machine.trace();
        apply(ResolvedMachine.LAN_SERVER, Optional.empty(), "api.demo.example");
        assertEquals(trace, machine.trace());
        ResolvedMachine.sh("ip link set ngrokd-dns down; ip address flush dev ngrokd-dns");
        apply(ResolvedMachine.LAN_SERVER, Optional.empty(), "api.demo.example");
        assertEquals(List.of(ResolvedMachine.LAN_SERVER), machine.asked("b.api.demo.example"), "repaired");
        machine.factory().create(machine.context(journal)).undo();
        assertEquals(before, machine.settings());
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void itMovesToTheInterfaceThatBearsTheAddressesAndBack() throws Exception {
        apply(ResolvedMachine.LAN_SERVER, Optional.empty(), "api.demo.example");
        apply(ResolvedMachine.LAN_SERVER, Optional.of(ResolvedMachine.LINK), "api.demo.example");
        assertFalse(machine.settings().contains("ngrokd-dns"));
        assertEquals(List.of(ResolvedMachine.LAN_SERVER), machine.asked("api.demo.example"));
        apply(ResolvedMachine.LAN_SERVER, Optional.empty(), "api.demo.example");
        assertEquals(List.of(ResolvedMachine.LAN_SERVER), machine.asked("api.demo.example"));
        strategy.undo();
        assertEquals(before, machine.settings());
    }

    @Test
    void anInterfaceOfThatNameThatIsSomebodyElsesIsLeftAlone() throws Exception {
        ResolvedMachine.sh("ip link add ngrokd-dns type dummy");
        try {
            apply(ResolvedMachine.LAN_SERVER, Optional.empty(), "api.demo.example");
            throw new AssertionError("it was taken");
        } catch (StageException refused) {
            assertTrue(refused.getMessage().contains("ip link delete ngrokd-dns"), refused.getMessage());
        }
        strategy.undo();
        assertTrue(machine.settings().contains("ngrokd-dns"));
    }

    @Test
    void moreDomainsThanResolvedTakesAreSaidOneByOne() throws Exception {
        Set<String> domains = new TreeSet<>(IntStream.range(0, 258).mapToObj("host-%04d.example"::formatted).toList());
        var reply = strategy.apply(new ResolverRequest(machine.server(), new TreeSet<>(domains), Optional.of(ResolvedMachine.LINK)));
        assertEquals(Set.of("host-0256.example", "host-0257.example"), reply.failed().keySet());
        assertEquals(List.of(machine.server()), machine.asked("host-0255.example"));
        assertEquals(machine.originalServers(), machine.asked("host-0256.example"));
    }

    @Test
    void saysHowProgramsGetToResolvedOrThatTheyDoNot() throws Exception {
        Availability availability = probe();
        assertEquals("systemd-resolved answers, and /etc/resolv.conf leads to /run/systemd/resolve/stub-resolv.conf"
                + " and names its 127.0.0.53",
                availability.reason());
        ResolvedMachine.sh("cp -a /etc/resolv.conf /etc/nsswitch.conf /tmp/own; rm /etc/resolv.conf;"
                + " echo nameserver 192.168.7.53 > /etc/resolv.conf");
        try {
            availability = probe();
            assertEquals(Map.of(true, "systemd-resolved answers, and 'resolve' is in the hosts line of /etc/nsswitch.conf"),
                    Map.of(availability.available(), availability.reason()));
            ResolvedMachine.sh("sed -i 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf");
            availability = machine.factory().probe(machine.context(journal));
            assertFalse(availability.available());
            assertTrue(availability.reason().contains("programs do not ask it: /etc/resolv.conf is a file of its own"),
                    availability.reason());
        } finally {
            ResolvedMachine.sh("rm /etc/resolv.conf; cp -a /tmp/own/resolv.conf /tmp/own/nsswitch.conf /etc");
        }
    }

    /** It has 2 s, which may be too few on a busy machine. */
    private Availability probe() throws InterruptedException {
        Availability availability = machine.factory().probe(machine.context(journal));
        for (int attempt = 0; attempt < 20 && !availability.available(); attempt++) {
            Thread.sleep(500);
            availability = machine.factory().probe(machine.context(journal));
        }
        return availability;
    }

    private void apply(InetSocketAddress server, Optional<String> interfaceName, String... domains) throws StageException {
        assertEquals(Map.of(), strategy.apply(new ResolverRequest(server, new TreeSet<>(Set.of(domains)), interfaceName)).failed());
    }

    /** Which server it asked last is no setting. */
    private static String withoutCurrent(String status) {
        return String.join("\n", status.lines().filter(line -> !line.contains("Current DNS Server")).map(String::strip).toList());
    }
}

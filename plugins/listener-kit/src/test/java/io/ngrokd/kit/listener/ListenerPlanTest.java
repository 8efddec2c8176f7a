package io.ngrokd.kit.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.event.Change;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ListenerPlanTest {

    private static final InetAddress ONE = InetAddress.ofLiteral("10.107.0.2");
    private static final InetAddress ALL = InetAddress.ofLiteral("0.0.0.0");

    @TempDir
    private Path proc;

    @Test
    void whatIsMissingComesAndWhatIsTooManyGoes() {
        assertEquals(List.of("REMOVE 10.107.0.2:81", "ADD 10.107.0.2:80"),
                lines(holding(Map.of()), List.of(listener("a", ONE, 80)), Map.of("b", at("b", ONE, 81, 81))));
    }

    @Test
    void whatAcceptsAsWantedStays() {
        assertEquals(List.of(), lines(holding(Map.of()), List.of(listener("a", ONE, 80)), Map.of("a", at("a", ONE, 80, 80))));
    }

    @Test
    void aPortThatSomebodyHasIsReplacedByOneThatNobodyHasOrWants() {
        PortHolders holders = holding(Map.of(80, "nginx (pid 812)", 9080, "another (pid 7)"));
        List<Change> changes = plan(holders).compare(List.of(listener("a", ALL, 80), listener("b", ALL, 9081)), Map.of());
        assertEquals("0.0.0.0:9082", changes.getFirst().line());
        assertEquals(Optional.of("port 80 of 0.0.0.0 is held by nginx (pid 812); 9082 until it is free"), changes.getFirst().note());
        assertEquals("0.0.0.0:9081", changes.getLast().line());
    }

    @Test
    void aPortOfOurOwnIsNoObstacle() {
        assertEquals(List.of("ADD 10.107.0.2:80"),
                lines(holding(Map.of(80, PortHolders.OURSELVES + " (pid 1)")), List.of(listener("a", ONE, 80)), Map.of()));
    }

    @Test
    void itMovesBackToItsPortOnlyWhenThatIsSeenToBeFree() {
        Map<String, ListenerPlan.At> elsewhere = Map.of("a", at("a", ALL, 80, 9080));
        assertEquals(List.of("REMOVE 0.0.0.0:9080", "ADD 0.0.0.0:80"), lines(holding(Map.of()), List.of(listener("a", ALL, 80)), elsewhere));
        assertEquals(List.of(), lines(holding(Map.of(80, "nginx (pid 812)")), List.of(listener("a", ALL, 80)), elsewhere));
        PortHolders blind = new PortHolders() {
            @Override
            public Optional<String> holder(InetAddress address, int port) {
                return Optional.empty();
            }

            @Override
            public boolean canTell() {
                return false;
            }
        };
        assertEquals(List.of(), lines(blind, List.of(listener("a", ALL, 80)), elsewhere));
    }

    @Test
    void aLowPortWithoutThePrivilegeCannotBeHad() throws Exception {
        rights("0000000000000000");
        Change blocked = plan(holding(Map.of())).compare(List.of(listener("a", ONE, 80)), Map.of()).getFirst();
        assertEquals(Change.Action.BLOCKED, blocked.action());
        assertTrue(blocked.note().orElseThrow().contains("needs a privilege"), blocked.toString());
        assertEquals(List.of("ADD 10.107.0.2:8080"), lines(holding(Map.of()), List.of(listener("a", ONE, 8080)), Map.of()));
    }

    @Test
    void whetherLowPortsAreForbiddenStandsInProc() throws Exception {
        assertFalse(LowPorts.in(proc).isForbidden(80), "where nothing is told, nothing is forbidden");
        rights("0000000000000400");
        assertFalse(LowPorts.in(proc).isForbidden(80));
        rights("00000000fffffbff");
        assertTrue(LowPorts.in(proc).isForbidden(1023));
        Files.createDirectories(proc.resolve("sys/net/ipv4"));
        Files.writeString(proc.resolve("sys/net/ipv4/ip_unprivileged_port_start"), "53\n");
        assertFalse(LowPorts.in(proc).isForbidden(80));
        assertTrue(LowPorts.in(proc).isForbidden(52));
    }

    /** A file of the kernel's is another thing than a file: it can be read in one go only. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatTheKernelSaysIsReadToItsEnd() throws Exception {
        Process cat = new ProcessBuilder("cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start").start();
        int first = Integer.parseInt(new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
        assertEquals(first, LowPorts.ofThisSystem().firstFree());
    }

    private void rights(String effective) throws Exception {
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/status"), "Name:\tjava\nCapEff:\t" + effective + "\n");
    }

    private List<String> lines(PortHolders holders, List<Listener> wanted, Map<String, ListenerPlan.At> accepting) {
        return plan(holders).compare(wanted, accepting).stream().map(change -> change.action() + " " + change.line()).toList();
    }

    private ListenerPlan plan(PortHolders holders) {
        return new ListenerPlan(holders, LowPorts.in(proc), port -> port < 9000 ? 9080 : port + 1);
    }

    private static PortHolders holding(Map<Integer, String> holders) {
        return (_, port) -> Optional.ofNullable(holders.get(port));
    }

    private static Listener listener(String id, InetAddress address, int port) {
        return new Listener(id, address, port, new TreeSet<EndpointKey>());
    }

    private static ListenerPlan.At at(String id, InetAddress address, int wanted, int port) {
        return new ListenerPlan.At(listener(id, address, wanted), new InetSocketAddress(address, port));
    }
}

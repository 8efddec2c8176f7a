package io.ngrokd.plugin.dns.resolved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.kit.system.Repairs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real one does not do on request: to fail at a certain command, and the death of a process between two of them. */
class SystemdResolvedTest {

    private static final Optional<String> OURS = Optional.of("ngrokd0");

    @TempDir
    private Path folder;

    private final List<String> entries = new ArrayList<>();
    private final Journal journal = new Journal() {
        @Override
        public void record(String entry) {
            entries.add(entry);
        }

        @Override
        public void forget(String entry) {
            entries.remove(entry);
        }

        @Override
        public List<String> entries() {
            return List.copyOf(entries);
        }
    };
    private Instant now = Instant.parse("2026-11-22T05:00:00Z");
    private FakeResolved system;
    private SystemdResolved strategy;

    @BeforeEach
    void start() throws Exception {
        system = new FakeResolved(folder);
        strategy = newProcess();
    }

    @Test
    void theServerIsNamedAfterItsDomains() throws Exception {
        apply(OURS, "b.example", "a.example", "x.a.example");
        assertEquals(List.of("resolvectl default-route ngrokd0 no", "resolvectl llmnr ngrokd0 no", "resolvectl mdns ngrokd0 no",
                "resolvectl dnssec ngrokd0 no", "resolvectl dnsovertls ngrokd0 no", "resolvectl domain ngrokd0 ~a.example ~b.example",
                "resolvectl dns ngrokd0 127.0.0.1:5300"), system.changes);
        system.changes.clear();
        apply(OURS, "a.example");
        assertEquals(List.of("resolvectl domain ngrokd0 ~a.example"), system.changes);
    }

    @Test
    void aProcessMayDieAfterEachChange() throws Exception {
        for (Optional<String> link : List.of(OURS, Optional.<String>empty())) {
            for (int life = 0; ; life++) {
                assertTrue(life < 50);
                system.life = life;
                boolean died = false;
                try {
                    newProcess().apply(request(link, "a.example"));
                } catch (FakeResolved.Death death) {
                    died = true;
                }
                system.life = Integer.MAX_VALUE;
                newProcess().undo();
                assertEquals(Map.of("ngrokd0", Map.of()), system.links, "died after change " + life);
                assertEquals(List.of(), entries);
                if (!died) {
                    break;
                }
            }
        }
    }

    @Test
    void eachCommandMayFailAndNothingStays() throws Exception {
        for (Optional<String> link : List.of(OURS, Optional.<String>empty())) {
            newProcess().apply(request(link, "a.example"));
            List<String> commands = List.copyOf(system.changes);
            newProcess().undo();
            system.changes.clear();
            for (String command : commands) {
                system.failing = command;
                system.words = "it is broken";
                boolean unimportant = command.matches("resolvectl (llmnr|mdns|dnssec|dnsovertls) .*");
                if (unimportant) {
                    newProcess().apply(request(link, "a.example"));
                    newProcess().undo();
                } else {
                    StageException refused = assertThrows(StageException.class, () -> newProcess().apply(request(link, "a.example")));
                    assertTrue(refused.getMessage().contains("it is broken"), refused.getMessage());
                }
                assertEquals(Map.of("ngrokd0", Map.of()), system.links, command);
                assertEquals(List.of(), entries, command);
                system.failing = "none";
            }
            system.changes.clear();
        }
    }

    @Test
    void refusalsSayTheMend() {
        assertRefused("resolvectl default-route", "Failed to set default route configuration: Access denied", FailureCode.PERMISSION_DENIED,
                "run it as root");
        assertRefused("resolvectl dns", "", FailureCode.TIMEOUT, "systemctl status systemd-resolved");
        system.links.clear();
        assertRefused("ip link add", "RTNETLINK answers: Operation not permitted", FailureCode.PERMISSION_DENIED, "as root");
        assertRefused("ip link add", "Error: Unknown device type.", FailureCode.UNSUPPORTED, "modprobe dummy");
    }

    @Test
    void whatCannotBeUndoneStaysInTheJournal() throws Exception {
        apply(OURS, "a.example");
        system.failing = "resolvectl revert";
        system.words = "no";
        assertThrows(StageException.class, strategy::undo);
        assertEquals(List.of("routing ngrokd0"), entries);
        system.failing = "none";
        strategy.undo();
        assertEquals(List.of(), entries);
    }

    @Test
    void aFightIsLeftAloneAtLastAndTakenUpAgainAfterAnHour() throws Exception {
        apply(OURS, "a.example");
        for (int round = 0; round < 3; round++) {
            system.links.get("ngrokd0").clear();
            assertEquals(Map.of(), apply(OURS, "a.example").failed());
        }
        system.links.get("ngrokd0").clear();
        ResolverReply left = apply(OURS, "a.example");
        assertEquals(Set.of("a.example"), left.failed().keySet());
        assertTrue(left.warning().orElseThrow().contains("nmcli device set ngrokd0 managed no"));
        assertEquals(Map.of(), system.links.get("ngrokd0"));
        now = now.plusSeconds(3601);
        assertEquals(ResolverReply.complete(), apply(OURS, "a.example"));
    }

    @Test
    void settingsOfSomebodyElseOnAnInterfaceAreNotReplaced() throws Exception {
        system.links.get("ngrokd0").put("dns", "192.0.2.53");
        apply(OURS, "a.example");
        assertEquals(Map.of("dns", "192.0.2.53"), system.links.get("ngrokd0"));
        assertEquals("127.0.0.1:5300", system.links.get("ngrokd-dns").get("dns"));
        newProcess().undo();
        assertEquals(Map.of("ngrokd0", Map.of("dns", "192.0.2.53")), system.links);
    }

    private void assertRefused(String failing, String words, FailureCode code, String mend) {
        system.failing = failing;
        system.words = words;
        StageException refused = assertThrows(StageException.class, () -> newProcess().apply(request(OURS, "a.example")));
        assertEquals(code, refused.code());
        assertTrue(refused.getMessage().contains(mend), refused.getMessage());
    }

    private ResolverReply apply(Optional<String> link, String... domains) throws StageException {
        return strategy.apply(request(link, domains));
    }

    private static ResolverRequest request(Optional<String> link, String... domains) {
        return new ResolverRequest(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5300), new TreeSet<>(Set.of(domains)), link);
    }

    private SystemdResolved newProcess() {
        ResolvedJournal own = new ResolvedJournal(journal);
        return new SystemdResolved(system.root(), own, new Resolvectl(system.root(), system), system,
                new OwnLink(system.root(), system, system, own), new Repairs(() -> now));
    }
}

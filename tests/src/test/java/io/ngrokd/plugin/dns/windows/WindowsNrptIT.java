package io.ngrokd.plugin.dns.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.contract.FakeJournal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only Windows has: rules of others, Group Policy, administrators, a cache. */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class WindowsNrptIT {

    private static final InetSocketAddress OURS = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 53);

    @TempDir
    private Path root;

    private final FakeJournal journal = FakeJournal.inMemory();
    private FakeWindows windows;
    private DnsStrategy strategy;

    @BeforeEach
    void start() throws Exception {
        windows = FakeWindows.in(root);
        strategy = newProcess();
    }

    @Test
    void onAnotherSystemItSaysSo() throws Exception {
        Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        Availability availability = new WindowsNrptFactory().probe(new WindowsMachine.Context(null, journal, elsewhere));
        assertFalse(availability.available());
        assertTrue(availability.reason().contains("powershell.exe"), availability.reason());
        assertFalse(new WindowsNrptFactory().probe(new WindowsMachine.Context(null, journal, Path.of("/"))).available(),
                "the machine of the tests");
        Files.delete(windows.root().resolve("Windows/System32/WindowsPowerShell/v1.0/Modules/DnsClient"));
        assertTrue(new WindowsNrptFactory().probe(new WindowsMachine.Context(null, journal, windows.root())).reason()
                .contains("DnsClient"));
    }

    @Test
    void aRuleIsForTheNameAndForAllBelowIt() throws Exception {
        apply("api.myapp", "intranet");
        assertEquals(Set.of(".api.myapp,api.myapp", ".intranet"), namespaces());
        assertEquals(Optional.of(OURS), windows.serverFor("api.myapp"));
        assertEquals(Optional.of(OURS), windows.serverFor("x.api.myapp"));
        assertEquals(Optional.of(OURS), windows.serverFor("web.intranet"));
        assertEquals(Optional.empty(), windows.serverFor("intranet.example.com"),
                "'intranet' as a namespace would take all that begins so");
        for (Map<String, String> rule : windows.rules().all()) {
            assertEquals("ngrokd", rule.get("Comment"));
            assertEquals("127.0.0.1", rule.get("NameServers"));
        }
    }

    @Test
    void rulesOfOthersStay() throws Exception {
        String theirs = windows.rules().add(".API.myapp", "10.0.0.53", "company VPN");
        windows.rules().add(".", "10.0.0.54", "");
        ResolverReply reply = apply("api.myapp", "web.example.com");
        assertEquals(Set.of("api.myapp"), reply.failed().keySet());
        assertTrue(reply.failed().get("api.myapp").message().contains(theirs), reply.toString());
        assertTrue(reply.failed().get("api.myapp").message().contains("company VPN"), reply.toString());
        assertEquals(Optional.of(OURS), windows.serverFor("web.example.com"), "a rule for everything is no rule for ours");
        newProcess().undo();
        assertEquals(Set.of(".API.myapp", "."), namespaces());
    }

    @Test
    void groupPolicyMakesOurRulesUselessAndThatIsSaid() throws Exception {
        windows.joinsADomainWithPolicies();
        StageException refused = assertThrows(StageException.class, () -> apply("api.myapp"));
        assertEquals(FailureCode.UNSUPPORTED, refused.code());
        assertTrue(refused.getMessage().contains("Group Policy") && refused.getMessage().contains("DnsPolicyConfig"), refused.getMessage());
        assertEquals(Set.of(), namespaces());
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void whoIsNoAdministratorIsToldSoInAnyLanguage() throws Exception {
        windows.takesAdministratorAway();
        StageException refused = assertThrows(StageException.class, () -> apply("api.myapp"));
        assertEquals(FailureCode.PERMISSION_DENIED, refused.code());
        assertTrue(refused.getMessage().contains("administrator"), refused.getMessage());
    }

    @Test
    void aServerThatMovesTakesItsRulesAlong() throws Exception {
        apply("api.myapp", "web.example.com");
        InetSocketAddress other = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.9"), 53);
        strategy.apply(new ResolverRequest(other, new TreeSet<>(Set.of("api.myapp", "web.example.com")), Optional.empty()));
        assertEquals(Optional.of(other), windows.serverFor("api.myapp"));
        assertEquals(Optional.of(other), windows.serverFor("web.example.com"));
        assertEquals(2, windows.rules().all().size());
    }

    @Test
    void theCacheIsEmptiedAfterEachChangeAndOnlyThen() throws Exception {
        apply("api.myapp");
        apply("api.myapp");
        assertEquals(1, windows.flushes());
        strategy.undo();
        strategy.undo();
        assertEquals(2, windows.flushes());
    }

    @Test
    void whatWindowsCannotLookUpFailsAloneAndNeverReachesAScript() throws Exception {
        ResolverReply reply = apply("api.myapp", "a'; Remove-Item x; '", "a b.example", "\u2019.example", "x".repeat(64) + ".example");
        assertEquals(4, reply.failed().size(), reply.toString());
        assertEquals(Set.of(".api.myapp,api.myapp"), namespaces());
    }

    @Test
    void listsAreReadHoweverPowerShellWritesThem() throws Exception {
        windows.wrapsArrays();
        apply("api.myapp");
        apply("api.myapp");
        assertEquals(1, windows.flushes(), "it recognises its rule");
        newProcess().undo();
        assertEquals(Set.of(), namespaces());
    }

    @Test
    void serversAreThoseOfConnectedInterfacesBestFirst() throws Exception {
        windows.rules().set("interfaces", "12 50\n12 40\n5 25\n1 75\n");
        windows.rules().set("servers", "12 192.0.2.1 192.0.2.2\n5 127.0.0.1 2001:db8::5\n5 192.0.2.2\n9 192.0.2.99\n1 fec0:0:0:ffff::1\n");
        // Slow machines take longer than a caller waits; the answer is there for the next one.
        List<InetSocketAddress> servers = List.of();
        for (int i = 0; i < 30 && servers.isEmpty(); i++) {
            servers = strategy.upstreams();
        }
        assertEquals(List.of("127.0.0.1", "2001:db8:0:0:0:0:0:5", "192.0.2.2", "192.0.2.1"),
                servers.stream().map(each -> each.getAddress().getHostAddress()).toList());
        apply("api.myapp");
        assertFalse(strategy.upstreams().contains(OURS), "never our own");
    }

    private ResolverReply apply(String... domains) throws StageException {
        return strategy.apply(new ResolverRequest(OURS, new TreeSet<>(Set.of(domains)), Optional.empty()));
    }

    private Set<String> namespaces() throws Exception {
        Set<String> namespaces = new TreeSet<>();
        windows.rules().all().forEach(rule -> namespaces.add(rule.get("Namespace")));
        return namespaces;
    }

    private DnsStrategy newProcess() {
        return new WindowsNrptFactory().create(new WindowsMachine.Context(null, journal, windows.root()));
    }
}

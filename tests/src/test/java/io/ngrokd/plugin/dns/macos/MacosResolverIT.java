package io.ngrokd.plugin.dns.macos;

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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only macOS has: files of others, its caches, its own words about its servers. */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class MacosResolverIT {

    private static final InetSocketAddress OURS = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 53);

    @TempDir
    private Path root;

    private final FakeJournal journal = FakeJournal.inMemory();
    private FakeMac mac;
    private DnsStrategy strategy;

    @BeforeEach
    void start() throws Exception {
        mac = FakeMac.in(root);
        strategy = newProcess();
    }

    @Test
    void onAnotherSystemItSaysSo() throws Exception {
        Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        Availability availability = new MacosResolverFactory().probe(new MacMachine.Context(null, journal, elsewhere));
        assertFalse(availability.available());
        assertTrue(availability.reason().contains("not macOS"), availability.reason());
        assertFalse(new MacosResolverFactory().probe(new MacMachine.Context(null, journal, Path.of("/"))).available(),
                "the machine of the tests");
    }

    @Test
    void aFileSaysWhatTheManualPageAsksFor() throws Exception {
        apply("api.myapp");
        assertEquals("""
                # Made by ngrokd, which keeps this file as it is and deletes it when it ends.
                nameserver 127.0.0.1
                port 53
                search_order 1
                timeout 5
                """, Files.readString(mac.folder().resolve("api.myapp")));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(mac.folder().resolve("api.myapp"))));
    }

    @Test
    void filesOfOthersStay() throws Exception {
        String theirs = "nameserver 10.0.0.53\n";
        Path file = mac.others("api.myapp", theirs);
        Path other = mac.others("Company", "domain Web.Example.com\nnameserver 10.0.0.53\n");
        ResolverReply reply = apply("api.myapp", "web.example.com", "new.example.com");
        assertEquals(Set.of("api.myapp", "web.example.com"), reply.failed().keySet());
        assertTrue(reply.failed().get("api.myapp").message().contains(file.toString()), reply.toString());
        assertTrue(reply.failed().get("web.example.com").message().contains(other.toString()), reply.toString());
        assertEquals(theirs, Files.readString(file));
        assertEquals("10.0.0.53", mac.serverFor("x.api.myapp").orElseThrow().getAddress().getHostAddress());
        assertEquals(Optional.of(OURS), mac.serverFor("new.example.com"));
        newProcess().undo();
        assertEquals(theirs, Files.readString(file));
        assertEquals(Optional.empty(), mac.serverFor("new.example.com"));
        assertTrue(Files.exists(mac.folder()), "it was there before us");
    }

    @Test
    void aFileOfOursThatSomebodyMadeHisOwnStays() throws Exception {
        apply("api.myapp", "web.example.com");
        Path taken = Files.writeString(mac.folder().resolve("api.myapp"), "nameserver 10.0.0.53\n");
        assertEquals(Set.of("api.myapp"), apply("api.myapp", "web.example.com").failed().keySet());
        strategy.undo();
        assertEquals("nameserver 10.0.0.53\n", Files.readString(taken));
        assertFalse(Files.exists(mac.folder().resolve("web.example.com")));
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void aWiderFileOfOthersIsPassedBy() throws Exception {
        mac.others("b.example.com", "nameserver 10.0.0.53\n");
        assertEquals(Set.of(), apply("example.com", "a.b.example.com").failed().keySet());
        assertEquals(Optional.of(OURS), mac.serverFor("example.com"));
        assertEquals(Optional.of(OURS), mac.serverFor("a.b.example.com"), "theirs is nearer than example.com, so it has a file of its own");
        assertEquals("10.0.0.53", mac.serverFor("c.b.example.com").orElseThrow().getAddress().getHostAddress());
    }

    @Test
    void whatMacosCannotLookUpFailsAlone() throws Exception {
        ResolverReply reply = apply("api.myapp", "local", "a/b", "..", "x y", "-a.example", "x".repeat(64) + ".example");
        assertEquals(6, reply.failed().size(), reply.toString());
        assertTrue(reply.failed().values().stream().allMatch(failure -> failure.code() == FailureCode.REFUSED), reply.toString());
        try (var files = Files.list(mac.folder())) {
            assertEquals(List.of(mac.folder().resolve("api.myapp")), files.toList());
        }
        assertFalse(Files.exists(mac.root().resolve("etc/a")));
    }

    @Test
    void theCachesAreEmptiedAfterEachChangeAndOnlyThen() throws Exception {
        apply("api.myapp", "web.example.com");
        assertEquals(List.of("directory", "responder"), mac.flushed());
        apply("api.myapp", "web.example.com");
        assertEquals(List.of(), mac.flushed());
        apply("api.myapp");
        assertEquals(List.of("directory", "responder"), mac.flushed());
        strategy.undo();
        assertEquals(List.of("directory", "responder"), mac.flushed());
        strategy.undo();
        assertEquals(List.of(), mac.flushed());
    }

    @Test
    void aCacheThatStaysIsAWarningAndNoFailure() throws Exception {
        mac.killallIsDenied();
        ResolverReply reply = apply("api.myapp");
        assertEquals(Set.of(), reply.failed().keySet());
        assertTrue(reply.warning().orElseThrow().contains("Operation not permitted"), reply.toString());
        assertEquals(Optional.of(OURS), mac.serverFor("api.myapp"));
    }

    @Test
    void theServersAreThoseOfTheFirstResolverAlone() throws Exception {
        mac.says("""
                DNS configuration

                resolver #1
                  search domain[0] : test
                  nameserver[0] : 127.0.0.1
                  nameserver[1] : 192.0.2.7
                  if_index : 4 (en0)
                  flags    : Request A records
                  reach    : 0x00000002 (Reachable)

                resolver #2
                  domain   : api.myapp
                  nameserver[0] : 127.0.0.9
                  port     : 5355

                DNS configuration (for scoped queries)

                resolver #1
                  nameserver[0] : 192.0.2.8
                  if_index : 4 (en0)
                  flags    : Scoped, Request A records
                """);
        InetSocketAddress theirs = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 53);
        assertEquals(List.of(OURS, theirs), strategy.upstreams());
        apply("api.myapp");
        assertEquals(List.of(theirs), strategy.upstreams(), "never our own");
        mac.says("No DNS configuration available\n");
        assertEquals(List.of(), strategy.upstreams());
        mac.says("what is this\n");
        assertEquals(List.of(), strategy.upstreams());
    }

    @Test
    void aServerThatListensEverywhereIsRefused() {
        ResolverRequest request = new ResolverRequest(new InetSocketAddress("0.0.0.0", 53), new TreeSet<>(Set.of("api.myapp")),
                Optional.empty());
        assertEquals(FailureCode.REFUSED, assertThrows(StageException.class, () -> strategy.apply(request)).code());
    }

    @Test
    void nobodyEverSeesHalfAFileOrATemporaryOne() throws Exception {
        apply("api.myapp");
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int port = 1000; port < 1050; port++) {
                try {
                    strategy.apply(new ResolverRequest(new InetSocketAddress(OURS.getAddress(), port), new TreeSet<>(Set.of("api.myapp")),
                            Optional.empty()));
                } catch (StageException failure) {
                    throw new AssertionError(failure);
                }
            }
        });
        try {
            while (writer.isAlive()) {
                assertTrue(mac.serverFor("api.myapp").isPresent());
                try (var files = Files.list(mac.folder())) {
                    assertEquals(List.of(mac.folder().resolve("api.myapp")), files.toList());
                }
            }
        } finally {
            writer.join();
        }
        assertEquals(1049, mac.serverFor("api.myapp").orElseThrow().getPort());
    }

    private ResolverReply apply(String... domains) throws StageException {
        return strategy.apply(new ResolverRequest(OURS, new TreeSet<>(Set.of(domains)), Optional.empty()));
    }

    private DnsStrategy newProcess() {
        return new MacosResolverFactory().create(new MacMachine.Context(null, journal, mac.root()));
    }
}

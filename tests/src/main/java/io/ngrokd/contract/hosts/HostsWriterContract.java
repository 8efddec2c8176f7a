package io.ngrokd.contract.hosts;

import static io.ngrokd.contract.hosts.Given.age;
import static io.ngrokd.contract.hosts.Given.names;
import static io.ngrokd.contract.hosts.Given.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.Finding;
import io.ngrokd.api.spi.HostsWriter;
import io.ngrokd.api.spi.HostsWriterFactory;
import io.ngrokd.contract.FakeJournal;
import io.ngrokd.contract.Plans;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link HostsWriter} must do to an ordinary file. Extend it in your plugin's tests and return your factory,
 * which needs a public constructor without parameters:
 *
 * <pre>{@code
 * class MyWriterContractTest extends HostsWriterContract {
 *     protected HostsWriterFactory factory() {
 *         return new MyWriterFactory();
 *     }
 * }
 * }</pre>
 *
 * <p>It works in temporary folders and never looks at the system's hosts file. {@link HostsWriterMountContract} goes
 * on with file systems that resist.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
public abstract class HostsWriterContract {

    private static final NamesRequest NONE = new NamesRequest(new TreeMap<>());
    private static final NamesRequest NAMES = names(Map.of(
            "web.example.com", List.of("10.107.0.3", "10.107.0.2"), "api.myapp", List.of("10.107.0.4")));
    private static final String SECTION = """
            # BEGIN ngrokd managed section
            10.107.0.4\tapi.myapp
            10.107.0.2\tweb.example.com
            10.107.0.3\tweb.example.com
            # END ngrokd managed section
            """;

    @TempDir
    private Path folder;

    private final FakeJournal journal = FakeJournal.inMemory();
    private Vertx vertx;
    private Path hosts;
    private HostsWriter writer;

    /** The factory under test. */
    protected abstract HostsWriterFactory factory();

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        hosts = folder.resolve("hosts");
        writer = writer(hosts);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(60, TimeUnit.SECONDS);
    }

    @Test
    void saysWhereItWrites() {
        assertEquals(hosts.toString(), writer.description());
    }

    @Test
    void writesTheNamesSortedBehindWhatIsThere() throws Exception {
        write(hosts, "127.0.0.1 localhost\n");
        assertEquals(Map.of(), writer.apply(NAMES).failed());
        assertEquals("127.0.0.1 localhost\n" + SECTION, Files.readString(hosts));
        writer.apply(names(Map.of("b.example", List.of("fd00::1"))));
        assertEquals("""
                127.0.0.1 localhost
                # BEGIN ngrokd managed section
                fd00:0:0:0:0:0:0:1\tb.example
                # END ngrokd managed section
                """, Files.readString(hosts));
    }

    @Test
    void seesWhatItWroteIfItCanTell() throws Exception {
        InetAddress address = InetAddress.ofLiteral("10.107.0.4");
        writer.apply(NAMES);
        assertTrue(writer.inspect("api.myapp", address).map(Finding::good).orElse(true));
        writer.undo();
        assertFalse(writer.inspect("api.myapp", address).map(Finding::good).orElse(false));
    }

    @Test
    void writesNothingWhenNothingChanged() throws Exception {
        write(hosts, "127.0.0.1 localhost\n");
        writer.apply(NAMES);
        FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(hosts, longAgo);
        Object key = Files.readAttributes(hosts, BasicFileAttributes.class).fileKey();
        writer.apply(NAMES);
        writer(hosts).apply(NAMES);
        BasicFileAttributes after = Files.readAttributes(hosts, BasicFileAttributes.class);
        assertEquals(longAgo, after.lastModifiedTime());
        assertEquals(key, after.fileKey());
        assertAlone();
    }

    @Test
    void aPlanSaysWhatWouldChangeAndChangesNothing() throws Exception {
        write(hosts, "127.0.0.1 localhost\n");
        Plans.assertSomething(writer.plan(PlanRequest.of(NAMES)));
        assertEquals("127.0.0.1 localhost\n", Files.readString(hosts));
        writer.apply(NAMES);
        Plans.assertNothing(writer.plan(PlanRequest.of(NAMES)));
        Plans.assertSomething(writer.plan(PlanRequest.undo()));
        assertEquals("127.0.0.1 localhost\n" + SECTION, Files.readString(hosts));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "127.0.0.1 localhost", "127.0.0.1 localhost\n", "127.0.0.1 localhost\r\n",
        "127.0.0.1 localhost\r\n10.0.0.1 x", "\u00ef\u00bb\u00bf127.0.0.1 localhost\n", "\u00ff\0\u0080\r\r\n\n", "x\r",
        "a\nb\r\nc", "# END ngrokd managed section\n", "10.0.0.1\tmine\n"})
    void undoGivesTheOldBytesBack(String text) throws Exception {
        byte[] before = text.getBytes(StandardCharsets.ISO_8859_1);
        Files.write(hosts, before);
        age(hosts);
        writer.apply(NAMES);
        assertFalse(Arrays.equals(before, Files.readAllBytes(hosts)));
        writer.apply(names(Map.of("other", List.of("10.107.0.9"))));
        age(hosts);
        writer(hosts).undo();
        assertArrayEquals(before, Files.readAllBytes(hosts));
        assertEquals(List.of(), journal.entries());
        writer.apply(NAMES);
        writer.apply(NONE);
        assertArrayEquals(before, Files.readAllBytes(hosts), "an empty map leaves no section");
        assertAlone();
    }

    @Test
    void lineEndsFollowTheFile() throws Exception {
        write(hosts, "127.0.0.1 localhost\r\n10.0.0.1 x\r\n");
        writer.apply(NAMES);
        assertEquals("127.0.0.1 localhost\r\n10.0.0.1 x\r\n" + SECTION.replace("\n", "\r\n"), Files.readString(hosts));
    }

    @Test
    void largeFilesAndLongLinesSurvive() throws Exception {
        byte[] before = ("0.0.0.0 blocked.example\n".repeat(450_000) + "#" + "x".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8);
        assertTrue(before.length > 10 << 20);
        Files.write(hosts, before);
        age(hosts);
        writer.apply(NAMES);
        writer.apply(NONE);
        assertArrayEquals(before, Files.readAllBytes(hosts));
    }

    @Test
    void aMissingFileIsMadeAndRemoved() throws Exception {
        writer.apply(NONE);
        assertFalse(Files.exists(hosts), "nothing to write");
        writer.apply(NAMES);
        assertEquals(SECTION, Files.readString(hosts));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(hosts)));
        age(hosts);
        writer(hosts).undo();
        assertFalse(Files.exists(hosts));
        writer.undo();
    }

    @Test
    void aFileThatWasEmptyBeforeStays() throws Exception {
        age(Files.createFile(hosts));
        writer.apply(NAMES);
        writer.undo();
        assertEquals(0, Files.size(hosts));
    }

    @Test
    void repairsWhatOthersDidAndKeepsWhatTheyAdded() throws Exception {
        write(hosts, "127.0.0.1 localhost\n");
        writer.apply(NAMES);
        write(hosts, "10.0.0.1 before\n127.0.0.1 localhost\n"
                + SECTION.replace("10.107.0.4", "6.6.6.6").replace("10.107.0.3", "# note\n10.107.0.3") + "10.0.0.2 after\n");
        writer.apply(NAMES);
        assertEquals("10.0.0.1 before\n127.0.0.1 localhost\n" + SECTION + "# note\n10.0.0.2 after\n", Files.readString(hosts));
        write(hosts, "127.0.0.1 localhost\n");
        writer.apply(NAMES);
        assertEquals("127.0.0.1 localhost\n" + SECTION, Files.readString(hosts), "the section was removed by somebody");
    }

    @Test
    void takesOverTheSectionOfTheGoDaemonAndOfCopies() throws Exception {
        write(hosts, "a\n# BEGIN ngrokd managed section\n127.0.0.2\told.example\n# END ngrokd managed section\nb\n"
                + SECTION + "c\n");
        writer.apply(NAMES);
        assertEquals("a\n" + SECTION + "b\nc\n", Files.readString(hosts));
        writer.undo();
        assertEquals("a\nb\nc\n", Files.readString(hosts));
    }

    @Test
    void removesASectionThatNoJournalKnows() throws Exception {
        write(hosts, "a\n" + SECTION + "b\n");
        writer.undo();
        assertEquals("a\nb\n", Files.readString(hosts));
    }

    @Test
    void withoutEndOnlyEntriesRightBehindBeginAreTaken() throws Exception {
        write(hosts, "a\n# BEGIN ngrokd managed section\n10.107.0.9\told\n127.0.0.1 localhost\n10.0.0.1\tmine\n");
        writer.apply(NAMES);
        assertEquals("a\n" + SECTION + "127.0.0.1 localhost\n10.0.0.1\tmine\n", Files.readString(hosts));
    }

    @Test
    void followsSymbolicLinks() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real")).resolve("file");
        write(real, "127.0.0.1 localhost\n");
        Files.createSymbolicLink(folder.resolve("middle"), Path.of("real/file"));
        Files.createSymbolicLink(hosts, folder.resolve("middle"));
        writer.apply(NAMES);
        assertTrue(Files.isSymbolicLink(hosts));
        assertEquals("127.0.0.1 localhost\n" + SECTION, Files.readString(real));
        writer.undo();
        assertTrue(Files.isSymbolicLink(hosts));
        assertEquals("127.0.0.1 localhost\n", Files.readString(real));
    }

    @Test
    void aLinkToNothingIsFollowedToo() throws Exception {
        Files.createSymbolicLink(hosts, Path.of("absent"));
        writer.apply(NAMES);
        assertTrue(Files.isSymbolicLink(hosts));
        assertEquals(SECTION, Files.readString(folder.resolve("absent")));
        writer.undo();
        assertTrue(Files.isSymbolicLink(hosts));
        assertFalse(Files.exists(hosts));
    }

    @Test
    void keepsModeAndOwner() throws Exception {
        write(hosts, "127.0.0.1 localhost\n");
        Files.setPosixFilePermissions(hosts, PosixFilePermissions.fromString("rw-rw---x"));
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) {
            Files.setAttribute(hosts, "unix:uid", 12345);
            Files.setAttribute(hosts, "unix:gid", 54321);
        }
        writer.apply(NAMES);
        assertEquals("rw-rw---x", PosixFilePermissions.toString(Files.getPosixFilePermissions(hosts)));
        if (root) {
            assertEquals(12345, Files.getAttribute(hosts, "unix:uid"));
            assertEquals(54321, Files.getAttribute(hosts, "unix:gid"));
        }
    }

    @Test
    void hardLinksStayTogether() throws Exception {
        write(hosts, "127.0.0.1 localhost\n");
        Path other = Files.createLink(folder.resolve("other"), hosts);
        writer.apply(NAMES);
        assertEquals("127.0.0.1 localhost\n" + SECTION, Files.readString(other));
        Files.delete(other);
        assertAlone();
    }

    @Test
    void undoFindsTheFileThatWasConfiguredBefore() throws Exception {
        write(hosts, "a");
        writer.apply(NAMES);
        age(hosts);
        HostsWriter elsewhere = writer(folder.resolve("elsewhere"));
        elsewhere.undo();
        assertEquals("a", Files.readString(hosts));
        assertEquals(List.of(), journal.entries());
        assertFalse(Files.exists(folder.resolve("elsewhere")));
    }

    @Test
    void nothingToUndoIsNoError() throws Exception {
        writer.undo();
        writer(folder.resolve("no/such/folder/hosts")).undo();
        write(hosts, "a");
        writer.undo();
        assertEquals("a", Files.readString(hosts));
    }

    @Test
    void illegalNamesFailAloneAndNeverReachTheFile() throws Exception {
        write(hosts, "a\n");
        NamesRequest request = names(Map.of("good", List.of("10.107.0.2"), "bad name", List.of("10.107.0.3"),
                "x\n6.6.6.6 bank.example", List.of("10.107.0.4"), "*.wild", List.of("10.107.0.5"), "a#b", List.of("10.107.0.6"),
                "a..b", List.of("10.107.0.7"), "x".repeat(64), List.of("10.107.0.8")));
        var failed = writer.apply(request).failed();
        assertEquals(6, failed.size(), failed.toString());
        assertTrue(failed.values().stream().allMatch(failure -> failure.code() == FailureCode.REFUSED), failed.toString());
        assertEquals("a\n# BEGIN ngrokd managed section\n10.107.0.2\tgood\n# END ngrokd managed section\n", Files.readString(hosts));
    }

    @Test
    void whatIsNoFileIsRefusedWithTheMend() throws Exception {
        Files.createDirectory(hosts);
        StageException refused = assertThrows(StageException.class, () -> writer.apply(NAMES));
        assertTrue(refused.getMessage().contains(hosts.toString()), refused.getMessage());
        Files.delete(hosts);
        writer.apply(NAMES);
        assertEquals(SECTION, Files.readString(hosts), "tried again");
    }

    @Test
    void aFolderThatDoesNotExistIsAnError() {
        HostsWriter nowhere = writer(folder.resolve("absent/hosts"));
        StageException failed = assertThrows(StageException.class, () -> nowhere.apply(NAMES));
        assertEquals(FailureCode.INPUT_OUTPUT, failed.code());
    }

    @Test
    void anotherProcessKilledWhileWritingLeavesAWholeFile() throws Exception {
        MountedHosts processes = new MountedHosts(factory(), folder);
        String before = "127.0.0.1 localhost\r\n10.0.0.1 no line end";
        write(hosts, before);
        for (int round = 0; round < 3; round++) {
            Process process = processes.start(hosts, "churn");
            while (process.isAlive() && !Files.readString(hosts).contains("BEGIN")) {
                Thread.sleep(5);
            }
            assertTrue(process.isAlive(), "the process could write");
            Thread.sleep(50 + 30 * round);
            process.destroyForcibly().waitFor();
            String after = Files.readString(hosts);
            assertTrue(after.startsWith(before) && after.endsWith("# END ngrokd managed section\r\n"), after);
            factory().create(new FakeHostsContext(vertx, new FileJournal(processes.journal()), hosts)).undo();
            assertEquals(before, Files.readString(hosts));
            Files.delete(processes.journal());
            assertAlone();
        }
    }

    @Test
    void aFileThatMayNotBeReadNamesTheMend() throws Exception {
        write(hosts, "a\n");
        Files.setPosixFilePermissions(hosts, PosixFilePermissions.fromString("---------"));
        if ("root".equals(System.getProperty("user.name"))) {
            // Root may read everything, and the mode stays as it was.
            writer.apply(NAMES);
            assertEquals("---------", PosixFilePermissions.toString(Files.getPosixFilePermissions(hosts)));
            return;
        }
        StageException denied = assertThrows(StageException.class, () -> writer.apply(NAMES));
        assertEquals(FailureCode.PERMISSION_DENIED, denied.code());
        assertTrue(denied.getMessage().contains("NGROKD_HOSTS_PATH"), denied.getMessage());
    }

    private HostsWriter writer(Path file) {
        FakeHostsContext context = new FakeHostsContext(vertx, journal, file);
        assertTrue(factory().probe(context).available());
        return factory().create(context);
    }

    private void assertAlone() throws IOException {
        try (var files = Files.list(folder)) {
            assertEquals(List.of(hosts), files.toList(), "nothing is left beside the file");
        }
    }
}

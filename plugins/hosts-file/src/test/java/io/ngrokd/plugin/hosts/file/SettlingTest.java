package io.ngrokd.plugin.hosts.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.NamesRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another program writes the same file, in time that the test makes pass. */
class SettlingTest {

    private static final String SECTION = "# BEGIN ngrokd managed section\n10.107.0.2\ta\n# END ngrokd managed section\n";

    @TempDir
    private Path folder;

    private final List<Runnable> meanwhile = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int pauses;
    private Path hosts;
    private HostsFile writer;

    @BeforeEach
    void start() {
        hosts = folder.resolve("hosts");
        Settling settling = new Settling(() -> now, this::pass);
        writer = new HostsFile(hosts, new HostsJournal(new MemoryJournal()), settling);
    }

    @Test
    void waitsUntilASlowWriterIsDone() throws Exception {
        write("127.0.0.1 localhost\n");
        meanwhile.add(() -> write("127.0.0.1 localhost\n10.0.0.1 second\n"));
        meanwhile.add(() -> write("127.0.0.1 localhost\n10.0.0.1 second\n10.0.0.2 third\n"));
        writer.apply(names("a"));
        assertEquals("127.0.0.1 localhost\n10.0.0.1 second\n10.0.0.2 third\n" + SECTION, Files.readString(hosts));
        // Two more writes, and then the whole time of quiet.
        assertEquals(2 + Settling.QUIET.dividedBy(Duration.ofMillis(100)), pauses);
    }

    @Test
    void doesNotWaitForItselfNorForAnOldFileNorWhenNothingIsToBeWritten() throws Exception {
        write("127.0.0.1 localhost\n");
        now = now.plusSeconds(60);
        writer.apply(names("a"));
        Files.setLastModifiedTime(hosts, FileTime.from(now));
        writer.apply(names("b"));
        Files.setLastModifiedTime(hosts, FileTime.from(now));
        writer.apply(names("b"));
        writer.undo();
        assertEquals("127.0.0.1 localhost\n", Files.readString(hosts));
        assertEquals(0, pauses);
    }

    @Test
    void writesInTheEndThoughSomebodyNeverRests() throws Exception {
        write("127.0.0.1 localhost\n");
        for (int count = 0; count < 1_000; count++) {
            meanwhile.add(() -> write("127.0.0.1 localhost\n"));
        }
        writer.apply(names("a"));
        assertEquals("127.0.0.1 localhost\n" + SECTION, Files.readString(hosts));
    }

    @Test
    void undoHasNoTimeToWaitForAllOfIt() throws Exception {
        write("127.0.0.1 localhost\n");
        now = now.plusSeconds(60);
        writer.apply(names("a"));
        write("127.0.0.1 localhost\n" + SECTION + "10.0.0.1 second\n");
        writer.undo();
        assertEquals("127.0.0.1 localhost\n10.0.0.1 second\n", Files.readString(hosts));
        assertEquals(5, pauses);
    }

    @Test
    void anInterruptedWaitChangesNothing() throws Exception {
        write("127.0.0.1 localhost\n");
        meanwhile.add(Thread.currentThread()::interrupt);
        StageException stopped = Assertions.assertThrows(StageException.class, () -> writer.apply(names("a")));
        assertEquals(FailureCode.TIMEOUT, stopped.code());
        assertTrue(Thread.interrupted());
        assertEquals("127.0.0.1 localhost\n", Files.readString(hosts));
    }

    private void pass(Duration time) throws InterruptedException {
        pauses++;
        now = now.plus(time);
        if (!meanwhile.isEmpty()) {
            meanwhile.removeFirst().run();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
    }

    private void write(String text) {
        try {
            Files.writeString(hosts, text);
            Files.setLastModifiedTime(hosts, FileTime.from(now));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static NamesRequest names(String name) {
        TreeMap<String, List<InetAddress>> names = new TreeMap<>();
        names.put(name, List.of(InetAddress.ofLiteral("10.107.0.2")));
        return new NamesRequest(names);
    }
}

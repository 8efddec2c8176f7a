package io.ngrokd.plugin.hosts.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InPlaceTest {

    private static final String OLD = "127.0.0.1 localhost\n";
    private static final String NEW = "127.0.0.1 localhost\n# BEGIN\n10.0.0.1\ta\n# END\n";

    @TempDir
    private Path folder;

    private final MemoryJournal entries = new MemoryJournal();
    private final HostsJournal journal = new HostsJournal(entries);
    private Path hosts;

    @BeforeEach
    void start() {
        hosts = folder.resolve("hosts");
    }

    @Test
    void leavesNothingBehind() throws IOException {
        Files.writeString(hosts, OLD);
        assertTrue(new InPlace(journal).write(hosts, FileState.read(hosts), NEW.getBytes(StandardCharsets.UTF_8)));
        assertEquals(NEW, Files.readString(hosts));
        assertTrue(new InPlace(journal).write(hosts, FileState.read(hosts), OLD.getBytes(StandardCharsets.UTF_8)));
        assertEquals(OLD, Files.readString(hosts));
        assertOnlyHosts();
    }

    @Test
    void doesNotOverwriteWhatItHasNotSeen() throws IOException {
        Files.writeString(hosts, OLD);
        FileState seen = FileState.read(hosts);
        Files.writeString(hosts, "edited\n");
        assertFalse(new InPlace(journal).write(hosts, seen, NEW.getBytes(StandardCharsets.UTF_8)));
        assertEquals("edited\n", Files.readString(hosts));
        assertOnlyHosts();
    }

    /** A daemon killed at every byte of a write that lets the file grow. */
    @Test
    void putsRightAWriteThatWasCutShort() throws IOException {
        byte[] before = "short old line\n".repeat(3).getBytes(StandardCharsets.UTF_8);
        byte[] after = "a longer new one\n".repeat(5).getBytes(StandardCharsets.UTF_8);
        for (int written = 0; written <= before.length; written++) {
            byte[] torn = after.clone();
            System.arraycopy(before, written, torn, written, before.length - written);
            assertRecovers(before, after, torn, written == before.length ? after : before);
        }
        for (int grown = before.length; grown <= after.length; grown++) {
            byte[] torn = Arrays.copyOf(after, grown);
            System.arraycopy(before, 0, torn, 0, before.length);
            assertRecovers(before, after, torn, before);
        }
        for (int written = 0; written <= before.length; written++) {
            byte[] torn = after.clone();
            System.arraycopy(before, 0, torn, 0, written);
            assertRecovers(after, before, torn, after);
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void leavesWhatSomebodyEditedSince(boolean backupIsGone) throws IOException {
        Files.writeString(hosts, "edited by somebody\n");
        Path backup = Backup.save(hosts, OLD.getBytes(StandardCharsets.UTF_8), NEW.getBytes(StandardCharsets.UTF_8));
        journal.recordBackup(hosts, backup);
        if (backupIsGone) {
            Files.delete(backup);
        }
        new SafeFile(journal).recover(hosts);
        assertEquals("edited by somebody\n", Files.readString(hosts));
        assertOnlyHosts();
    }

    private void assertRecovers(byte[] before, byte[] after, byte[] torn, byte[] expected) throws IOException {
        Files.write(hosts, torn);
        journal.recordBackup(hosts, Backup.save(hosts, before, after));
        new SafeFile(journal).recover(hosts);
        assertEquals(new String(expected, StandardCharsets.UTF_8), Files.readString(hosts));
        assertOnlyHosts();
    }

    private void assertOnlyHosts() throws IOException {
        assertEquals(List.of(), entries.entries());
        try (var files = Files.list(folder)) {
            assertEquals(List.of(hosts), files.toList());
        }
    }
}

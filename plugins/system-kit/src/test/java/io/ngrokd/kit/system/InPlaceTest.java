package io.ngrokd.kit.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InPlaceTest {

    private static final String OLD = "127.0.0.1 localhost\n";
    private static final String NEW = "127.0.0.1 localhost\n# BEGIN\n10.0.0.1\ta\n# END\n";

    @TempDir
    private Path folder;

    private final MemoryJournal entries = new MemoryJournal();
    private final WriteJournal journal = new WriteJournal(entries);
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
        Path backup = backup(OLD.getBytes(StandardCharsets.UTF_8), NEW.getBytes(StandardCharsets.UTF_8));
        journal.recordBackup(hosts, backup);
        if (backupIsGone) {
            Files.delete(backup);
        }
        new SafeFile(journal).recover(hosts);
        assertEquals("edited by somebody\n", Files.readString(hosts));
        assertOnlyHosts();
    }

    /** Its journal was lost, or its entry was never written. */
    @Test
    void aBackupBesideTheFileIsUsedWithoutAnEntryToo() throws IOException {
        String torn = NEW.substring(0, 30) + "\0".repeat(NEW.length() - 30);
        Files.writeString(hosts, torn);
        backup(OLD.getBytes(StandardCharsets.UTF_8), NEW.getBytes(StandardCharsets.UTF_8));
        new SafeFile(journal).recover(hosts);
        assertEquals(OLD, Files.readString(hosts));
        assertOnlyHosts();
    }

    /** What a local user can do in a folder for temporary files, once it knows the name. */
    @ParameterizedTest
    @ValueSource(strings = {"readable by others", "a link", "a folder"})
    void doesNotTrustABackupThatItDidNotMake(String forgery) throws IOException {
        Files.writeString(hosts, NEW.substring(0, 30) + OLD);
        String torn = Files.readString(hosts);
        Path made = backup(torn.replace('0', '6').getBytes(StandardCharsets.UTF_8), torn.replace('1', '9').getBytes(StandardCharsets.UTF_8));
        Path elsewhere = Files.createDirectory(folder.resolve("tmp")).resolve("hosts.ngrokd-1-backup");
        switch (forgery) {
            case "a link" -> Files.createSymbolicLink(elsewhere, Files.move(made, elsewhere.resolveSibling("made")));
            case "a folder" -> Files.move(made, Files.createDirectory(elsewhere).resolve("made"));
            default -> Files.setPosixFilePermissions(Files.move(made, elsewhere), PosixFilePermissions.fromString("rw-r--r--"));
        }
        journal.recordBackup(hosts, elsewhere);
        new SafeFile(journal).recover(hosts);
        assertEquals(torn, Files.readString(hosts));
        assertTrue(Files.exists(elsewhere), "not ours to delete");
        assertEquals(List.of(), entries.entries());
    }

    @Test
    void doesNotTrustABackupOfAnotherUser() throws IOException {
        Path backup = backup(OLD.getBytes(StandardCharsets.UTF_8), NEW.getBytes(StandardCharsets.UTF_8));
        assertTrue(PrivateFile.isOurs(backup));
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(backup, "unix:uid")), "only root can give files away");
        Files.setAttribute(backup, "unix:uid", 12345);
        assertFalse(PrivateFile.isOurs(backup));
        assertThrows(FileSystemException.class, () -> Backup.load(backup));
    }

    @Test
    void aBackupIsJournaledBeforeItIsMade() throws IOException {
        Files.writeString(hosts, OLD);
        FileState seen = FileState.read(hosts);
        List<Boolean> madeBefore = new ArrayList<>();
        WriteJournal watching = new WriteJournal(new MemoryJournal() {
            @Override
            public void record(String entry) {
                super.record(entry);
                madeBefore.add(new WriteJournal(this).backup(hosts).map(Files::exists).orElseThrow());
            }
        });
        assertTrue(new InPlace(watching).write(hosts, seen, NEW.getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of(false), madeBefore);
    }

    private Path backup(byte[] before, byte[] after) throws IOException {
        Path backup = Backup.places(hosts).getFirst();
        Backup.save(backup, before, after);
        return backup;
    }

    private void assertRecovers(byte[] before, byte[] after, byte[] torn, byte[] expected) throws IOException {
        Files.write(hosts, torn);
        journal.recordBackup(hosts, backup(before, after));
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

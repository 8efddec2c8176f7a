package io.ngrokd.kernel.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.spi.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

    @TempDir
    private Path folder;

    @Test
    void oneHolderAtATime() throws Exception {
        Path state = folder.resolve("etc/ngrokd");
        try (StateFolder held = StateFolder.open(state)) {
            assertEquals(state, held.path());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(state)));
            StateException refused = assertThrows(StateException.class, () -> StateFolder.open(state));
            assertTrue(refused.getMessage().contains("(pid " + ProcessHandle.current().pid() + ")"), refused.getMessage());
        }
        StateFolder.open(state).close();
    }

    @Test
    void aFolderThatCannotBeMadeSaysTheMend() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        StateException refused = assertThrows(StateException.class, () -> StateFolder.open(file.resolve("state")));
        assertTrue(refused.getMessage().contains("set server.state_dir"), refused.getMessage());
    }

    @Test
    void theJournalOutlivesTheProcess() throws Exception {
        Path file = folder.resolve("journal.json");
        Journal first = FileJournal.open(file).of("linux-bridge");
        first.record("device ngrokd0");
        first.record("device ngrokd0");
        first.record("address 10.0.0.1");
        FileJournal second = FileJournal.open(file);
        assertEquals(Set.of("linux-bridge"), second.backends());
        assertEquals(List.of("device ngrokd0", "address 10.0.0.1"), second.of("linux-bridge").entries());
        assertEquals(List.of(), second.of("hosts-file").entries());
        second.of("linux-bridge").forget("device ngrokd0");
        second.of("linux-bridge").forget("never there");
        second.of("linux-bridge").forget("address 10.0.0.1");
        assertFalse(Files.exists(file), "nothing to undo, no journal");
    }

    @Test
    void aCorruptJournalIsSetAside() throws Exception {
        Path file = Files.writeString(folder.resolve("journal.json"), "{\"a\":");
        assertEquals(Set.of(), FileJournal.open(file).backends());
        assertTrue(Files.exists(folder.resolve("journal.json.corrupt-1")));
    }

    @Test
    void filesAreReplacedWholeAndLinksFollowed() throws Exception {
        Path file = folder.resolve("real");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        AtomicFile.write(file, "one", AtomicFile.PRIVATE);
        AtomicFile.write(link, "two", AtomicFile.PUBLIC);
        assertEquals("two", Files.readString(file));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count(), "no temporary file is left");
        }
    }
}

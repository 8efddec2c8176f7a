package io.ngrokd.kit.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeFileTest {

    private static final byte[] NEW = "new\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private final SafeFile disk = new SafeFile(new WriteJournal(new MemoryJournal()));
    private Path hosts;

    @BeforeEach
    void start() {
        hosts = folder.resolve("hosts");
    }

    @Test
    void doesNotReplaceWhatItHasNotSeen() throws IOException {
        Files.writeString(hosts, "old\n");
        FileState seen = FileState.read(hosts);
        Files.writeString(hosts, "edited\n");
        assertFalse(disk.replace(hosts, seen, NEW));
        assertFalse(disk.delete(hosts, seen));
        assertEquals("edited\n", Files.readString(hosts));

        seen = FileState.read(hosts);
        Files.move(Files.writeString(folder.resolve("twin"), "edited\n"), hosts, StandardCopyOption.REPLACE_EXISTING);
        assertFalse(disk.replace(hosts, seen, NEW), "the same bytes in another file");
        assertTrue(disk.replace(hosts, FileState.read(hosts), NEW));
        assertEquals("new\n", Files.readString(hosts));
        assertEquals(List.of("hosts"), names());
    }

    @Test
    void doesNotReplaceAFileThatAppeared() throws IOException {
        FileState seen = FileState.read(hosts);
        Files.writeString(hosts, "appeared\n");
        assertFalse(disk.replace(hosts, seen, NEW));
        assertEquals("appeared\n", Files.readString(hosts));
    }

    @Test
    void removesOnlyWhatBearsOurMark() throws IOException {
        for (String name : List.of("hosts", "hosts.ngrokd-0123", "hosts.ngrokd-4567-backup", "hosts.bak", "hosts.ngrokd",
                "other.ngrokd-0123", ".hosts.swp")) {
            Files.createFile(folder.resolve(name));
        }
        disk.recover(hosts);
        assertEquals(List.of(".hosts.swp", "hosts", "hosts.bak", "hosts.ngrokd", "other.ngrokd-0123"), names());
    }

    @Test
    void whatIsNoFileBesideItDisturbsNothing() throws IOException {
        Files.writeString(hosts, "old\n");
        Files.createDirectories(folder.resolve("hosts.ngrokd-x/somebody's"));
        Files.createDirectory(folder.resolve("hosts.ngrokd-y-backup"));
        Files.createSymbolicLink(folder.resolve("hosts.ngrokd-z"), hosts);
        Files.createFile(folder.resolve("hosts.ngrokd-0123"));
        disk.recover(hosts);
        assertEquals(List.of("hosts", "hosts.ngrokd-x", "hosts.ngrokd-y-backup", "hosts.ngrokd-z"), names());
    }

    @Test
    void newFilesAreOursAloneUntilTheyAreWhole() throws IOException {
        Path made = PrivateFile.create(folder.resolve("hosts.ngrokd-0123"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
        assertTrue(PrivateFile.isOurs(made));
        assertThrows(FileAlreadyExistsException.class, () -> PrivateFile.create(made));
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

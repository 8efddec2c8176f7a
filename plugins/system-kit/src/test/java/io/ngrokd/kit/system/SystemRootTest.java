package io.ngrokd.kit.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemRootTest {

    @TempDir
    private Path folder;

    private SystemRoot root;

    @BeforeEach
    void start() throws Exception {
        root = new SystemRoot(folder);
        Files.createDirectories(folder.resolve("etc"));
        Files.createDirectories(folder.resolve("run/x"));
    }

    @Test
    void linksLeadToWhereTheSystemSeesThem() throws Exception {
        link("var/run", "/run");
        link("etc/absolute", "/var/run/x/file");
        link("etc/relative", "../run/x/file");
        link("etc/above", "../../../run/x/file");
        for (String name : new String[] {"/etc/absolute", "/etc/relative", "/etc/above", "/var/run/x/file", "//etc/./absolute"}) {
            assertEquals(folder.resolve("run/x/file"), root.real(name), name);
        }
        assertEquals("/run/x/file", root.name(root.real("/etc/absolute")));
        assertEquals(folder.resolve("etc/none"), root.real("/etc/none"));
        assertEquals(Path.of("/proc"), new SystemRoot(Path.of("/")).real("/proc"));
    }

    @Test
    void linksInACircleEnd() throws Exception {
        link("etc/a", "b");
        link("etc/b", "/etc/a");
        assertThrows(FileSystemLoopException.class, () -> root.real("/etc/a"));
    }

    @Test
    void programsAreFoundWhereTheSystemHasThem() throws Exception {
        assertEquals(Optional.empty(), root.program("tool"));
        Path real = Files.createFile(Files.createDirectories(folder.resolve("usr/bin")).resolve("other"));
        link("usr/sbin/tool", "/usr/bin/other");
        assertEquals(Optional.empty(), root.program("tool"), "it cannot be run");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals(Optional.of(folder.resolve("usr/sbin/tool")), root.program("tool"));
    }

    private void link(String name, String target) throws Exception {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.createSymbolicLink(folder.resolve(name), Path.of(target));
    }
}

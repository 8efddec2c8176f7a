package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.report.Archive;
import io.ngrokd.ctl.report.Findings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where lists say who may read a file, and not modes. */
class WindowsFilesTest {

    private FileSystem windows;
    private Path folder;

    @BeforeEach
    void open() throws IOException {
        windows = Jimfs.newFileSystem(Configuration.windows().toBuilder().setAttributeViews("basic", "owner", "dos", "acl", "user")
                .setDefaultAttributeValue("owner:owner", "ann").build());
        folder = Files.createDirectory(windows.getPath("C:\\ngrokd"));
    }

    @AfterEach
    void close() throws IOException {
        windows.close();
    }

    private static AclFileAttributeView view(Path file) {
        return Files.getFileAttributeView(file, AclFileAttributeView.class);
    }

    @Test
    void anEditedConfigKeepsItsList() throws IOException {
        Path config = Files.writeString(folder.resolve("config.yml"), "old");
        List<AclEntry> list = List.of(AclEntry.newBuilder().setType(AclEntryType.ALLOW).setPrincipal(view(config).getOwner())
                .setPermissions(AclEntryPermission.READ_DATA, AclEntryPermission.WRITE_DATA).build());
        view(config).setAcl(list);
        ReplacedFile.write(config, "new".getBytes(StandardCharsets.UTF_8));
        assertEquals("new", Files.readString(config));
        assertEquals(list, view(config).getAcl());
    }

    @Test
    void aReportIsForWhoMadeItAlone() throws IOException, CommandFailure {
        Path file = folder.resolve("report.zip");
        try (Archive archive = Archive.create(file)) {
            archive.pack("report", List.of(new Findings.Item("a.txt", "", new byte[] {1})), Instant.EPOCH);
        }
        assertEquals(List.of("ann"), view(file).getAcl().stream().map(entry -> entry.principal().getName()).toList());
    }
}

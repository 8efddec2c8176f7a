package io.ngrokd.kernel.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.ngrokd.kernel.control.http.ControlToken;
import io.ngrokd.kernel.state.AccessList;
import io.ngrokd.kernel.state.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files with secrets, and the socket, on a file system as Windows has it: no modes, and lists that a folder's files would inherit. */
class WindowsAccessTest {

    private static final String USER = System.getProperty("user.name");

    private FileSystem windows;
    private Path folder;

    @BeforeEach
    void open() throws IOException {
        windows = Jimfs.newFileSystem(Configuration.windows().toBuilder()
                .setAttributeViews("basic", "owner", "dos", "acl", "user")
                .setDefaultAttributeValue("owner:owner", USER).build());
        folder = Files.createDirectory(windows.getPath("C:\\ProgramData"));
        assertFalse(windows.supportedFileAttributeViews().contains("posix"));
    }

    @AfterEach
    void close() throws IOException {
        windows.close();
    }

    private static List<AclEntry> list(Path file) throws IOException {
        return Files.getFileAttributeView(file, AclFileAttributeView.class).getAcl();
    }

    private static Set<String> who(Path file) throws IOException {
        return list(file).stream().map(entry -> entry.principal().getName()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What everybody may read, as a file inherits it from a folder that is open. */
    private Path inheriting(String name, String content) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        UserPrincipal users = windows.getUserPrincipalLookupService().lookupPrincipalByName("BUILTIN\\Users");
        Files.getFileAttributeView(file, AclFileAttributeView.class)
                .setAcl(List.of(AclEntry.newBuilder().setType(AclEntryType.ALLOW).setPrincipal(users)
                .setPermissions(AclEntryPermission.READ_DATA).build()));
        return file;
    }

    @Test
    void aPrivateFileIsForItsUserAdministratorsAndTheSystem() throws IOException {
        Path key = folder.resolve("tls.key");
        AtomicFile.write(key, "secret", AtomicFile.PRIVATE);
        assertEquals("secret", Files.readString(key));
        assertEquals(new TreeSet<>(Set.of(USER, "BUILTIN\\Administrators", "NT AUTHORITY\\SYSTEM")), who(key));
        assertTrue(list(key).stream().allMatch(entry -> entry.type() == AclEntryType.ALLOW
                && entry.permissions().equals(EnumSet.allOf(AclEntryPermission.class))), () -> "they may do everything");
        assertTrue(AccessList.isPrivate(key));
    }

    @Test
    void aFileThatWasOpenIsPrivateOnceItIsReplaced() throws IOException {
        Path key = inheriting("pending.key", "old");
        assertFalse(AccessList.isPrivate(key));
        AtomicFile.write(key, "new", AtomicFile.PRIVATE);
        assertTrue(AccessList.isPrivate(key));
        assertFalse(who(key).contains("BUILTIN\\Users"));
    }

    @Test
    void aPublicFileKeepsWhatItInherits() throws IOException {
        Path certificate = folder.resolve("tls.crt");
        AtomicFile.write(certificate, "public", AtomicFile.PUBLIC);
        assertEquals(List.of(), list(certificate), "jimfs gives new files an empty list, and nobody touched it");
    }

    @Test
    void aTokenThatOthersCouldReadIsMadeAnew() throws IOException {
        Path file = inheriting("control.token", "ab".repeat(32) + "\n");
        ControlToken.keptIn(file);
        byte[] token = Files.readAllBytes(file);
        assertNotEquals("ab".repeat(32), new String(token, StandardCharsets.US_ASCII).strip(), "the one that was seen counts no more");
        assertTrue(AccessList.isPrivate(file));
        ControlToken.keptIn(file);
        assertArrayEquals(token, Files.readAllBytes(file), "a private one stays");
    }

    @Test
    void theSocketIsForTheGroupTooWhichMayNotChangeItsList() throws IOException {
        Path socket = Files.writeString(folder.resolve("ngrokd.sock"), "");
        new Peers(new GroupMembers()).guard(socket, false);
        assertEquals(new TreeSet<>(Set.of(USER, "BUILTIN\\Administrators", "NT AUTHORITY\\SYSTEM", "ngrokd")), who(socket));
        Set<AclEntryPermission> members = list(socket).stream().filter(entry -> entry.principal().getName().equals("ngrokd")).findFirst()
                .orElseThrow().permissions();
        assertTrue(members.containsAll(Set.of(AclEntryPermission.READ_DATA, AclEntryPermission.WRITE_DATA)), members::toString);
        assertFalse(members.contains(AclEntryPermission.WRITE_ACL) || members.contains(AclEntryPermission.WRITE_OWNER)
                || members.contains(AclEntryPermission.DELETE),
                members::toString);
    }

    @Test
    void aFolderHandsItsListDown() throws IOException {
        Path state = folder.resolve("ngrokd");
        Files.createDirectory(state);
        AccessList.keepPrivate(state);
        assertTrue(list(state).stream().allMatch(entry -> entry.flags()
                .equals(EnumSet.of(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT))));
        assertTrue(AccessList.isPrivate(state));
    }

    @Test
    void modesRuleWhereThereAreAny() throws IOException {
        assertFalse(AccessList.rules(Path.of(".").toRealPath()), "this machine has modes");
        assertTrue(AccessList.rules(folder));
    }
}

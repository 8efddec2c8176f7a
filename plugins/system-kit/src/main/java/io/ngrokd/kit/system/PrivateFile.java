package io.ngrokd.kit.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** Files that nobody but us may read or write. */
final class PrivateFile {

    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");
    private static final Path SELF = Path.of("/proc/self");

    private PrivateFile() {}

    /** Makes an empty one; the name must be free, links that point nowhere included. */
    static Path create(Path path) throws IOException {
        return Files.createFile(path, hasOwners(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWN)} : new FileAttribute<?>[0]);
    }

    /**
     * Whether it is one that we made: in a folder for temporary files anybody may have put something of that name.
     *
     * @throws java.nio.file.NoSuchFileException when there is nothing
     */
    static boolean isOurs(Path path) throws IOException {
        if (!hasOwners(path)) {
            return isRegular(path);
        }
        PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.isRegularFile() && OWN.containsAll(attributes.permissions()) && attributes.owner().equals(us(path));
    }

    /** Whether it is a file, and neither a folder nor a link to one. */
    static boolean isRegular(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isRegularFile();
    }

    private static boolean hasOwners(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** By number where the system tells it: in a container a user may have no name. */
    private static UserPrincipal us(Path path) throws IOException {
        return Files.exists(SELF) ? Files.getOwner(SELF)
                : path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(System.getProperty("user.name"));
    }
}

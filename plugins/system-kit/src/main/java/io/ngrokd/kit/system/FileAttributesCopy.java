package io.ngrokd.kit.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a new file look like the one that it replaces: mode, owner and group on Unix, the access list on Windows, and
 * user attributes where there are any.
 *
 * <p>Java cannot read SELinux labels or POSIX access lists: the new file gets what its folder gives, which for a file
 * in {@code /etc} all domains may read.
 */
final class FileAttributesCopy {

    private static final Logger LOG = LoggerFactory.getLogger(FileAttributesCopy.class);

    private FileAttributesCopy() {}

    /** @throws IOException when mode, owner or group cannot be the same */
    static void copy(Path from, Path to) throws IOException {
        PosixFileAttributeView target = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (target != null) {
            PosixFileAttributes wanted = Files.readAttributes(from, PosixFileAttributes.class);
            PosixFileAttributes actual = target.readAttributes();
            if (!actual.owner().equals(wanted.owner())) {
                target.setOwner(wanted.owner());
            }
            if (!actual.group().equals(wanted.group())) {
                target.setGroup(wanted.group());
            }
            // Last: a change of owner may take bits of the mode away.
            target.setPermissions(wanted.permissions());
        } else {
            copyAccessList(from, to);
        }
        copyUserAttributes(from, to);
    }

    /** Mode 0644, whatever the mask of this process. */
    static void makeReadableByAll(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    /** How many names the file has; 1 where the system does not say. */
    static int hardLinks(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return 1;
        }
        return (Integer) Files.getAttribute(file, "unix:nlink");
    }

    private static void copyAccessList(Path from, Path to) throws IOException {
        AclFileAttributeView source = Files.getFileAttributeView(from, AclFileAttributeView.class);
        AclFileAttributeView target = Files.getFileAttributeView(to, AclFileAttributeView.class);
        if (source != null && target != null) {
            target.setAcl(source.getAcl());
        }
    }

    private static void copyUserAttributes(Path from, Path to) {
        UserDefinedFileAttributeView source = Files.getFileAttributeView(from, UserDefinedFileAttributeView.class);
        UserDefinedFileAttributeView target = Files.getFileAttributeView(to, UserDefinedFileAttributeView.class);
        if (source == null || target == null) {
            return;
        }
        try {
            for (String name : source.list()) {
                ByteBuffer value = ByteBuffer.allocate(source.size(name));
                source.read(name, value);
                target.write(name, value.flip());
            }
        } catch (IOException unsupported) {
            LOG.debug("User attributes were not copied file={} reason={}", from, unsupported.toString());
        }
    }
}

package io.ngrokd.ctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Puts new content in a file's place at once, with the mode and the owner that it had. */
final class ReplacedFile {

    private ReplacedFile() {}

    static void write(Path link, byte[] content) throws IOException {
        Path file = Files.exists(link) ? link.toRealPath() : link;
        Path fresh = file.resolveSibling("." + file.getFileName() + ".ngrokctl-" + ProcessHandle.current().pid());
        try {
            create(fresh, file);
            Files.write(fresh, content);
            try {
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException mounted) {
                // A file that is mounted by itself, as in containers, cannot be replaced, only written.
                Files.write(file, content);
            }
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Never readable by more than the old one was; a new one only by its owner. */
    private static void create(Path fresh, Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(fresh);
            if (Files.exists(file)) {
                copyAccess(file, fresh);
            }
            return;
        }
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        if (!Files.exists(file)) {
            return;
        }
        PosixFileAttributes old = Files.readAttributes(file, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
        if (!Files.getOwner(fresh).equals(old.owner())) {
            view.setOwner(old.owner());
        }
        view.setGroup(old.group());
        view.setPermissions(Set.copyOf(old.permissions()));
    }

    /** Where lists say who may read it, as on Windows: the fresh one has the old one's, rather than what its folder hands down. */
    private static void copyAccess(Path file, Path fresh) throws IOException {
        AclFileAttributeView old = Files.getFileAttributeView(file, AclFileAttributeView.class);
        if (old != null) {
            Files.getFileAttributeView(fresh, AclFileAttributeView.class).setAcl(old.getAcl());
        }
    }
}

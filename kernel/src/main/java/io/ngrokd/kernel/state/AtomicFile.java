package io.ngrokd.kernel.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Replaces a file as a whole: after a crash it has the old content or the new one, never half of either. */
public final class AtomicFile {

    /** Only the owner reads and writes. */
    public static final String PRIVATE = "rw-------";
    /** Everybody may read. */
    public static final String PUBLIC = "rw-r--r--";

    private AtomicFile() {}

    /**
     * Writes a temporary sibling, forces it to disk and renames it over the file. A symbolic link is followed.
     *
     * @param mode as {@code ls} shows it; where access control lists count, a private file is for its owner, administrators and the system
     */
    public static void write(Path file, String content, String mode) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8), mode);
    }

    /** The same for bytes. */
    public static void write(Path file, byte[] content, String mode) throws IOException {
        Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file;
        Path temporary = target.resolveSibling("." + target.getFileName() + ".ngrokd-" + ProcessHandle.current().pid());
        try {
            writeForced(temporary, content, mode);
            rename(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
        forceFolder(target.toAbsolutePath().getParent());
    }

    private static void writeForced(Path file, byte[] content, String mode) throws IOException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        var options = EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        try (FileChannel channel = posix
                ? FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(permissions))
                : FileChannel.open(file, options)) {
            if (posix) {
                Files.setPosixFilePermissions(file, permissions);
            } else if (mode.equals(PRIVATE) && AccessList.rules(file)) {
                // While it is empty.
                AccessList.keepPrivate(file);
            }
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** Renames, atomically where that can be, over what was there. */
    public static void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException unsupported) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The rename itself must be on disk too; file systems that cannot open a folder have no need of it. */
    public static void forceFolder(Path folder) throws IOException {
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

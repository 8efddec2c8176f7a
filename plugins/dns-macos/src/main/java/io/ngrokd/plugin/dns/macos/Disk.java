package io.ngrokd.plugin.dns.macos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The changes that we make to a disk, one by one: each is made whole or not at all. */
class Disk {

    /** Makes a folder; its parent is there. */
    void makeFolder(Path folder) throws IOException {
        Files.createDirectory(folder);
    }

    /** Writes a new file that everybody may read, and waits until it is on the disk. */
    Path writeTemporary(Path folder, String prefix, String content) throws IOException {
        Path temporary = Files.createTempFile(folder, prefix, "");
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
            channel.force(true);
        } catch (IOException failure) {
            Files.deleteIfExists(temporary);
            throw failure;
        }
        return temporary;
    }

    /** Gives a file another name, over the file that has it; written anew where the two are on different file systems. */
    void replace(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException otherFileSystem) {
            Files.copy(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Gives a file a further name. Unlike a move this never takes the place of a file that somebody made in this moment.
     *
     * @throws java.nio.file.FileAlreadyExistsException when the name is taken
     */
    void link(Path temporary, Path file) throws IOException {
        Files.createLink(file, temporary);
    }

    /** Deletes a file, or a folder that is empty. */
    void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }
}

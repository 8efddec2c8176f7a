package io.ngrokd.kernel.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder with the daemon's state, held by one process at a time. Whoever holds it has a lock on {@code ngrokd.lock},
 * which the system releases when the process ends, however it ends.
 */
public final class StateFolder implements AutoCloseable {

    private static final String LOCK = "ngrokd.lock";

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private StateFolder(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Makes the folder if it is missing, proves that it can be written to, and takes hold of it.
     *
     * @throws StateException when another process holds it, with its pid; or when it cannot be used
     */
    public static StateFolder open(Path folder) throws StateException {
        try {
            if (!Files.isDirectory(folder)) {
                boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
                if (folder.getParent() != null) {
                    Files.createDirectories(folder.getParent());
                }
                if (posix) {
                    Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } else {
                    Files.createDirectory(folder);
                    if (AccessList.rules(folder)) {
                        AccessList.keepPrivate(folder);
                    }
                }
            }
            Path file = folder.resolve(LOCK);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String pid = Files.readString(file).strip();
                channel.close();
                throw new StateException("another ngrokd holds " + folder + (pid.isEmpty() ? "" : " (pid " + pid + ")")
                        + "; stop that one first, or give this one its own server.state_dir");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new StateFolder(folder, channel, lock);
        } catch (IOException unusable) {
            throw new StateException("the state folder " + folder + " cannot be used: " + describe(unusable)
                    + "; run as a user who may write there, or set server.state_dir to another folder", unusable);
        }
    }

    /** The folder itself. */
    public Path path() {
        return folder;
    }

    /** A file in the folder. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        }
    }

    private static String describe(IOException failure) {
        return failure instanceof AccessDeniedException ? "permission denied"
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}

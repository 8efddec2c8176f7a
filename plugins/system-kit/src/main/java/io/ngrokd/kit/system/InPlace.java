package io.ngrokd.kit.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into a file that cannot be replaced, under a backup.
 *
 * <p>The backup holds the old bytes and behind them the new ones, so that whoever finds it after a crash can tell a
 * write that was cut short (some of the new, then some of the old) from one that was finished, and from a file that
 * somebody has edited since. It is beside the file, or in the folder for temporary files where that is impossible.
 */
final class InPlace {

    private static final Logger LOG = LoggerFactory.getLogger(InPlace.class);

    private final WriteJournal journal;

    InPlace(WriteJournal journal) {
        this.journal = journal;
    }

    /** As {@link SafeFile#replace}. */
    boolean write(Path named, FileState seen, byte[] content) throws IOException {
        // Opened before anything is prepared: an immutable file or a lacking right shows here.
        try (FileChannel channel = FileChannel.open(seen.path(), StandardOpenOption.WRITE)) {
            Path backup = backUp(named, seen, content);
            boolean current;
            try {
                current = seen.isCurrent(named);
            } catch (IOException nothingWritten) {
                discard(named, backup);
                throw nothingWritten;
            }
            if (current) {
                overwriteOrRestore(named, channel, seen, content, backup);
            }
            discard(named, backup);
            return current;
        }
    }

    /** Puts right what an earlier write left behind, and ends it. */
    void recover(Path named, FileState state) throws IOException {
        Path path = journal.backup(named).orElseThrow();
        Backup backup;
        try {
            backup = Backup.load(path);
        } catch (FileSystemException unusable) {
            LOG.warn("An unfinished write cannot be put right, look at the file file={} backup={} reason={}",
                    state.path(), path, unusable.toString());
            discard(named, path);
            return;
        }
        restoreIfTorn(state, path, backup);
        discard(named, path);
    }

    static void restoreIfTorn(FileState state, Path path, Backup backup) throws IOException {
        if (!backup.isTorn(state.content())) {
            return;
        }
        try (FileChannel channel = FileChannel.open(state.path(), StandardOpenOption.WRITE)) {
            overwrite(channel, state.content(), backup.before());
        }
        LOG.warn("A write was cut short, the file says again what it said before file={} backup={}", state.path(), path);
    }

    /** Journaled before it is made, so that it is found again wherever it is. */
    private Path backUp(Path named, FileState seen, byte[] content) throws IOException {
        IOException nowhere = null;
        for (Path place : Backup.places(seen.path())) {
            journal.recordBackup(named, place);
            try {
                Backup.save(place, seen.content(), content);
                return place;
            } catch (IOException notHere) {
                LOG.debug("No backup here backup={} reason={}", place, notHere.toString());
                journal.forgetBackup(named, place);
                if (nowhere != null) {
                    notHere.addSuppressed(nowhere);
                }
                nowhere = notHere;
            }
        }
        throw nowhere;
    }

    /** The file first: what is in the folder for temporary files is found by its entry alone. */
    private void discard(Path named, Path backup) throws IOException {
        if (isOurs(backup)) {
            Files.deleteIfExists(backup);
        }
        journal.forgetBackup(named, backup);
    }

    private static boolean isOurs(Path backup) throws IOException {
        try {
            return PrivateFile.isOurs(backup);
        } catch (NoSuchFileException gone) {
            LOG.debug("A backup is gone already backup={}", backup);
            return false;
        }
    }

    /** Takes the room that is needed first, while the old bytes are still whole. */
    private static void overwrite(FileChannel channel, byte[] before, byte[] after) throws IOException {
        if (after.length > before.length) {
            write(channel, after, before.length, after.length);
            channel.force(true);
        }
        write(channel, after, 0, Math.min(before.length, after.length));
        channel.truncate(after.length);
        channel.force(true);
    }

    /** When neither works the backup stays where it is, for the next try. */
    private void overwriteOrRestore(Path named, FileChannel channel, FileState seen, byte[] content, Path backup)
            throws IOException {
        byte[] before = seen.content();
        try {
            overwrite(channel, before, content);
        } catch (IOException failed) {
            try {
                write(channel, before, 0, before.length);
                channel.truncate(before.length);
                channel.force(true);
            } catch (IOException twice) {
                LOG.error("The file may be half written, it is put right from its backup at the next try file={} backup={}",
                        seen.path(), backup);
                failed.addSuppressed(twice);
                throw failed;
            }
            discard(named, backup);
            throw failed;
        }
    }

    private static void write(FileChannel channel, byte[] bytes, int start, int end) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(Arrays.copyOfRange(bytes, start, end));
        long position = start;
        while (buffer.hasRemaining()) {
            position += channel.write(buffer, position);
        }
    }
}

package io.ngrokd.kit.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets new bytes into a file whole or not at all.
 *
 * <p>They go to a temporary sibling, which is synchronised and renamed over the file, with the attributes of the old
 * one (see {@link FileAttributesCopy}). Where the name cannot be given to another file (a bind mount, a folder that we
 * may not write in, further hard links, an owner that we may not set) they are written in place, see {@link InPlace}.
 */
public final class SafeFile {

    /** In the name of every file that we put beside a system file; nothing else is ever deleted there. */
    static final String MARK = ".ngrokd-";

    private static final Logger LOG = LoggerFactory.getLogger(SafeFile.class);

    private final WriteJournal journal;

    public SafeFile(WriteJournal journal) {
        this.journal = journal;
    }

    /**
     * Writes, if the file still is as it was seen.
     *
     * @return false when somebody else changed it meanwhile, and nothing was written
     * @throws IOException when it still says what it said
     */
    public boolean replace(Path named, FileState seen, byte[] content) throws IOException {
        if (seen.exists() && FileAttributesCopy.hardLinks(seen.path()) > 1) {
            return inPlace(named, seen, content, "it has further hard links");
        }
        Optional<Path> sibling = temporarySibling(seen);
        if (sibling.isEmpty()) {
            return inPlace(named, seen, content, "its folder cannot be written in");
        }
        Path temporary = sibling.get();
        try {
            Optional<String> obstacle = prepare(temporary, seen, content);
            if (obstacle.isEmpty()) {
                if (!seen.isCurrent(named)) {
                    return false;
                }
                obstacle = rename(temporary, seen.path());
            }
            if (obstacle.isPresent()) {
                Files.deleteIfExists(temporary);
                return inPlace(named, seen, content, obstacle.get());
            }
            return true;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Whether {@link #replace} can succeed, as far as can be seen without trying.
     *
     * @throws AccessDeniedException when it cannot
     */
    public static void requireWritable(FileState seen) throws AccessDeniedException {
        Path folder = seen.path().toAbsolutePath().getParent();
        boolean inPlace = seen.exists() && Files.isWritable(seen.path());
        if (!inPlace && (folder == null || Files.isDirectory(folder) && !Files.isWritable(folder))) {
            throw new AccessDeniedException(seen.path().toString());
        }
    }

    /** Deletes the file, if it still is as it was seen. */
    public boolean delete(Path named, FileState seen) throws IOException {
        if (!seen.isCurrent(named)) {
            return false;
        }
        Files.deleteIfExists(seen.path());
        synchroniseFolder(seen.path());
        return true;
    }

    /** Removes what a killed daemon left beside the file, and puts back what it was writing in place. */
    public void recover(Path named) throws IOException {
        FileState state = FileState.read(named);
        if (journal.backup(named).isPresent()) {
            new InPlace(journal).recover(named, state);
            state = FileState.read(named);
        }
        Path folder = state.path().getParent();
        if (!Files.isDirectory(folder)) {
            return;
        }
        String ours = state.path().getFileName() + MARK;
        try (DirectoryStream<Path> siblings =
                Files.newDirectoryStream(folder, entry -> entry.getFileName().toString().startsWith(ours))) {
            for (Path leftover : siblings) {
                remove(leftover, named);
            }
        } catch (DirectoryIteratorException unreadable) {
            LOG.warn("Leftovers may stay, the folder cannot be read to its end folder={} reason={}", folder, unreadable.getMessage());
        } catch (AccessDeniedException notOurFolder) {
            // Then no daemon could have left a sibling there.
            LOG.debug("Did not look for leftovers folder={} reason={}", folder, notOurFolder.toString());
        }
    }

    private static void remove(Path leftover, Path named) throws IOException {
        if (leftover.toString().endsWith(Backup.SUFFIX)) {
            // Without an entry, for the journal may have been lost; it can still be the only whole copy.
            Optional<Backup> backup = usable(leftover);
            if (backup.isPresent()) {
                InPlace.restoreIfTorn(FileState.read(named), leftover, backup.get());
            }
        }
        try {
            if (PrivateFile.isRegular(leftover)) {
                Files.deleteIfExists(leftover);
                LOG.info("Removed a leftover of a killed daemon file={}", leftover);
            } else {
                LOG.warn("Something beside the file bears our mark and is no file of ours; it stays path={}", leftover);
            }
        } catch (IOException stays) {
            LOG.warn("A leftover of a killed daemon could not be removed file={} reason={}", leftover, stays.toString());
        }
    }

    private static Optional<Backup> usable(Path backup) {
        try {
            return Optional.of(Backup.load(backup));
        } catch (IOException unusable) {
            LOG.debug("A backup cannot be used backup={} reason={}", backup, unusable.toString());
            return Optional.empty();
        }
    }

    /** Empty when the folder cannot be written in. */
    private static Optional<Path> temporarySibling(FileState seen) throws IOException {
        while (true) {
            String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
            Path temporary = seen.path().resolveSibling(seen.path().getFileName() + MARK + random);
            try {
                return Optional.of(PrivateFile.create(temporary));
            } catch (FileAlreadyExistsException taken) {
                LOG.debug("Temporary name is taken file={} reason={}", temporary, taken.toString());
            } catch (NoSuchFileException noFolder) {
                throw noFolder;
            } catch (IOException refused) {
                if (seen.exists() && (refused instanceof AccessDeniedException || isReadOnly(refused))) {
                    return Optional.empty();
                }
                throw refused;
            }
        }
    }

    private static boolean isReadOnly(IOException refused) {
        return String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT).contains("read-only file system");
    }

    /** Returns what stands in the way of using the temporary file, if anything. */
    private static Optional<String> prepare(Path temporary, FileState seen, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (seen.exists()) {
                try {
                    FileAttributesCopy.copy(seen.path(), temporary);
                } catch (IOException cannotKeep) {
                    return Optional.of("its owner and mode cannot be kept: " + cannotKeep);
                }
            } else {
                FileAttributesCopy.makeReadableByAll(temporary);
            }
            channel.force(true);
        }
        return Optional.empty();
    }

    /** Returns why it could not be renamed. */
    private static Optional<String> rename(Path temporary, Path path) {
        try {
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException impossible) {
            return Optional.of("it cannot be renamed over: " + impossible);
        }
        synchroniseFolder(path);
        return Optional.empty();
    }

    private boolean inPlace(Path named, FileState seen, byte[] content, String reason) throws IOException {
        if (!seen.exists()) {
            throw new IOException(seen.path() + " cannot be made: " + reason);
        }
        LOG.debug("Writing in place file={} reason=\"{}\"", seen.path(), reason);
        return new InPlace(journal).write(named, seen, content);
    }

    /** So that the rename itself survives a power failure; Windows has no such call and needs none. */
    private static void synchroniseFolder(Path path) {
        try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException unsupported) {
            LOG.debug("Folder was not synchronised folder={} reason={}", path.getParent(), unsupported.toString());
        }
    }
}

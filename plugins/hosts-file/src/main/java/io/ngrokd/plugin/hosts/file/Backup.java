package io.ngrokd.plugin.hosts.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a file said before an in-place write and what it was to say after. On disk: the length of the first as eight
 * bytes, the first, the second.
 */
record Backup(byte[] before, byte[] after) {

    private static final Logger LOG = LoggerFactory.getLogger(Backup.class);

    /** On disk when this returns, readable by us alone. */
    static Path save(Path file, byte[] before, byte[] after) throws IOException {
        Path backup = create(file);
        try (FileChannel channel = FileChannel.open(backup, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + before.length + after.length);
            bytes.putLong(before.length).put(before).put(after).flip();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException failed) {
            Files.deleteIfExists(backup);
            throw failed;
        }
        return backup;
    }

    /** Only ever called with a path from the journal: a folder for temporary files is open to everybody. */
    static Backup load(Path backup) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(backup));
        if (bytes.remaining() < Long.BYTES || bytes.getLong(0) < 0 || bytes.getLong() > bytes.remaining()) {
            throw new FileSystemException(backup.toString(), null, "the backup is damaged");
        }
        byte[] before = new byte[(int) bytes.getLong(0)];
        bytes.get(before);
        byte[] after = new byte[bytes.remaining()];
        bytes.get(after);
        return new Backup(before, after);
    }

    /**
     * Whether a file that says this was left by a write that was cut short: every byte is the old or the new one of its
     * position. Not only some of the new and then some of the old: a power failure keeps pages in any order, and leaves
     * zeros where the file grew.
     */
    boolean isTorn(byte[] now) {
        if (Arrays.equals(now, before) || Arrays.equals(now, after)
                || now.length < Math.min(before.length, after.length)
                || now.length > Math.max(before.length, after.length)) {
            return false;
        }
        for (int at = 0; at < now.length; at++) {
            boolean old = at < before.length ? now[at] == before[at] : now[at] == 0;
            if (!old && (at >= after.length || now[at] != after[at])) {
                return false;
            }
        }
        return true;
    }

    private static Path create(Path file) throws IOException {
        try {
            return Files.createTempFile(file.getParent(), file.getFileName() + SafeFile.MARK, "-backup");
        } catch (IOException notBeside) {
            LOG.debug("No backup beside the file file={} reason={}", file, notBeside.toString());
            try {
                return Files.createTempFile(file.getFileName() + SafeFile.MARK, "-backup");
            } catch (IOException nowhere) {
                nowhere.addSuppressed(notBeside);
                throw nowhere;
            }
        }
    }
}

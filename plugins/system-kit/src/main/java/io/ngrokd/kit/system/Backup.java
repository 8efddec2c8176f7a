package io.ngrokd.kit.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What a file said before an in-place write and what it was to say after. On disk: the length of the first as eight
 * bytes, the first, the second.
 */
record Backup(byte[] before, byte[] after) {

    /** Ends the name of each backup. */
    static final String SUFFIX = "-backup";

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Where it may be: beside the file, or in the folder for temporary files where that is impossible. */
    static List<Path> places(Path file) {
        String name = file.getFileName() + SafeFile.MARK + HexFormat.of().toHexDigits(RANDOM.nextLong()) + SUFFIX;
        return List.of(file.resolveSibling(name), Path.of(System.getProperty("java.io.tmpdir"), name));
    }

    /** On disk when this returns, readable by us alone. */
    static void save(Path backup, byte[] before, byte[] after) throws IOException {
        PrivateFile.create(backup);
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
    }

    /** @throws FileSystemException when there is none, or none of ours, or half of one */
    static Backup load(Path backup) throws IOException {
        if (!PrivateFile.isOurs(backup)) {
            throw new FileSystemException(backup.toString(), null, "the backup is not ours");
        }
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
}

package io.ngrokd.kit.system;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

/**
 * A file as it was when we looked.
 *
 * @param path where the bytes are, symbolic links followed
 * @param exists whether there is such a file
 * @param content its bytes, none if it does not exist
 * @param key what the system tells files apart by; null where it does not say
 * @param modified when it was last written, before its content was read
 */
public record FileState(Path path, boolean exists, byte[] content, Object key, Instant modified) {

    private static final int LINKS_FOLLOWED = 40;
    /** Larger than any list of blocked hosts, and small enough to hold twice. */
    private static final long LARGEST = 256L << 20;

    public static FileState read(Path named) throws IOException {
        Path path = follow(named);
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException absent) {
            return new FileState(path, false, new byte[0], null, Instant.EPOCH);
        }
        if (!attributes.isRegularFile()) {
            throw new FileSystemException(path.toString(), null,
                    attributes.isDirectory() ? "it is a directory" : "it is no regular file");
        }
        if (attributes.size() > LARGEST) {
            throw new FileSystemException(path.toString(), null, "it is larger than " + (LARGEST >> 20) + " MB");
        }
        return new FileState(path, true, Files.readAllBytes(path), attributes.fileKey(),
                attributes.lastModifiedTime().toInstant());
    }

    /** Whether the file is still the same one and says the same. */
    boolean isCurrent(Path named) throws IOException {
        FileState now = read(named);
        return exists == now.exists && path.equals(now.path) && Objects.equals(key, now.key)
                && Arrays.equals(content, now.content);
    }

    /** Also through links that point nowhere: the file that they name is made, and the links stay. */
    private static Path follow(Path named) throws IOException {
        if (Files.exists(named)) {
            return named.toRealPath();
        }
        Path path = named;
        for (int links = 0; Files.isSymbolicLink(path); links++) {
            if (links == LINKS_FOLLOWED) {
                throw new FileSystemLoopException(named.toString());
            }
            path = path.resolveSibling(Files.readSymbolicLink(path));
        }
        return path;
    }
}

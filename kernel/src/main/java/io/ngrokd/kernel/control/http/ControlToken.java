package io.ngrokd.kernel.control.http;

import io.ngrokd.kernel.state.AccessList;
import io.ngrokd.kernel.state.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/** What somebody must know to change things over TCP. It stands in a file that only the daemon's user may read. */
public final class ControlToken {

    private static final int BYTES = 32;
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    private ControlToken(String token) {
        this.token = token.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads it, or makes it: also when others could have read it, or it is no token.
     *
     * @throws IOException when the file cannot be written
     */
    public static ControlToken keptIn(Path file) throws IOException {
        if (isPrivate(file)) {
            String kept = Files.readString(file).strip();
            if (kept.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
                return new ControlToken(kept);
            }
        }
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        AtomicFile.write(file, token + "\n", AtomicFile.PRIVATE);
        return new ControlToken(token);
    }

    private static boolean isPrivate(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) >= 1000) {
            return false;
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file)).equals(AtomicFile.PRIVATE);
        }
        return !AccessList.rules(file) || AccessList.isPrivate(file);
    }

    /** Whether this is it; takes as long for a wrong one, however wrong. */
    boolean isIn(String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(token, authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
    }
}

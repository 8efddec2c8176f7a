package io.ngrokd.kernel.identity;

import io.ngrokd.kernel.state.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key of a registration that was asked for and is not done, in a file: by it the operator is found again that a
 * request made whose answer was lost, or whose sender was killed. Written before the request, removed when what came of
 * it is known and saved. One caller at a time.
 */
final class PendingKey {

    private static final Logger LOG = LoggerFactory.getLogger(PendingKey.class);

    private final Path file;

    PendingKey(Path file) {
        this.file = file;
    }

    /**
     * The keys of the registration that is not done; empty when there is none. A file that holds no pair of keys counts
     * as none.
     *
     * @throws IdentityException when the file is there and cannot be read
     */
    Optional<KeyPair> load() throws IdentityException {
        String pem;
        try {
            pem = Files.readString(file);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new IdentityException(file + " cannot be read: " + unreadable + "; let ngrokd read it, or remove it: an operator"
                    + " that it stands for then stays at ngrok", unreadable);
        }
        try {
            return Optional.of(Keys.keyPair(pem));
        } catch (IOException damaged) {
            LOG.warn("The key of an interrupted registration is of no use and is replaced. If that registration made an operator,"
                    + " delete it in ngrok's dashboard. file={} cause={}", file, damaged.getMessage());
            return Optional.empty();
        }
    }

    /** Makes keys, and writes them down before they are used. */
    KeyPair make() throws IdentityException {
        KeyPair keys = Keys.generate();
        try {
            AtomicFile.write(file, Keys.keyPairPem(keys), AtomicFile.PRIVATE);
            return keys;
        } catch (IOException notWritable) {
            throw new IdentityException("cannot write " + file + ": " + notWritable + "; registration waits until it can be written",
                    notWritable);
        }
    }

    /** What came of the registration is known and saved. */
    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stays) {
            LOG.warn("The key of a registration that is done could not be removed. file={} cause={}", file, stays.toString());
        }
    }

    /** A crash may have come after all was saved and before the key could be forgotten. */
    void forgetIfFor(X509Certificate saved) {
        try {
            if (Files.exists(file) && Keys.keyPair(Files.readString(file)).getPublic().equals(saved.getPublicKey())) {
                forget();
            }
        } catch (IOException unusable) {
            // Whoever registers next looks at it; an identity that is complete does without.
            LOG.debug("The key of an interrupted registration cannot be looked at. file={} cause={}", file, unusable.getMessage());
        }
    }
}

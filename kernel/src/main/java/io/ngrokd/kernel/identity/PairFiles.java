package io.ngrokd.kernel.identity;

import io.ngrokd.kernel.state.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Key and certificate as a pair of files that is replaced as one. The new ones are written beside the old ones as
 * {@code .new} and forced to disk, then renamed over them, the key first. After a crash there is either a whole new pair
 * beside a whole old one, or a new key with its certificate still called {@code .new}: each way a pair that works.
 */
final class PairFiles {

    private static final Logger LOG = LoggerFactory.getLogger(PairFiles.class);
    private static final String NEW = ".new";
    /** After so many steps of a replacement both new files are there. */
    private static final int WRITTEN = 2;

    private final Path keyFile;
    private final Path certificateFile;

    PairFiles(Path keyFile, Path certificateFile) {
        this.keyFile = keyFile;
        this.certificateFile = certificateFile;
    }

    /** A key, and a certificate that may be for it. */
    record Pair(PrivateKey key, List<X509Certificate> chain) {

        boolean matches() {
            return Keys.match(key, chain.getFirst());
        }

        boolean isNewerThan(Pair other) {
            return chain.getFirst().getNotAfter().after(other.chain.getFirst().getNotAfter());
        }

        /** Never shows the key. */
        @Override
        public String toString() {
            return "Pair";
        }
    }

    /** A step of a replacement; a crash may come between any two. */
    interface Step {
        void run() throws IOException;
    }

    boolean exist() {
        return Files.exists(keyFile) && Files.exists(certificateFile);
    }

    /** Replaces the pair. */
    void replace(String keyPem, String certificatePem) throws IOException {
        List<Step> steps = replacement(keyPem, certificatePem);
        int done = 0;
        try {
            for (Step step : steps) {
                step.run();
                done++;
            }
        } catch (IOException notReplaced) {
            if (done < WRITTEN) {
                forgetReplacement();
            }
            throw notReplaced;
        }
    }

    /** What {@link #replace} does, step by step. */
    List<Step> replacement(String keyPem, String certificatePem) throws IOException {
        Path key = target(keyFile);
        Path certificate = target(certificateFile);
        return List.of(
                () -> AtomicFile.write(fresh(key), keyPem, AtomicFile.PRIVATE),
                () -> AtomicFile.write(fresh(certificate), certificatePem, AtomicFile.PUBLIC),
                () -> move(fresh(key), key),
                () -> move(fresh(certificate), certificate));
    }

    /** Removes what an interrupted replacement left. */
    void forgetReplacement() throws IOException {
        Files.deleteIfExists(fresh(target(keyFile)));
        Files.deleteIfExists(fresh(target(certificateFile)));
    }

    /**
     * Reads the pair, and finishes a replacement that a crash interrupted. When finishing fails the right pair is
     * answered all the same.
     */
    Pair load() throws IdentityException {
        Optional<Path> freshKey = existing(keyFile);
        Optional<Path> freshCertificate = existing(certificateFile);
        if (freshCertificate.isEmpty()) {
            Pair pair = matching(read(keyFile, certificateFile));
            freshKey.ifPresent(this::dropStale);
            return pair;
        }
        // Key and certificate were ready, and the key may have been renamed already.
        Optional<Pair> replaced = tryRead(freshKey.orElse(keyFile), freshCertificate.get()).filter(Pair::matches);
        Optional<Pair> old = tryRead(keyFile, certificateFile).filter(Pair::matches);
        if (replaced.isPresent() && (old.isEmpty() || replaced.get().isNewerThan(old.get()))) {
            finish(freshKey, freshCertificate.get());
            return replaced.get();
        }
        Pair pair = old.isPresent() ? old.get() : matching(read(keyFile, certificateFile));
        freshKey.ifPresent(this::dropStale);
        dropStale(freshCertificate.get());
        return pair;
    }

    private void finish(Optional<Path> freshKey, Path freshCertificate) {
        try {
            if (freshKey.isPresent()) {
                move(freshKey.get(), target(keyFile));
            }
            move(freshCertificate, target(certificateFile));
            LOG.info("A renewal that was interrupted is finished. certificate={}", certificateFile);
        } catch (IOException notNow) {
            LOG.warn("A renewal that was interrupted could not be finished; the next start tries again. certificate={} cause={}",
                    certificateFile, notNow.toString());
        }
    }

    private void dropStale(Path file) {
        try {
            Files.deleteIfExists(file);
            LOG.info("What an interrupted renewal left is removed. file={}", file);
        } catch (IOException notRemoved) {
            LOG.warn("What an interrupted renewal left could not be removed; remove it. file={} cause={}", file, notRemoved.toString());
        }
    }

    private Pair matching(Pair pair) throws IdentityException {
        if (!pair.matches()) {
            throw new IdentityException("the certificate " + certificateFile + " is not for the key " + keyFile
                    + "; put back the right pair, or remove both to register anew");
        }
        return pair;
    }

    private static Optional<Pair> tryRead(Path keyFile, Path certificateFile) {
        try {
            return Optional.of(read(keyFile, certificateFile));
        } catch (IdentityException unusable) {
            LOG.debug("This is no pair. cause={}", unusable.getMessage());
            return Optional.empty();
        }
    }

    private static Pair read(Path keyFile, Path certificateFile) throws IdentityException {
        PrivateKey key;
        try {
            key = Keys.privateKey(Files.readString(keyFile));
        } catch (IOException unusable) {
            throw unusable(keyFile, unusable);
        }
        try {
            return new Pair(key, Keys.certificates(Files.readString(certificateFile)));
        } catch (IOException | GeneralSecurityException unusable) {
            throw unusable(certificateFile, unusable);
        }
    }

    static IdentityException unusable(Path file, Exception cause) {
        return new IdentityException(file + " cannot be used: " + cause
                + "; put back a good one, or remove tls.key, tls.crt and operator_id to register anew", cause);
    }

    private static Optional<Path> existing(Path file) throws IdentityException {
        try {
            return Optional.of(fresh(target(file))).filter(Files::exists);
        } catch (IOException unusable) {
            throw unusable(file, unusable);
        }
    }

    private static Path fresh(Path file) {
        return file.resolveSibling(file.getFileName() + NEW);
    }

    /** A symbolic link stays one. */
    private static Path target(Path file) throws IOException {
        return Files.isSymbolicLink(file) && Files.exists(file) ? file.toRealPath() : file;
    }

    private static void move(Path from, Path to) throws IOException {
        AtomicFile.rename(from, to);
        AtomicFile.forceFolder(to.toAbsolutePath().getParent());
    }
}

package io.ngrokd.kernel.identity;

import io.ngrokd.kernel.state.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The identity on disk, in the Go daemon's files: {@code operator_id}, {@code tls.key} (0600) and {@code tls.crt}. Beside
 * the first there is, while a registration is not done, {@code pending.key} (0600).
 */
public final class IdentityStore {

    private static final String PENDING = "pending.key";

    private final Path operatorFile;
    private final Path certificateFile;
    private final Path keyFile;

    public IdentityStore(Path operatorFile, Path certificateFile, Path keyFile) {
        this.operatorFile = operatorFile;
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
    }

    /**
     * What an earlier run or a Go daemon left; empty when there is nothing, or not all of it.
     *
     * @throws IdentityException when the files are there and cannot be used
     */
    public Optional<Identity> load() throws IdentityException {
        if (!Files.exists(operatorFile) || !pair().exist()) {
            return Optional.empty();
        }
        String operator = read(operatorFile).strip();
        if (operator.isEmpty()) {
            return Optional.empty();
        }
        PairFiles.Pair pair = pair().load();
        pending().forgetIfFor(pair.chain().getFirst());
        return Optional.of(new Identity(operator, pair.key(), pair.chain()));
    }

    /** Proves that an identity could be saved, before one is asked for: a crash loop must not leave operators behind. */
    public void proveWritable() throws IdentityException {
        for (Path file : List.of(operatorFile, certificateFile, keyFile)) {
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Path probe = file.resolveSibling("." + file.getFileName() + ".ngrokd-probe");
                AtomicFile.write(probe, "probe", AtomicFile.PRIVATE);
                Files.delete(probe);
            } catch (IOException notWritable) {
                throw new IdentityException("cannot write " + file + ": " + notWritable
                        + "; registration waits until it can be written", notWritable);
            }
        }
    }

    /** Saves all three files. The old operator's id goes first and the new one's comes last: a crash between leaves none, not a mixture. */
    public void save(String operatorId, String keyPem, String certificatePem) throws IdentityException {
        try {
            Files.deleteIfExists(operatorFile);
            pair().forgetReplacement();
            AtomicFile.write(keyFile, keyPem, AtomicFile.PRIVATE);
            AtomicFile.write(certificateFile, certificatePem, AtomicFile.PUBLIC);
            AtomicFile.write(operatorFile, operatorId, AtomicFile.PUBLIC);
        } catch (IOException notSaved) {
            throw new IdentityException("the identity could not be saved: " + notSaved, notSaved);
        }
    }

    /** Replaces key and certificate of an identity that is saved; a crash at any point leaves a pair that works. */
    public void replacePair(String keyPem, String certificatePem) throws IdentityException {
        try {
            pair().replace(keyPem, certificatePem);
        } catch (IOException notSaved) {
            throw new IdentityException("the renewed certificate could not be saved: " + notSaved
                    + "; let ngrokd write to " + certificateFile.getParent() + ", and make room there", notSaved);
        }
    }

    /** The key of a registration that is not done. */
    PendingKey pending() {
        return new PendingKey(operatorFile.resolveSibling(PENDING));
    }

    private PairFiles pair() {
        return new PairFiles(keyFile, certificateFile);
    }

    private static String read(Path file) throws IdentityException {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw PairFiles.unusable(file, unreadable);
        }
    }
}

package io.ngrokd.cloud.authority;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** The folder in which the authority's keys and certificates lie. */
final class AuthorityStore {

    private final Path folder;

    AuthorityStore(Path folder) throws IOException {
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            restrict(folder, "rwx------");
        }
    }

    Path certificateFile(String name) {
        return folder.resolve(name + ".pem");
    }

    Optional<KeyedCertificate> load(String name) throws IOException {
        Path certificate = certificateFile(name);
        Path key = keyFile(name);
        if (!Files.exists(certificate) && !Files.exists(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KeyedCertificate(Pem.certificate(Files.readString(certificate)),
                    Pem.privateKey(Files.readString(key))));
        } catch (IOException e) {
            throw new IOException("The private CA can't be loaded from " + certificate + " and " + key
                    + ". Restore both files, or remove the folder " + folder + " to begin with a new CA.", e);
        }
    }

    void save(String name, KeyedCertificate pair) throws IOException {
        // The key first: a crash in between leaves a key without a certificate, which load() reports.
        Path key = keyFile(name);
        Path fresh = folder.resolve(name + ".key.new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh);
        restrict(fresh, "rw-------");
        Files.writeString(fresh, Pem.write(pair.key()), StandardOpenOption.TRUNCATE_EXISTING);
        Files.move(fresh, key, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(certificateFile(name), Pem.write(pair.certificate()));
    }

    private Path keyFile(String name) {
        return folder.resolve(name + ".key");
    }

    private static void restrict(Path path, String mode) throws IOException {
        Set<String> views = path.getFileSystem().supportedFileAttributeViews();
        // Windows has no modes; there the folder lies in the user's own profile.
        if (views.contains("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        }
    }
}

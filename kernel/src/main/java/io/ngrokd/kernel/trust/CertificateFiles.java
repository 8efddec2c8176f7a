package io.ngrokd.kernel.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Reads roots from a PEM file, or from all PEM files of a folder. */
public final class CertificateFiles {

    private CertificateFiles() {}

    /**
     * What a path holds.
     *
     * @param certificates in the order of the files' names
     * @param problems one sentence for each file that is of no use; the others count all the same
     */
    public record Found(List<X509Certificate> certificates, List<String> problems) {

        public static final Found NOTHING = new Found(List.of(), List.of());

        public Found {
            certificates = List.copyOf(certificates);
            problems = List.copyOf(problems);
        }
    }

    /** Reads a file or folder; one that does not exist holds nothing and is no problem. */
    public static Found read(Path path) {
        List<X509Certificate> certificates = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        if (Files.isDirectory(path)) {
            TreeSet<Path> ordered = new TreeSet<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*.{pem,crt,cer}")) {
                files.forEach(ordered::add);
            } catch (IOException unreadable) {
                problems.add("the folder " + path + " cannot be read: " + unreadable);
            }
            ordered.forEach(file -> readFile(file, certificates, problems));
        } else if (Files.exists(path)) {
            readFile(path, certificates, problems);
        } else if (!Files.notExists(path)) {
            problems.add(path + " cannot be looked at; let ngrokd's user read it and search the folders above it");
        }
        return new Found(certificates, problems);
    }

    private static void readFile(Path file, List<X509Certificate> certificates, List<String> problems) {
        try (InputStream content = Files.newInputStream(file)) {
            Collection<? extends Certificate> read = CertificateFactory.getInstance("X.509").generateCertificates(content);
            if (read.isEmpty()) {
                problems.add(file + " holds no certificate; write one in PEM, or remove the file");
            }
            read.forEach(certificate -> certificates.add((X509Certificate) certificate));
        } catch (IOException | GeneralSecurityException unusable) {
            problems.add(file + " holds no usable certificate (" + unusable.getMessage() + "); write it anew in PEM, or remove the file");
        }
    }
}

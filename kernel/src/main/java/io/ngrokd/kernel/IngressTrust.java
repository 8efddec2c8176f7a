package io.ngrokd.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the roots of {@code server.ingress_ca}: a PEM file, or all PEM files of a folder. */
final class IngressTrust {

    private static final Logger LOG = LoggerFactory.getLogger(IngressTrust.class);

    private IngressTrust() {}

    /** The certificates found; none when the path does not exist. A file that cannot be read is reported and left out. */
    static List<X509Certificate> read(Path path) {
        List<X509Certificate> roots = new ArrayList<>();
        if (Files.isDirectory(path)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*.{pem,crt,cer}")) {
                TreeSet<Path> ordered = new TreeSet<>();
                files.forEach(ordered::add);
                ordered.forEach(file -> readFile(file, roots));
            } catch (IOException unreadable) {
                LOG.warn("The folder of server.ingress_ca cannot be read. folder={} cause={}", path, unreadable.toString());
            }
        } else if (Files.exists(path)) {
            readFile(path, roots);
        }
        return roots;
    }

    private static void readFile(Path file, List<X509Certificate> roots) {
        try (InputStream content = Files.newInputStream(file)) {
            CertificateFactory.getInstance("X.509").generateCertificates(content).forEach(certificate -> roots.add((X509Certificate) certificate));
        } catch (IOException | GeneralSecurityException unusable) {
            LOG.warn("A file of server.ingress_ca holds no usable certificate. file={} cause={}", file, unusable.getMessage());
        }
    }
}

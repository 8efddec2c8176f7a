package io.ngrokd.kernel.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * PEM (RFC 7468) as we write it ourselves, by the JDK's means: what nearly every start reads. Whatever else is in a file is left to
 * {@link AnyPem}, and so is what to say about a damaged one.
 */
final class OwnPem {

    private static final String BEGIN = "-----BEGIN ";
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final String CERTIFICATE_BEGIN = "-----BEGIN CERTIFICATE-----";

    private OwnPem() {}

    /** The key, when an EC key as PKCS#8 is all that there is. */
    static Optional<PrivateKey> privateKey(String pem) {
        String text = pem.strip();
        if (!text.startsWith(KEY_BEGIN) || !text.endsWith(KEY_END) || count(text, BEGIN) != 1) {
            return Optional.empty();
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(text.substring(KEY_BEGIN.length(), text.length() - KEY_END.length()));
            return Optional.of(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (IllegalArgumentException | GeneralSecurityException another) {
            return Optional.empty();
        }
    }

    /** The certificates in order, when there is nothing else. */
    static Optional<List<X509Certificate>> certificates(String pem) {
        int blocks = count(pem, BEGIN);
        if (blocks == 0 || count(pem, CERTIFICATE_BEGIN) != blocks) {
            return Optional.empty();
        }
        try {
            List<X509Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))).stream()
                    .map(X509Certificate.class::cast).toList();
            return chain.size() == blocks ? Optional.of(chain) : Optional.empty();
        } catch (GeneralSecurityException another) {
            return Optional.empty();
        }
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }
}

package io.ngrokd.kernel.data.ingress;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A certificate authority that is trusted by the fingerprint of its certificate, which the server has to send.
 *
 * <p>The fingerprint is that of the whole certificate and not only of its key: we hold no signature above it, so its name,
 * its validity and its constraints can be believed only because they are hashed with it. The price is that a certificate
 * made anew for the same key is another one; its PEM then goes into {@code server.ingress_ca}.
 *
 * @param name how people know the certificate
 * @param sha256 SHA-256 of the certificate in DER, as {@code AB:CD:...}
 */
public record PinnedAuthority(String name, String sha256) {

    /**
     * The intermediate that ngrok's binding ingress chains to, {@code O=ngrok Inc, OU=prod, CN=Intermediate CA}, valid from
     * 2022-08-31 to 2032-08-28. ngrok publishes it for clients of this ingress, which look for it in
     * {@code /etc/ssl/certs/ngrok/}; the fingerprint was taken from there. The SHA-256 of its key (SPKI, base64) is
     * {@code c5K2uh7/wHcSkO7fVhSpV11nQKLQVg9u+BWeOxV1YHA=}, for whoever compares.
     */
    public static final PinnedAuthority NGROK = new PinnedAuthority(
            "O=ngrok Inc, OU=prod, CN=Intermediate CA",
            "CF:CE:8A:27:B7:4E:0C:51:C6:54:73:9A:35:3E:51:C1:35:26:0B:5B:97:7D:29:DF:67:03:8B:E7:EF:6F:F8:47");

    private static final int BYTES = 32;

    public PinnedAuthority {
        sha256 = sha256.toUpperCase(Locale.ROOT);
        if (HexFormat.ofDelimiter(":").parseHex(sha256).length != BYTES) {
            throw new IllegalArgumentException("a SHA-256 has " + BYTES + " bytes: " + sha256);
        }
    }

    /** The pin of a certificate. */
    static PinnedAuthority of(X509Certificate certificate) {
        return new PinnedAuthority(certificate.getSubjectX500Principal().toString(), fingerprint(certificate));
    }

    boolean matches(X509Certificate certificate) {
        return sha256.equals(fingerprint(certificate));
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
        } catch (CertificateEncodingException notX509) {
            throw new IllegalArgumentException("a certificate that cannot be encoded", notX509);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}

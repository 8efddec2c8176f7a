package io.ngrokd.kernel.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** PEM in all its forms, by Bouncy Castle. Its first use costs a tenth of a second: its jars are signed, and Java checks them. */
final class AnyPem {

    private static final String SIGNATURE = "SHA384withECDSA";

    private AnyPem() {}

    /** A PKCS#10 request. */
    static String certificateRequest(KeyPair keys) throws IdentityException {
        try {
            var request = new JcaPKCS10CertificationRequestBuilder(new X500Principal("O=ngrokd"), keys.getPublic())
                    .build(new JcaContentSignerBuilder(SIGNATURE).build(keys.getPrivate()));
            return write(request);
        } catch (OperatorCreationException | IOException failed) {
            throw new IdentityException("the certificate request could not be made: " + failed.getMessage(), failed);
        }
    }

    /** Any object that Bouncy Castle can write. */
    static String write(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    /** As PKCS#8. */
    static String write(PrivateKey key) throws IOException {
        return write(new JcaPKCS8Generator(key, null));
    }

    /** The first public key. */
    static PublicKey publicKey(String pem) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof SubjectPublicKeyInfo info) {
                    return new JcaPEMKeyConverter().getPublicKey(info);
                }
            }
        } catch (IllegalArgumentException | IllegalStateException damaged) {
            throw new IOException("it is damaged");
        }
        throw new IOException("there is no public key in it");
    }

    /** The first private key, in whichever form. */
    static PrivateKey privateKey(String pem) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                switch (object) {
                    case PEMKeyPair pair -> {
                        // Its public half may be missing, which the EC form allows.
                        return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                    }
                    case PrivateKeyInfo info -> {
                        return new JcaPEMKeyConverter().getPrivateKey(info);
                    }
                    default -> {
                        // EC PARAMETERS blocks stand before keys that openssl wrote.
                    }
                }
            }
        } catch (IllegalArgumentException | IllegalStateException damaged) {
            // Without the cause: what a parser says of a key may hold parts of it.
            throw new IOException("it is damaged");
        }
        throw new IOException("there is no private key in it");
    }

    /** All certificates, in order. */
    static List<X509Certificate> certificates(String pem) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof X509CertificateHolder holder) {
                    chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(holder.getEncoded())));
                }
            }
        } catch (IllegalArgumentException | IllegalStateException damaged) {
            throw new IOException("it is damaged: " + damaged.getMessage(), damaged);
        }
        if (chain.isEmpty()) {
            throw new IOException("there is no certificate in it");
        }
        return chain;
    }
}

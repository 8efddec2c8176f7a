package io.ngrokd.kernel.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
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

/** Keys, certificate requests and PEM, as ngrok wants them: ECDSA P-384, SHA-384, an organization and no common name. */
final class Keys {

    private static final String CURVE = "secp384r1";
    private static final String SIGNATURE = "SHA384withECDSA";

    private Keys() {}

    static KeyPair generate() throws IdentityException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException unsupported) {
            throw new IdentityException("this Java cannot make ECDSA P-384 keys: " + unsupported.getMessage(), unsupported);
        }
    }

    /** A PKCS#10 request, PEM. */
    static String certificateRequest(KeyPair keys) throws IdentityException {
        try {
            var request = new JcaPKCS10CertificationRequestBuilder(new X500Principal("O=ngrokd"), keys.getPublic())
                    .build(new JcaContentSignerBuilder(SIGNATURE).build(keys.getPrivate()));
            return pem(request);
        } catch (OperatorCreationException | IOException failed) {
            throw new IdentityException("the certificate request could not be made: " + failed.getMessage(), failed);
        }
    }

    /** Any object that Bouncy Castle can write as PEM. */
    static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    /** A private key as PKCS#8, which Go and OpenSSL read too. */
    static String keyPem(PrivateKey key) throws IOException {
        return pem(new JcaPKCS8Generator(key, null));
    }

    /** Both keys of a pair, the private one as PKCS#8. */
    static String keyPairPem(KeyPair keys) throws IOException {
        return keyPem(keys.getPrivate()) + pem(keys.getPublic());
    }

    /** Reads what {@link #keyPairPem} wrote. */
    static KeyPair keyPair(String pem) throws IOException {
        PrivateKey privateKey = privateKey(pem);
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof SubjectPublicKeyInfo info) {
                    PublicKey publicKey = new JcaPEMKeyConverter().getPublicKey(info);
                    if (!match(privateKey, publicKey)) {
                        throw new IOException("its two keys are not a pair");
                    }
                    return new KeyPair(publicKey, privateKey);
                }
            }
        } catch (IllegalArgumentException | IllegalStateException damaged) {
            throw new IOException("it is damaged");
        }
        throw new IOException("there is no public key in it");
    }

    /** Reads a private key: PKCS#8, or the EC form that the Go daemon writes. */
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

    /** Reads all certificates of a PEM text, in order. */
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

    /** Whether the certificate is for this key. */
    static boolean match(PrivateKey key, X509Certificate certificate) {
        return match(key, certificate.getPublicKey());
    }

    /** Whether two keys are a pair: what one signs the other verifies. */
    private static boolean match(PrivateKey key, PublicKey other) {
        try {
            String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            byte[] probe = {1, 2, 3};
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(other);
            verifier.update(probe);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException differentKinds) {
            return false;
        }
    }
}

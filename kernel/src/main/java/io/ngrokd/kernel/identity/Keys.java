package io.ngrokd.kernel.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Optional;

/** Keys, certificate requests and PEM, as ngrok wants them: ECDSA P-384, SHA-384, an organization and no common name. */
final class Keys {

    private static final String CURVE = "secp384r1";

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
        return AnyPem.certificateRequest(keys);
    }

    /** A public key. */
    static String publicPem(PublicKey key) throws IOException {
        return AnyPem.write(key);
    }

    /** A private key as PKCS#8, which Go and OpenSSL read too. */
    static String keyPem(PrivateKey key) throws IOException {
        return AnyPem.write(key);
    }

    /** Both keys of a pair, the private one as PKCS#8. */
    static String keyPairPem(KeyPair keys) throws IOException {
        return keyPem(keys.getPrivate()) + publicPem(keys.getPublic());
    }

    /** Reads what {@link #keyPairPem} wrote. */
    static KeyPair keyPair(String pem) throws IOException {
        PrivateKey privateKey = privateKey(pem);
        PublicKey publicKey = AnyPem.publicKey(pem);
        if (!match(privateKey, publicKey)) {
            throw new IOException("its two keys are not a pair");
        }
        return new KeyPair(publicKey, privateKey);
    }

    /** Reads a private key: PKCS#8, or the EC form that the Go daemon writes. */
    static PrivateKey privateKey(String pem) throws IOException {
        Optional<PrivateKey> own = OwnPem.privateKey(pem);
        return own.isPresent() ? own.get() : AnyPem.privateKey(pem);
    }

    /** Reads all certificates of a PEM text, in order. */
    static List<X509Certificate> certificates(String pem) throws IOException, GeneralSecurityException {
        Optional<List<X509Certificate>> own = OwnPem.certificates(pem);
        return own.isPresent() ? own.get() : AnyPem.certificates(pem);
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

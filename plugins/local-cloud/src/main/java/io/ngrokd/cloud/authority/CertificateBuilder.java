package io.ngrokd.cloud.authority;

import java.io.IOException;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Puts together and signs one certificate. */
final class CertificateBuilder {

    private final X500Name issuer;
    private final PublicKey issuerKey;
    private final X509v3CertificateBuilder builder;
    private final SubjectPublicKeyInfo subjectKey;

    CertificateBuilder(X500Name issuer, PublicKey issuerKey, X500Name subject, SubjectPublicKeyInfo subjectKey,
            Instant notBefore, Instant notAfter, SecureRandom random) {
        this.issuer = issuer;
        this.issuerKey = issuerKey;
        this.subjectKey = subjectKey;
        this.builder = new X509v3CertificateBuilder(this.issuer, new BigInteger(127, random).add(BigInteger.ONE),
                Date.from(notBefore), Date.from(notAfter), subject, subjectKey);
    }

    X509Certificate signAuthority(PrivateKey key) throws IOException {
        return sign(key, new BasicConstraints(true), new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign), null, null);
    }

    X509Certificate signLeaf(PrivateKey key, KeyPurposeId purpose, GeneralNames names) throws IOException {
        return sign(key, new BasicConstraints(false), new KeyUsage(KeyUsage.digitalSignature),
                new ExtendedKeyUsage(purpose), names);
    }

    private X509Certificate sign(PrivateKey key, BasicConstraints constraints, KeyUsage usage,
            ExtendedKeyUsage purpose, GeneralNames names) throws IOException {
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, constraints);
            builder.addExtension(Extension.keyUsage, true, usage);
            builder.addExtension(Extension.subjectKeyIdentifier, false,
                    identifiers.createSubjectKeyIdentifier(subjectKey));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    identifiers.createAuthorityKeyIdentifier(issuerKey));
            if (purpose != null) {
                builder.addExtension(Extension.extendedKeyUsage, false, purpose);
            }
            if (names != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, names);
            }
            return new JcaX509CertificateConverter().getCertificate(
                    builder.build(new JcaContentSignerBuilder("SHA384withECDSA").build(key)));
        } catch (OperatorCreationException | CertificateException | java.security.NoSuchAlgorithmException e) {
            throw new IOException("a certificate can't be signed", e);
        }
    }
}

package io.ngrokd.cloud.authority;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.util.IPAddress;

/**
 * A root that signs server certificates, and below it an issuer for clients. They are two, so that a server
 * certificate of ours never passes for an operator's.
 */
public final class CertificateAuthority {

    private static final String ROOT = "ca";
    private static final String CLIENT_ISSUER = "client-ca";
    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    private static final Duration SERVER_LIFETIME = Duration.ofDays(397);
    /** Clocks differ a little; a fresh certificate must not look as if it came from the future. */
    private static final Duration BACKDATE = Duration.ofMinutes(1);

    private final AuthorityStore store;
    private final SecureRandom random = new SecureRandom();
    private final KeyedCertificate root;
    private final KeyedCertificate clientIssuer;
    private final KeyPair serverKey;

    private CertificateAuthority(Path folder) throws IOException {
        this.store = new AuthorityStore(folder);
        Optional<KeyedCertificate> savedRoot = store.load(ROOT);
        this.root = savedRoot.isPresent() ? savedRoot.get() : newAuthority(ROOT, "ngrokd local cloud root CA", null);
        Optional<KeyedCertificate> savedIssuer = savedRoot.isPresent() ? store.load(CLIENT_ISSUER) : Optional.empty();
        this.clientIssuer = savedIssuer.isPresent() ? savedIssuer.get()
                : newAuthority(CLIENT_ISSUER, "ngrokd local cloud client CA", root);
        this.serverKey = newKey("secp256r1");
    }

    /** Loads the authority from its folder, or makes a new one there. */
    public static CertificateAuthority open(Path folder) throws IOException {
        return new CertificateAuthority(folder);
    }

    /** What clients trust. */
    public X509Certificate rootCertificate() {
        return root.certificate();
    }

    public Path rootFile() {
        return store.certificateFile(ROOT);
    }

    public String rootPem() throws IOException {
        return Pem.write(root.certificate());
    }

    /** What the ingress trusts. */
    public X509Certificate clientIssuerCertificate() {
        return clientIssuer.certificate();
    }

    /** @param operatorId becomes the common name, by which the ingress knows the operator */
    public IssuedCertificate issueClient(SigningRequest request, String operatorId, Duration lifetime)
            throws IOException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Duration tenth = lifetime.dividedBy(10);
        Instant notBefore = now.minus(tenth.compareTo(BACKDATE) < 0 ? tenth : BACKDATE)
                .truncatedTo(ChronoUnit.SECONDS);
        Instant notAfter = now.plus(lifetime);
        X500Name subject = new X500NameBuilder().addRDN(BCStyle.O, request.organization())
                .addRDN(BCStyle.CN, operatorId).build();
        X509Certificate certificate = builder(clientIssuer, subject, request.publicKey(), notBefore, notAfter)
                .signLeaf(clientIssuer.key(), KeyPurposeId.id_kp_clientAuth, null);
        return new IssuedCertificate(Pem.write(certificate), notBefore, notAfter);
    }

    /** A server certificate for these names and addresses, signed by the root. */
    public KeyedCertificate issueServer(List<String> names) throws IOException {
        X500Name subject = new X500NameBuilder().addRDN(BCStyle.O, "ngrokd local cloud").build();
        return server(root, nameOf(root.certificate()), subject, names);
    }

    /** A server certificate for these names and addresses that nobody vouches for. */
    public KeyedCertificate selfSignedServer(List<String> names) throws IOException {
        X500Name subject = new X500NameBuilder().addRDN(BCStyle.O, "somebody else").build();
        return server(null, subject, subject, names);
    }

    /** @param issuer null for one that signs itself */
    private KeyedCertificate server(KeyedCertificate issuer, X500Name issuerName, X500Name subject, List<String> names) throws IOException {
        Instant now = Instant.now();
        GeneralName[] alternatives = names.stream().map(name -> new GeneralName(
                IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        X509Certificate certificate = new CertificateBuilder(issuerName,
                issuer == null ? serverKey.getPublic() : issuer.certificate().getPublicKey(), subject,
                SubjectPublicKeyInfo.getInstance(serverKey.getPublic().getEncoded()), now.minus(BACKDATE), now.plus(SERVER_LIFETIME), random)
                .signLeaf(issuer == null ? serverKey.getPrivate() : issuer.key(), KeyPurposeId.id_kp_serverAuth, new GeneralNames(alternatives));
        return new KeyedCertificate(certificate, serverKey.getPrivate());
    }

    /** @param issuer null for a root, which signs itself */
    private KeyedCertificate newAuthority(String file, String commonName, KeyedCertificate issuer) throws IOException {
        KeyPair pair = newKey("secp384r1");
        X500Name subject = new X500NameBuilder().addRDN(BCStyle.O, "ngrokd local cloud")
                .addRDN(BCStyle.CN, commonName).build();
        Instant now = Instant.now();
        X500Name issuerName = issuer == null ? subject : nameOf(issuer.certificate());
        X509Certificate certificate = new CertificateBuilder(issuerName,
                issuer == null ? pair.getPublic() : issuer.certificate().getPublicKey(), subject,
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()), now.minus(BACKDATE),
                now.plus(AUTHORITY_LIFETIME), random)
                .signAuthority(issuer == null ? pair.getPrivate() : issuer.key());
        KeyedCertificate authority = new KeyedCertificate(certificate, pair.getPrivate());
        store.save(file, authority);
        return authority;
    }

    private CertificateBuilder builder(KeyedCertificate issuer, X500Name subject, SubjectPublicKeyInfo key,
            Instant notBefore, Instant notAfter) {
        return new CertificateBuilder(nameOf(issuer.certificate()), issuer.certificate().getPublicKey(), subject, key,
                notBefore, notAfter, random);
    }

    private static X500Name nameOf(X509Certificate certificate) {
        // The encoded form: a name rebuilt from text may differ in its string types, and then chains break.
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    private static KeyPair newKey(String curve) throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IOException("a key on the curve " + curve + " can't be made", e);
        }
    }
}

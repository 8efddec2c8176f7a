package io.ngrokd.cloud.authority;

import java.io.IOException;
import java.io.StringReader;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/** A certificate request that satisfies ngrok's rules; one that does not can't be made into this. */
public record SigningRequest(String organization, SubjectPublicKeyInfo publicKey) {

    public static SigningRequest parse(String pem) throws RequestRefusedException {
        PKCS10CertificationRequest request = read(pem);
        SubjectPublicKeyInfo publicKey = request.getSubjectPublicKeyInfo();
        if (!publicKey.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                || !isCurveP384(publicKey.getAlgorithm().getParameters())) {
            throw new RequestRefusedException("The csr's key must be ECDSA on the curve P-384.");
        }
        if (!request.getSignatureAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.ecdsa_with_SHA384)) {
            throw new RequestRefusedException("The csr must be signed with ECDSA and SHA-384.");
        }
        String organization = organization(request.getSubject());
        try {
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(publicKey))) {
                throw new RequestRefusedException("The csr's signature does not fit its key.");
            }
        } catch (OperatorCreationException | PKCSException e) {
            throw new RequestRefusedException("The csr's signature can't be verified.", e);
        }
        return new SigningRequest(organization, publicKey);
    }

    private static PKCS10CertificationRequest read(String pem) throws RequestRefusedException {
        // The parser takes what it likes out of any text; a request must be PEM and nothing else.
        String text = pem.strip();
        if (!text.startsWith("-----BEGIN CERTIFICATE REQUEST-----")
                || !text.endsWith("-----END CERTIFICATE REQUEST-----")) {
            throw new RequestRefusedException("The csr must be PEM of the type CERTIFICATE REQUEST.");
        }
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            if (parser.readObject() instanceof PKCS10CertificationRequest request && parser.readObject() == null) {
                return request;
            }
        } catch (IOException | RuntimeException e) {
            throw new RequestRefusedException("The csr is not a readable PKCS#10 request.", e);
        }
        throw new RequestRefusedException("The csr must hold exactly one PKCS#10 request.");
    }

    private static boolean isCurveP384(ASN1Encodable parameters) {
        return SECObjectIdentifiers.secp384r1.equals(parameters);
    }

    private static String organization(X500Name subject) throws RequestRefusedException {
        if (subject.getRDNs(BCStyle.CN).length > 0) {
            throw new RequestRefusedException("The csr's subject must not have a common name.");
        }
        RDN[] organizations = subject.getRDNs(BCStyle.O);
        if (organizations.length == 0) {
            throw new RequestRefusedException("The csr's subject must have an organization.");
        }
        String organization = IETFUtils.valueToString(organizations[0].getFirst().getValue());
        if (organization.isBlank()) {
            throw new RequestRefusedException("The csr's subject must have an organization that is not empty.");
        }
        return organization;
    }
}

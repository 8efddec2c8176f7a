package io.ngrokd.kernel.identity;

import io.ngrokd.kernel.ngrok.Operator;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;

/** Looks at the certificate in an answer before anybody relies on it. */
final class IssuedCertificate {

    private IssuedCertificate() {}

    /**
     * The certificate that the answer holds.
     *
     * @throws IdentityException when there is none that can be used with these keys
     */
    static X509Certificate check(Operator answer, KeyPair keys) throws IdentityException {
        try {
            X509Certificate certificate = Keys.certificates(answer.certificate()).getFirst();
            if (!Keys.match(keys.getPrivate(), certificate)) {
                throw new IdentityException("the API answered with a certificate for another key");
            }
            return certificate;
        } catch (IOException | GeneralSecurityException unusable) {
            throw new IdentityException("the API answered with no usable certificate: " + unusable.getMessage(), unusable);
        }
    }

    /** Whether the operator's certificate is for these keys; one without a certificate is nobody's. */
    static boolean isFor(Operator operator, KeyPair keys) {
        if (operator.certificate().isEmpty()) {
            return false;
        }
        try {
            return Keys.certificates(operator.certificate()).getFirst().getPublicKey().equals(keys.getPublic());
        } catch (IOException | GeneralSecurityException somebodyElses) {
            return false;
        }
    }
}

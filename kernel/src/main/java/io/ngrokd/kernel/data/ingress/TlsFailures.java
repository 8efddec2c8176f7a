package io.ngrokd.kernel.data.ingress;

import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Set;

/** Reads out of a TLS failure who refused whom. The JDK tells the two apart only in causes and texts. */
final class TlsFailures {

    private static final String ALERT = "Received fatal alert: ";

    /** Alerts with which a server turns a client's certificate down; Go and OpenSSL differ in which they choose. */
    private static final Set<String> REFUSALS = Set.of(
            "bad_certificate", "unsupported_certificate", "certificate_revoked", "certificate_expired",
            "certificate_unknown", "unknown_ca", "access_denied", "certificate_required", "handshake_failure");

    private TlsFailures() {}

    static IngressException explain(Throwable failure, IngressTarget target) {
        for (Throwable link = failure; link != null; link = link.getCause()) {
            if (link instanceof CertificateException || link instanceof CertPathValidatorException) {
                return IngressException.of(
                        Cause.TLS_UNTRUSTED,
                        "the certificate of the ingress " + target + " is not trusted: " + link.getMessage(),
                        failure);
            }
            String alert = alert(link.getMessage());
            if (REFUSALS.contains(alert)) {
                return IngressException.of(
                        Cause.CERTIFICATE_REFUSED,
                        "the ingress " + target + " refused our client certificate (" + alert + ")",
                        failure);
            }
        }
        return IngressException.of(
                Cause.PROTOCOL, "no TLS connection to the ingress " + target + ": " + failure.getMessage(), failure);
    }

    private static String alert(String message) {
        int at = message == null ? -1 : message.indexOf(ALERT);
        // "(handshake_failure) Received fatal alert: handshake_failure"
        return at < 0 ? "" : message.substring(at + ALERT.length()).strip().toLowerCase(Locale.ROOT);
    }
}

package io.ngrokd.kernel.data.ingress;

import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Set;

/** Reads out of a TLS failure who refused whom. JDK and BoringSSL tell the two apart only in causes and texts. */
final class TlsFailures {

    private static final String JDK_ALERT = "Received fatal alert: ";
    private static final String BORINGSSL_ALERT = "_ALERT_";

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
        if (message == null) {
            return "";
        }
        // "(handshake_failure) Received fatal alert: handshake_failure"
        int jdk = message.indexOf(JDK_ALERT);
        if (jdk >= 0) {
            return message.substring(jdk + JDK_ALERT.length()).strip().toLowerCase(Locale.ROOT);
        }
        // "error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA"
        int boringssl = message.indexOf(BORINGSSL_ALERT);
        return boringssl < 0 ? "" : message.substring(boringssl + BORINGSSL_ALERT.length()).strip().toLowerCase(Locale.ROOT);
    }
}

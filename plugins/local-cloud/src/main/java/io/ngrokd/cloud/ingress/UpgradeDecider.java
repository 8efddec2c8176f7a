package io.ngrokd.cloud.ingress;

import io.ngrokd.cloud.api.Operators;
import io.ngrokd.cloud.endpoint.Endpoint;
import io.ngrokd.cloud.endpoint.Endpoints;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/** Finds the endpoint for a request, or the reason why there is none. */
final class UpgradeDecider {

    /** ngrok's code for an endpoint that is not there or not online. */
    static final String OFFLINE = "ERR_NGROK_3200";
    /** ngrok's code for a backend that does not take the connection. */
    static final String BACKEND_REFUSED = "ERR_NGROK_8012";
    /** The local cloud's own: ngrok's codes for these are not publicly known. */
    static final String OPERATOR_UNKNOWN = "ERR_NGROK_9310";
    static final String CERTIFICATE_EXPIRED = "ERR_NGROK_9311";
    static final String MALFORMED = "ERR_NGROK_9312";
    static final String ON_PURPOSE = "ERR_NGROK_9313";

    private final Operators operators;
    private final Endpoints endpoints;

    UpgradeDecider(Operators operators, Endpoints endpoints) {
        this.operators = operators;
        this.endpoints = endpoints;
    }

    UpgradeDecision decide(X509Certificate certificate, ConnRequest request) {
        try {
            // A resumed TLS session is not checked against the clock again.
            certificate.checkValidity();
        } catch (CertificateException e) {
            return new UpgradeDecision.Refused(CERTIFICATE_EXPIRED,
                    "The client certificate is not valid any more: " + e.getMessage());
        }
        String operator = operatorOf(certificate);
        if (!operators.isKnown(operator)) {
            return new UpgradeDecision.Refused(OPERATOR_UNKNOWN,
                    "The operator " + operator + " of this certificate is not registered; it was deleted.");
        }
        String wanted = request.host() + ":" + request.port();
        if (request.port() < 1 || request.port() > 65535) {
            return new UpgradeDecision.Refused(OFFLINE, "There is no endpoint at " + wanted + ".");
        }
        Optional<Endpoint> endpoint = endpoints.choose(request.host(), (int) request.port(),
                candidate -> operators.sees(operator, candidate));
        if (endpoint.isEmpty()) {
            return new UpgradeDecision.Refused(OFFLINE,
                    "There is no endpoint at " + wanted + " that is bound to operator " + operator + ".");
        }
        if (endpoint.get().config().offline()) {
            return new UpgradeDecision.Refused(OFFLINE, "The endpoint " + endpoint.get().url() + " is offline.");
        }
        return new UpgradeDecision.Accepted(endpoint.get());
    }

    private static String operatorOf(X509Certificate certificate) {
        RDN[] names = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()).getRDNs(BCStyle.CN);
        return names.length == 0 ? "(none)" : IETFUtils.valueToString(names[0].getFirst().getValue());
    }
}

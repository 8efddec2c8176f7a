package io.ngrokd.kernel.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Our registration with ngrok.
 *
 * @param operatorId {@code k8sop_...}
 * @param key the private key; a secret
 * @param chain the client certificate first, then what it chains through
 */
public record Identity(String operatorId, PrivateKey key, List<X509Certificate> chain) {

    public Identity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("an identity needs a certificate");
        }
    }

    /** The client certificate itself. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "Identity[" + operatorId + ", valid until " + certificate().getNotAfter().toInstant() + "]";
    }
}

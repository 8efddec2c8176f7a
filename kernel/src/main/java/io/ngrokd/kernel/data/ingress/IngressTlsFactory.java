package io.ngrokd.kernel.data.ingress;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** Makes credentials out of certificates and keys. Slow (it reads the system's roots): not for event loops. */
public final class IngressTlsFactory {

    private IngressTlsFactory() {}

    /**
     * Credentials for the ingress: TLS 1.2 and 1.3, the certificate presented when asked for, the ingress's name
     * checked, no ALPN.
     *
     * @param certificateChain our certificate first
     * @param privateKey its key
     * @param trust which ingress is believed
     * @throws GeneralSecurityException when there is no certificate, or TLS cannot be set up
     */
    public static IngressCredentials build(List<X509Certificate> certificateChain, PrivateKey privateKey, IngressTrust trust)
            throws GeneralSecurityException {
        if (certificateChain.isEmpty()) {
            throw new GeneralSecurityException("there is no client certificate");
        }
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(TlsEngine.chosen().provider())
                .protocols("TLSv1.3", "TLSv1.2")
                .keyManager(ClientKey.factory(privateKey, certificateChain, TlsEngine.chosen()));
        if (trust.verified()) {
            builder.trustManager(new PinnedTrustManager(trust)).endpointIdentificationAlgorithm("HTTPS");
        } else {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        }
        try {
            return new IngressCredentials(
                    builder.build(), certificateChain.getFirst().getNotAfter().toInstant());
        } catch (SSLException unusable) {
            throw new GeneralSecurityException(
                    "TLS to the ingress can't be set up: " + unusable.getMessage(), unusable);
        }
    }
}

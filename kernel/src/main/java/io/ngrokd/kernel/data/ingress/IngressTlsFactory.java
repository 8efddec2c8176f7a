package io.ngrokd.kernel.data.ingress;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Makes credentials out of certificates and keys. Slow (it reads the system's roots): not for event loops. */
public final class IngressTlsFactory {

    private IngressTlsFactory() {}

    /**
     * Credentials for the ingress: TLS 1.2 and 1.3, the certificate presented when asked for, the ingress's name
     * checked, no ALPN.
     *
     * @param certificateChain our certificate first
     * @param privateKey its key
     * @param extraRoots further certificates to trust; an intermediate is as good an anchor as a root
     * @param systemRoots whether what the system trusts is trusted here
     * @throws GeneralSecurityException when key and certificate are unusable, or nothing would be trusted
     */
    public static IngressCredentials build(
            List<X509Certificate> certificateChain,
            PrivateKey privateKey,
            List<X509Certificate> extraRoots,
            boolean systemRoots)
            throws GeneralSecurityException {
        if (certificateChain.isEmpty()) {
            throw new GeneralSecurityException("there is no client certificate");
        }
        // The JDK's engine: OpenSSL's stops delivering once our half is closed, which would cut half-closed streams.
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .keyManager(privateKey, certificateChain)
                .trustManager(trust(extraRoots, systemRoots))
                .endpointIdentificationAlgorithm("HTTPS");
        try {
            return new IngressCredentials(
                    builder.build(), certificateChain.getFirst().getNotAfter().toInstant());
        } catch (SSLException unusable) {
            throw new GeneralSecurityException(
                    "the client certificate and its key can't be used: " + unusable.getMessage(), unusable);
        }
    }

    private static TrustManagerFactory trust(List<X509Certificate> extraRoots, boolean systemRoots)
            throws GeneralSecurityException {
        List<X509Certificate> anchors = new ArrayList<>(extraRoots);
        if (systemRoots) {
            anchors.addAll(systemRoots());
        }
        if (anchors.isEmpty()) {
            throw new GeneralSecurityException("no certificate is trusted, so no ingress could be");
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException impossible) {
            throw new GeneralSecurityException("an empty key store could not be made", impossible);
        }
        for (int i = 0; i < anchors.size(); i++) {
            store.setCertificateEntry("anchor-" + i, anchors.get(i));
        }
        // One factory over all anchors rather than two managers in a row: the JDK's own manager checks the host name.
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static List<X509Certificate> systemRoots() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        List<X509Certificate> roots = new ArrayList<>();
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager trusted) {
                roots.addAll(List.of(trusted.getAcceptedIssuers()));
            }
        }
        return roots;
    }
}

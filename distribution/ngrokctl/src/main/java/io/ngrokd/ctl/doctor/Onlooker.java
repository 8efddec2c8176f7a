package io.ngrokd.ctl.doctor;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Lets every certificate pass, since nothing secret is sent, and remembers whom it saw. */
final class Onlooker implements X509TrustManager {

    private X509Certificate[] seen = {};
    private String type = "";

    X509Certificate[] chain() {
        return seen;
    }

    /** Whether this Java's own roots vouch for what was seen; whether the name is right is not asked. */
    boolean isTrusted() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager roots) {
                    roots.checkServerTrusted(seen, type);
                    return true;
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException untrusted) {
            return false;
        }
        return false;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        seen = chain.clone();
        type = authType;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("this is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

package io.ngrokd.kernel.trust;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Trust managers of the JDK over chosen certificates. They check host names when the connection asks for it. */
public final class Anchors {

    private Anchors() {}

    /** The roots that this Java trusts. Slow: reads its store. */
    public static List<X509Certificate> ofTheSystem() throws GeneralSecurityException {
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

    /** The system's roots and further ones. */
    public static List<X509Certificate> ofTheSystemAnd(List<X509Certificate> further) throws GeneralSecurityException {
        List<X509Certificate> all = new ArrayList<>(further);
        all.addAll(ofTheSystem());
        return all;
    }

    /**
     * Trusts chains that end at one of these; an intermediate is as good an anchor as a root. Without any it trusts nobody.
     *
     * @param anchors one manager over all of them, because two in a row would need two different errors explained as one
     */
    public static X509ExtendedTrustManager manager(List<X509Certificate> anchors) throws GeneralSecurityException {
        if (anchors.isEmpty()) {
            return new NobodyTrusted();
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
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager trusted) {
                return trusted;
            }
        }
        throw new GeneralSecurityException("this Java has no trust manager for TLS");
    }
}

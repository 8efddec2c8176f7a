package io.ngrokd.kernel.data.ingress;

import io.ngrokd.kernel.trust.Anchors;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts roots and, failing that, a pinned authority whose certificate the server sent. Being sent is not enough: the
 * server's chain must lead up to it, with every check that a root would get, host name and all.
 */
final class PinnedTrustManager extends X509ExtendedTrustManager {

    private static final int KEY_CERT_SIGN = 5;

    /** Being read: the system has well over a hundred, and the first server is some way off. */
    private final FutureTask<X509ExtendedTrustManager> roots;
    private final IngressTrust trust;

    PinnedTrustManager(IngressTrust trust) {
        this.trust = trust;
        this.roots = new FutureTask<>(() ->
                Anchors.manager(trust.systemRoots() ? Anchors.ofTheSystemAnd(trust.extraRoots()) : trust.extraRoots()));
        Thread.ofVirtual().name("trusted-roots").start(roots);
    }

    private X509ExtendedTrustManager roots() throws CertificateException {
        try {
            return roots.get();
        } catch (ExecutionException unreadable) {
            throw new CertificateException("the roots that are trusted here cannot be read: " + unreadable.getCause().getMessage(), unreadable);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new CertificateException("ngrokd is stopping", stopping);
        }
    }

    /** The question to a manager, with all that is known of the connection. */
    private interface Check {
        void by(X509ExtendedTrustManager manager) throws CertificateException;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        check(chain, manager -> manager.checkServerTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        check(chain, manager -> manager.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("without the connection the host name cannot be checked");
    }

    private void check(X509Certificate[] chain, Check check) throws CertificateException {
        try {
            check.by(roots());
        } catch (CertificateException untrusted) {
            Optional<X509Certificate> anchor = sentPinned(chain);
            if (anchor.isEmpty()) {
                throw explained(untrusted, chain[0]);
            }
            checkAsAnchor(anchor.get(), chain);
            try {
                check.by(Anchors.manager(List.of(anchor.get())));
            } catch (CertificateException unfit) {
                throw isUnknownIssuer(unfit)
                        ? new CertificateException("it comes with the pinned certificate " + name(anchor.get())
                                + ", but was not issued by it; somebody may sit between this machine and ngrok", unfit)
                        : explained(unfit, chain[0]);
            } catch (GeneralSecurityException unusable) {
                throw new CertificateException("the pinned certificate cannot be used: " + unusable.getMessage(), unusable);
            }
        }
    }

    /** The server's own certificate is never the authority. */
    private Optional<X509Certificate> sentPinned(X509Certificate[] chain) {
        for (int i = 1; i < chain.length; i++) {
            X509Certificate sent = chain[i];
            if (!sent.equals(chain[0]) && trust.pins().stream().anyMatch(pin -> pin.matches(sent))) {
                return Optional.of(sent);
            }
        }
        return Optional.empty();
    }

    /** What path validation checks of intermediates and takes for granted of anchors. */
    private static void checkAsAnchor(X509Certificate anchor, X509Certificate[] chain) throws CertificateException {
        try {
            anchor.checkValidity();
        } catch (CertificateExpiredException | CertificateNotYetValidException outOfTime) {
            throw new CertificateException("the pinned certificate " + name(anchor) + " that it comes with is valid from "
                    + anchor.getNotBefore().toInstant() + " to " + anchor.getNotAfter().toInstant()
                    + ", which is not now; look at this machine's clock, then for a newer ngrokd", outOfTime);
        }
        boolean[] usage = anchor.getKeyUsage();
        int longestPath = anchor.getBasicConstraints();
        if (longestPath < 0 || usage != null && !usage[KEY_CERT_SIGN]) {
            throw new CertificateException("the pinned certificate " + name(anchor) + " is not a certificate authority's");
        }
        int between = List.of(chain).indexOf(anchor) - 1;
        if (between > longestPath) {
            throw new CertificateException("the pinned certificate " + name(anchor) + " allows " + longestPath
                    + " authorities below it, and there are " + between);
        }
    }

    private CertificateException explained(CertificateException untrusted, X509Certificate leaf) {
        if (isUnknownIssuer(untrusted)) {
            return new CertificateException("it was issued by " + leaf.getIssuerX500Principal() + ", which no root trusted here vouches for. "
                    + advice(), untrusted);
        }
        for (Throwable link = untrusted; link != null; link = link.getCause()) {
            if (link instanceof CertificateExpiredException || link instanceof CertificateNotYetValidException) {
                return new CertificateException("it or one above it is not valid now (its own: from " + leaf.getNotBefore().toInstant() + " to "
                        + leaf.getNotAfter().toInstant() + "); look at this machine's clock", untrusted);
            }
        }
        // A wrong name: the JDK says which, and Netty, which recognizes the text, adds those that would be right.
        return untrusted;
    }

    private String advice() {
        String pinned = trust.pins().isEmpty() ? "the certificate of its authority"
                : "ngrok's CA certificate (" + trust.pins().getFirst().name() + "; SHA-256 " + trust.pins().getFirst().sha256() + ")";
        return "If this is your ingress, put " + pinned + " as PEM into " + trust.extraRootsFrom() + "; it counts from the next poll";
    }

    private static boolean isUnknownIssuer(CertificateException untrusted) {
        for (Throwable link = untrusted; link != null; link = link.getCause()) {
            if (link instanceof CertPathBuilderException) {
                return true;
            }
        }
        return false;
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().toString();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noServer();
    }

    private static CertificateException noServer() {
        return new CertificateException("this is no server, it trusts no clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        try {
            return roots().getAcceptedIssuers();
        } catch (CertificateException unreadable) {
            return new X509Certificate[0];
        }
    }
}

package io.ngrokd.kernel.ngrok;

import io.netty.handler.proxy.ProxyConnectException;
import io.ngrokd.kernel.proxy.ProxyServer;
import java.net.URI;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;

/** Says in words, with the mend, why a call never got an answer. */
final class ApiFailures {

    private static final String STATUS = "status: ";
    private static final String AUTHENTICATION_REQUIRED = "407";

    private ApiFailures() {}

    /** Whether the server's certificate was at fault. */
    static boolean isUntrusted(Throwable failure) {
        return find(failure, CertificateException.class) || find(failure, CertPathValidatorException.class)
                || find(failure, CertPathBuilderException.class);
    }

    static String explain(URI url, Throwable failure, Optional<ProxyServer> proxy) {
        String through = through(proxy);
        if (find(failure, ProxyConnectException.class)) {
            return url + " cannot be reached" + through + ": " + proxySaid(failure, proxy);
        }
        if (find(failure, CertPathBuilderException.class)) {
            return "the certificate of " + url + " is not trusted" + through + ": no root trusted here vouches for it. If a company's proxy"
                    + " or firewall opens TLS on the way, put its root as PEM into a file and name that in api.ca";
        }
        if (find(failure, CertificateExpiredException.class) || find(failure, CertificateNotYetValidException.class)) {
            return "the certificate of " + url + " is not trusted" + through + ": it or one above it is not valid now;"
                    + " look at this machine's clock";
        }
        if (isUntrusted(failure)) {
            return "the certificate of " + url + " is not trusted" + through + ": " + reason(failure) + "; compare api.url with the names in it";
        }
        return url + " cannot be reached" + through + ": " + reason(failure);
    }

    static String through(Optional<ProxyServer> proxy) {
        return proxy.map(server -> " through the proxy " + server).orElse("");
    }

    private static String proxySaid(Throwable failure, Optional<ProxyServer> proxy) {
        String status = status(failure);
        if (status.startsWith(AUTHENTICATION_REQUIRED)) {
            return proxy.flatMap(ProxyServer::credentials).isPresent()
                    ? "the proxy does not accept this user and password (" + status + ")"
                    : "the proxy wants a user and a password (" + status + "); write them into its URL, http://USER:PASSWORD@HOST:PORT";
        }
        if (!status.isEmpty()) {
            return "the proxy refused with " + status + "; it must allow CONNECT to the API";
        }
        return "the proxy did not answer, hung up, or does not speak HTTP";
    }

    /** Netty has the status only in its text: {@code http, basic, /1.2.3.4:3128 => host:443, status: 407 Proxy ...}. */
    private static String status(Throwable failure) {
        for (Throwable link = failure; link != null; link = link.getCause()) {
            int at = link.getMessage() == null ? -1 : link.getMessage().indexOf(STATUS);
            if (at >= 0) {
                return link.getMessage().substring(at + STATUS.length()).strip();
            }
        }
        return "";
    }

    private static boolean find(Throwable failure, Class<? extends Throwable> kind) {
        for (Throwable link = failure; link != null; link = link.getCause()) {
            if (kind.isInstance(link)) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getMessage() == null && root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}

package io.ngrokd.cloud.authority;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Serves, by SNI, a certificate for whatever name the client asked for, made when it is first wanted: endpoints come
 * and go while the servers run, and a wildcard has no list of names.
 */
public final class ServerIdentities extends X509ExtendedKeyManager {

    private static final String FALLBACK = "localhost";
    /** Far more than a demo has; beyond it certificates are simply made again. */
    private static final int MOST_REMEMBERED = 2_000;

    private final CertificateAuthority authority;
    private final Function<String, Optional<String>> patternOf;
    private final Map<String, KeyedCertificate> issued = new ConcurrentHashMap<>();

    /** @param patternOf the endpoint's host (perhaps a wildcard) for a concrete name, empty when none has it */
    public ServerIdentities(CertificateAuthority authority, Function<String, Optional<String>> patternOf) {
        this.authority = authority;
        this.patternOf = patternOf;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        if (!keyType.startsWith("EC")) {
            return null;
        }
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            return session.getRequestedServerNames().stream()
                    .filter(SNIHostName.class::isInstance).map(SNIHostName.class::cast)
                    .map(name -> name.getAsciiName().toLowerCase(Locale.ROOT))
                    .filter(name -> patternOf.apply(name).isPresent())
                    .findFirst().orElse(FALLBACK);
        }
        return FALLBACK;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return new X509Certificate[] {identity(alias).certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identity(alias).key();
    }

    private KeyedCertificate identity(String name) {
        if (issued.size() > MOST_REMEMBERED) {
            issued.clear();
        }
        return issued.computeIfAbsent(name, this::issue);
    }

    private KeyedCertificate issue(String name) {
        Optional<String> pattern = patternOf.apply(name).filter(host -> !host.equals(name));
        try {
            return authority.issueServer(pattern.map(host -> List.of(name, host)).orElse(List.of(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return keyType.startsWith("EC") ? new String[] {FALLBACK} : null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return keyType.startsWith("EC") ? FALLBACK : null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
        return null;
    }
}

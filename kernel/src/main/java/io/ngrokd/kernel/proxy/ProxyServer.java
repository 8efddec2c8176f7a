package io.ngrokd.kernel.proxy;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * An HTTP proxy that opens tunnels (CONNECT).
 *
 * @param host a name or an address literal without brackets
 * @param credentials for Basic authentication; secret
 * @param origin where it was read: a key of the config or a variable of the environment
 */
public record ProxyServer(String host, int port, Optional<Credentials> credentials, String origin) {

    private static final String WANTED = "expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT";
    private static final int DEFAULT_PORT = 80;

    public ProxyServer {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(credentials, "credentials");
    }

    /** A user and a password; a secret. */
    public record Credentials(String user, String password) {

        /** Shows neither: tokens are used as user names, too. */
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * Reads {@code http://user:password@host:port}; the scheme may be missing, user and password may be percent-encoded.
     *
     * @throws IllegalArgumentException with a message for the user that shows nothing of the text, for there may be a password in it
     */
    public static ProxyServer parse(String text, String origin) {
        String url = text.contains("://") ? text : "http://" + text;
        try {
            URI parsed = new URI(url);
            if (!"http".equalsIgnoreCase(parsed.getScheme())) {
                // The scheme is no secret, and naming it helps most.
                throw new IllegalArgumentException("a proxy of the kind " + parsed.getScheme() + " cannot be used; " + WANTED);
            }
            boolean more = parsed.getQuery() != null || parsed.getFragment() != null
                    || parsed.getPath() != null && !parsed.getPath().isEmpty() && !parsed.getPath().equals("/");
            if (parsed.getHost() == null || more || parsed.getPort() == 0 || parsed.getPort() > 65535) {
                throw new IllegalArgumentException(WANTED + "; special characters of a password are written as %XX");
            }
            String host = parsed.getHost().startsWith("[") ? parsed.getHost().substring(1, parsed.getHost().length() - 1) : parsed.getHost();
            return new ProxyServer(host, parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort(), credentials(parsed.getRawUserInfo()), origin);
        } catch (URISyntaxException malformed) {
            // Without the cause, whose message is the text.
            throw new IllegalArgumentException(WANTED + "; special characters of a password are written as %XX");
        }
    }

    private static Optional<Credentials> credentials(String userInfo) {
        if (userInfo == null || userInfo.isEmpty()) {
            return Optional.empty();
        }
        int colon = userInfo.indexOf(':');
        return Optional.of(colon < 0
                ? new Credentials(decoded(userInfo), "")
                : new Credentials(decoded(userInfo.substring(0, colon)), decoded(userInfo.substring(colon + 1))));
    }

    private static String decoded(String text) {
        // A plus is a plus in this part of a URL.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** For people, without user and password. */
    @Override
    public String toString() {
        return "http://" + (credentials.isPresent() ? "***@" : "") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port
                + " (" + origin + ")";
    }
}

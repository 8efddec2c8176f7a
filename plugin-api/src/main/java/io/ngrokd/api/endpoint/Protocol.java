package io.ngrokd.api.endpoint;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** The protocol of an endpoint, as ngrok's API names it in {@code proto} and as the scheme of its URL. */
public enum Protocol {
    /** Plain HTTP. Default port 80. */
    HTTP(80),
    /** HTTP inside TLS that ends at the endpoint. Default port 443. */
    HTTPS(443),
    /** Any stream inside TLS that ends behind the endpoint. Default port 443. */
    TLS(443),
    /** A raw stream. Has no default port: its URL must say one. */
    TCP(-1);

    private final int defaultPort;

    Protocol(int defaultPort) {
        this.defaultPort = defaultPort;
    }

    /** The port that a URL of this protocol means when it names none; empty for {@link #TCP}. */
    public OptionalInt defaultPort() {
        return defaultPort < 0 ? OptionalInt.empty() : OptionalInt.of(defaultPort);
    }

    /** The lower-case name, as in a URL: {@code http}, {@code https}, {@code tls}, {@code tcp}. */
    public String scheme() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The protocol of a scheme, in any case; empty when there is no such protocol. */
    public static Optional<Protocol> ofScheme(String scheme) {
        for (Protocol protocol : values()) {
            if (protocol.scheme().equalsIgnoreCase(scheme)) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }
}

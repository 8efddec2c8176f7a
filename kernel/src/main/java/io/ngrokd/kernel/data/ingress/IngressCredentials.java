package io.ngrokd.kernel.data.ingress;

import io.netty.handler.ssl.SslContext;
import java.time.Instant;
import java.util.Objects;

/**
 * Who we are and whom we trust, ready for use.
 *
 * @param tls a client context with our certificate; its session cache lives as long as it does
 * @param notAfter when our certificate expires, so that a refusal can be explained
 */
public record IngressCredentials(SslContext tls, Instant notAfter) {

    public IngressCredentials {
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(notAfter, "notAfter");
    }
}

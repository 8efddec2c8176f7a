package io.ngrokd.kernel.data.ingress;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits of a dial.
 *
 * @param connectTimeout for the name and the TCP connection together
 * @param exchangeTimeout for the TLS handshake and the binding exchange together
 * @param retryDelay how long to wait before the one second attempt
 * @param longestResponse bytes of a binding response that are accepted
 */
public record IngressSettings(
        Duration connectTimeout, Duration exchangeTimeout, Duration retryDelay, int longestResponse) {

    private static final int LONGEST_EXPRESSIBLE = 0xFFFF;

    public IngressSettings {
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        Objects.requireNonNull(exchangeTimeout, "exchangeTimeout");
        Objects.requireNonNull(retryDelay, "retryDelay");
        if (longestResponse < 1 || longestResponse > LONGEST_EXPRESSIBLE) {
            throw new IllegalArgumentException("longest response " + longestResponse + " is not in 1 to 65535");
        }
    }

    /** Five seconds to connect, ten for the rest, a retry after a fifth of a second. */
    public static IngressSettings defaults() {
        return new IngressSettings(
                Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMillis(200), LONGEST_EXPRESSIBLE);
    }
}

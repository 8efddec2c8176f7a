package io.ngrokd.kernel.data.ingress;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits of dials, and how many are made in advance.
 *
 * @param connectTimeout for the name and the TCP connection together
 * @param exchangeTimeout for the TLS handshake and the binding exchange together
 * @param retryDelay how long to wait before the one second attempt
 * @param longestResponse bytes of a binding response that are accepted
 * @param poolSize how many connections wait at most for somebody to need one; 0 for none
 * @param poolMaxAge how long a connection waits at most
 */
public record IngressSettings(
        Duration connectTimeout, Duration exchangeTimeout, Duration retryDelay, int longestResponse, int poolSize, Duration poolMaxAge) {

    private static final int LONGEST_EXPRESSIBLE = 0xFFFF;
    private static final int POOL_SIZE = 16;
    private static final Duration POOL_MAX_AGE = Duration.ofSeconds(30);

    public IngressSettings {
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        Objects.requireNonNull(exchangeTimeout, "exchangeTimeout");
        Objects.requireNonNull(retryDelay, "retryDelay");
        Objects.requireNonNull(poolMaxAge, "poolMaxAge");
        if (longestResponse < 1 || longestResponse > LONGEST_EXPRESSIBLE) {
            throw new IllegalArgumentException("longest response " + longestResponse + " is not in 1 to 65535");
        }
        if (poolSize < 0) {
            throw new IllegalArgumentException("pool size " + poolSize + " is negative");
        }
    }

    /** Nothing is made in advance. */
    public IngressSettings(Duration connectTimeout, Duration exchangeTimeout, Duration retryDelay, int longestResponse) {
        this(connectTimeout, exchangeTimeout, retryDelay, longestResponse, 0, POOL_MAX_AGE);
    }

    /** Five seconds to connect, ten for the rest, a retry after a fifth of a second, 16 connections made up to 30 s in advance. */
    public static IngressSettings defaults() {
        return new IngressSettings(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMillis(200), LONGEST_EXPRESSIBLE)
                .withPool(POOL_SIZE, POOL_MAX_AGE);
    }

    /** The same with another pool. */
    public IngressSettings withPool(int size, Duration maxAge) {
        return new IngressSettings(connectTimeout, exchangeTimeout, retryDelay, longestResponse, size, maxAge);
    }
}

package io.ngrokd.kernel.data.http;

import java.time.Duration;
import java.util.Objects;

/**
 * How streams to endpoints are kept for the requests of others. The bounds hold for each event loop on its own: a stream
 * never leaves the loop it lives on.
 *
 * @param enabled false gives each client's connection a stream of its own, which ends with it
 * @param idleLimit how long a stream is kept unused; more than zero
 * @param mostPerEndpoint unused streams kept for one endpoint; the oldest goes first
 * @param mostInAll unused streams kept for all endpoints together; the oldest goes first
 * @param clientIdleLimit how long a client's connection keeps its stream between requests before others may have it; more
 *     than zero
 */
public record PoolSettings(
        boolean enabled, Duration idleLimit, int mostPerEndpoint, int mostInAll, Duration clientIdleLimit) {

    public PoolSettings {
        Objects.requireNonNull(idleLimit, "idleLimit");
        Objects.requireNonNull(clientIdleLimit, "clientIdleLimit");
        if (!idleLimit.isPositive() || !clientIdleLimit.isPositive()) {
            throw new IllegalArgumentException("the limits of the HTTP pool must be longer than zero");
        }
        if (mostPerEndpoint < 1 || mostInAll < mostPerEndpoint) {
            throw new IllegalArgumentException("the HTTP pool must have room for one stream, and for those of one endpoint");
        }
    }

    /** On: 32 streams an endpoint, 64 in all (of each event loop), for 15 s; a client that is silent for a second lets go of its stream. */
    public static PoolSettings defaults() {
        return new PoolSettings(true, Duration.ofSeconds(15), 32, 64, Duration.ofSeconds(1));
    }

    /** No stream is ever shared. */
    public static PoolSettings off() {
        PoolSettings on = defaults();
        return new PoolSettings(false, on.idleLimit, on.mostPerEndpoint, on.mostInAll, on.clientIdleLimit);
    }
}

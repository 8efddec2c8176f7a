package io.ngrokd.kernel.data.http;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits and habits of the HTTP side.
 *
 * @param longestStartLine bytes of a request or status line
 * @param longestHead bytes of a whole head
 * @param headDeadline from a head's first byte to its last
 * @param keepAliveLimit how long a client may be silent between requests
 * @param lingerLimit how long a client's bytes are read and dropped after a last answer, so that it can be read
 * @param pool how streams to endpoints are shared
 * @param forwardedHeaders whether endpoints are told of the client. {@code X-Forwarded-For} gets the client's address
 *     appended to whatever list is there: the last element is always ours and true. {@code X-Forwarded-Proto} (http) and
 *     {@code X-Forwarded-Host} (the Host that the client sent) are set only when absent: a proxy between the user and us,
 *     which may have ended TLS, knows better than we do what the user asked for. They prove nothing, with or without us:
 *     a client can write what it likes
 */
public record HttpSettings(
        int longestStartLine,
        int longestHead,
        Duration headDeadline,
        Duration keepAliveLimit,
        Duration lingerLimit,
        PoolSettings pool,
        boolean forwardedHeaders) {

    public HttpSettings {
        Objects.requireNonNull(headDeadline, "headDeadline");
        Objects.requireNonNull(keepAliveLimit, "keepAliveLimit");
        Objects.requireNonNull(lingerLimit, "lingerLimit");
        Objects.requireNonNull(pool, "pool");
        if (longestStartLine < 1 || longestHead < longestStartLine) {
            throw new IllegalArgumentException("the longest head must be able to hold the longest start line");
        }
    }

    /** Limits of one's own, habits as by default. */
    public HttpSettings(
            int longestStartLine, int longestHead, Duration headDeadline, Duration keepAliveLimit, Duration lingerLimit) {
        this(longestStartLine, longestHead, headDeadline, keepAliveLimit, lingerLimit, PoolSettings.defaults(), false);
    }

    /** 16 KiB for the first line, 64 KiB for the head, 30 s to send it, two minutes between requests; a pool, no headers. */
    public static HttpSettings defaults() {
        return new HttpSettings(
                16 * 1024, 64 * 1024, Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofSeconds(5));
    }

    /** The same with another pool. */
    public HttpSettings with(PoolSettings other) {
        return new HttpSettings(
                longestStartLine, longestHead, headDeadline, keepAliveLimit, lingerLimit, other, forwardedHeaders);
    }

    /** The same, telling endpoints of clients or not. */
    public HttpSettings withForwardedHeaders(boolean told) {
        return new HttpSettings(longestStartLine, longestHead, headDeadline, keepAliveLimit, lingerLimit, pool, told);
    }
}

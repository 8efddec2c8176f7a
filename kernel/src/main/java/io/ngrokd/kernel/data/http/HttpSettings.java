package io.ngrokd.kernel.data.http;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits of the HTTP side.
 *
 * @param longestStartLine bytes of a request or status line
 * @param longestHead bytes of a whole head
 * @param headDeadline from a head's first byte to its last
 * @param keepAliveLimit how long a client may be silent between requests
 * @param lingerLimit how long a client's bytes are read and dropped after a last answer, so that it can be read
 */
public record HttpSettings(
        int longestStartLine, int longestHead, Duration headDeadline, Duration keepAliveLimit, Duration lingerLimit) {

    public HttpSettings {
        Objects.requireNonNull(headDeadline, "headDeadline");
        Objects.requireNonNull(keepAliveLimit, "keepAliveLimit");
        Objects.requireNonNull(lingerLimit, "lingerLimit");
        if (longestStartLine < 1 || longestHead < longestStartLine) {
            throw new IllegalArgumentException("the longest head must be able to hold the longest start line");
        }
    }

    /** 16 KiB for the first line, 64 KiB for the head, 30 s to send it, two minutes between requests. */
    public static HttpSettings defaults() {
        return new HttpSettings(
                16 * 1024, 64 * 1024, Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofSeconds(5));
    }
}

package io.ngrokd.kernel.control;

import java.time.Instant;
import java.util.Optional;

/**
 * What went through an endpoint since the daemon started.
 *
 * @param connections open now
 * @param totalConnections ever
 * @param errors connections that failed at the far end
 * @param lastError the newest such failure, which may be long over
 */
public record Traffic(long connections, long totalConnections, long errors, Optional<Instant> lastActivity, Optional<Failure> lastError) {

    /**
     * @param cause a short code in capitals, the same as in log and error pages
     * @param message what happened, in words
     */
    public record Failure(String cause, String message, Instant at) {}

    /** Nothing yet. */
    public static Traffic none() {
        return new Traffic(0, 0, 0, Optional.empty(), Optional.empty());
    }
}

package io.ngrokd.kernel.data.route;

import java.time.Instant;
import java.util.Objects;

/**
 * The last thing that went wrong with an endpoint's traffic.
 *
 * @param cause a short code in capitals, the same in status, log, metrics and error pages
 * @param message a sentence for people
 * @param at when it happened
 */
public record TrafficFailure(String cause, String message, Instant at) {

    public TrafficFailure {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(at, "at");
    }
}

package io.ngrokd.api.spi;

import java.util.Objects;

/**
 * Whether a backend can work on this machine, and the facts that say so.
 *
 * @param available whether it can
 * @param reason the facts seen, as a phrase for the log and {@code ngrokctl status}: "the kernel has the dummy type"
 */
public record Availability(boolean available, String reason) {

    public Availability {
        Objects.requireNonNull(reason, "reason");
    }

    public static Availability yes(String reason) {
        return new Availability(true, reason);
    }

    public static Availability no(String reason) {
        return new Availability(false, reason);
    }
}

package io.ngrokd.api.spi;

import java.util.Objects;

/**
 * Whether a backend can work on this machine, and the facts that say so.
 *
 * @param available whether it can
 * @param elsewhere whether it is made for another operating system, which is no news to anybody: it is left out of the status
 * @param reason the facts seen, as a phrase for the log and {@code ngrokctl status}: "the kernel has the dummy type"
 */
public record Availability(boolean available, boolean elsewhere, String reason) {

    public Availability {
        Objects.requireNonNull(reason, "reason");
    }

    public static Availability yes(String reason) {
        return new Availability(true, false, reason);
    }

    public static Availability no(String reason) {
        return new Availability(false, false, reason);
    }

    /** It cannot, since this is another operating system than the one that it is made for. */
    public static Availability elsewhere(String reason) {
        return new Availability(false, true, reason);
    }
}

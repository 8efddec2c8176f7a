package io.ngrokd.api.spi;

import java.util.Objects;

/**
 * What a backend sees when somebody asks it to look at its part of the system now, for {@code ngrokctl doctor}.
 *
 * @param good whether it is as it should be
 * @param saw what is there, in words for the user: "/etc/hosts says 10.107.0.2"
 * @param mend what the user can do about it, sentences; empty when all is good
 */
public record Finding(boolean good, String saw, String mend) {

    public Finding {
        Objects.requireNonNull(saw, "saw");
        Objects.requireNonNull(mend, "mend");
    }

    /** All is as it should be. */
    public static Finding good(String saw) {
        return new Finding(true, saw, "");
    }

    /** Something is wrong. */
    public static Finding bad(String saw, String mend) {
        return new Finding(false, saw, mend);
    }
}

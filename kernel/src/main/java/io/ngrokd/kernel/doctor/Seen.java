package io.ngrokd.kernel.doctor;

import io.ngrokd.api.spi.Finding;
import java.util.Objects;

/**
 * What was seen at a hop.
 *
 * @param saw what is there, in words
 * @param mend what to do about it, sentences; empty when there is nothing to do
 */
public record Seen(State state, String saw, String mend) {

    /** How good it is. */
    public enum State {
        OK,
        /** It works, and somebody should know this. */
        WARNING,
        FAILED,
        /** Not looked at: there is nothing to see here, or an earlier hop failed. */
        SKIPPED
    }

    public Seen {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(saw, "saw");
        Objects.requireNonNull(mend, "mend");
    }

    /** All is well. */
    public static Seen ok(String saw) {
        return new Seen(State.OK, saw, "");
    }

    /** It works all the same. */
    public static Seen warning(String saw, String mend) {
        return new Seen(State.WARNING, saw, mend);
    }

    /** It does not work. */
    public static Seen failed(String saw, String mend) {
        return new Seen(State.FAILED, saw, mend);
    }

    /** Nothing to look at, and why. */
    public static Seen skipped(String reason) {
        return new Seen(State.SKIPPED, reason, "");
    }

    /** What a plugin saw. */
    public static Seen of(Finding finding) {
        return finding.good() ? ok(finding.saw()) : failed(finding.saw(), finding.mend());
    }
}

package io.ngrokd.kernel.doctor;

/** A hop of the way, and what was seen there. */
public record Hop(String name, Seen seen) {

    /** What other hops may need of it. */
    boolean failed() {
        return seen.state() == Seen.State.FAILED;
    }
}

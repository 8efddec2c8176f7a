package io.ngrokd.benchmark;

import java.util.Locale;

/**
 * What a row must come to.
 *
 * @param higherIsBetter whether more is better
 * @param relative whether it is a ratio to the rival's value, or a value as it is
 */
record Goal(double value, boolean higherIsBetter, boolean relative) {

    /** The clocks' and the processes' own time: 2.04 round trips are two. */
    private static final double TOLERANCE = 0.05;

    static Goal atLeast(double ratio) {
        return new Goal(ratio, true, true);
    }

    static Goal atMost(double ratio) {
        return new Goal(ratio, false, true);
    }

    /** Of the daemon's own value, whatever the rival's is; within 5 %. */
    static Goal absolute(double most) {
        return new Goal(most, false, false);
    }

    boolean isMet(double reached) {
        double allowed = relative ? value : value * (1 + TOLERANCE);
        return higherIsBetter ? reached >= value : reached <= allowed;
    }

    @Override
    public String toString() {
        return (higherIsBetter ? ">= " : "<= ") + String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.2f", value)
                + (relative ? " x" : "");
    }
}

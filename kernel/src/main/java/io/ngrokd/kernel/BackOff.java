package io.ngrokd.kernel;

import java.time.Duration;

/** How long to wait before trying again: twice as long after each failure, up to a limit. */
final class BackOff {

    private BackOff() {}

    /** @param failures in a row, at least 1 */
    static Duration after(int failures, Duration first, Duration longest) {
        Duration pause = first.multipliedBy(1L << Math.clamp(failures - 1, 0, 20));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}

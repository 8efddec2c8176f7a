package io.ngrokd.kernel.data.ingress;

import java.time.Duration;

/** How many connections were needed lately, second by second, and so how many should be made in advance. */
final class Demand {

    private static final int WINDOW_SECONDS = 30;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** So long one connection is kept for whoever comes back. */
    private static final long MEMORY = Duration.ofMinutes(5).toNanos();

    private final int[] needed = new int[WINDOW_SECONDS];
    private long newestSecond = Long.MIN_VALUE;
    private long lastNeed;

    /** One was needed. The clock is {@link System#nanoTime}'s, from a start of one's own. */
    void note(long now) {
        moveTo(now / SECOND);
        needed[slot(newestSecond)]++;
        lastNeed = now;
    }

    /** As many as in the busiest of the last 30 seconds; one while the last need is less than five minutes ago. */
    int expected(long now) {
        if (newestSecond == Long.MIN_VALUE) {
            return 0;
        }
        moveTo(now / SECOND);
        int most = now - lastNeed < MEMORY ? 1 : 0;
        for (int second : needed) {
            most = Math.max(most, second);
        }
        return most;
    }

    private void moveTo(long second) {
        if (newestSecond == Long.MIN_VALUE) {
            newestSecond = second;
        }
        long steps = Math.min(second - newestSecond, WINDOW_SECONDS);
        for (long step = 1; step <= steps; step++) {
            needed[slot(second - steps + step)] = 0;
        }
        newestSecond = Math.max(newestSecond, second);
    }

    private static int slot(long second) {
        return Math.floorMod(second, WINDOW_SECONDS);
    }
}

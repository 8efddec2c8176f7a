package io.ngrokd.kernel;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/** Notices that somebody set the wall clock, or that the machine slept: then it and the monotonic clock disagree. */
final class ClockWatch {

    private static final Duration JUMP = Duration.ofMinutes(1);

    private final Clock wall;
    private final LongSupplier monotonicNanos;
    private Instant lastWall;
    private long lastNanos;

    ClockWatch(Clock wall, LongSupplier monotonicNanos) {
        this.wall = wall;
        this.monotonicNanos = monotonicNanos;
        this.lastWall = wall.instant();
        this.lastNanos = monotonicNanos.getAsLong();
    }

    /** How far the wall clock jumped since the last call, backwards below zero; zero when it only crept. */
    Duration jump() {
        Instant nowWall = wall.instant();
        long nowNanos = monotonicNanos.getAsLong();
        Duration difference = Duration.between(lastWall, nowWall).minusNanos(nowNanos - lastNanos);
        lastWall = nowWall;
        lastNanos = nowNanos;
        return difference.abs().compareTo(JUMP) > 0 ? difference : Duration.ZERO;
    }
}

package io.ngrokd.plugin.dns.windows;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * How often settings that somebody else keeps changing are put right. The first times at once; then after a while that doubles,
 * so that two programs don't fight over a file for ever. Not safe for use by several threads.
 */
final class Repairs {

    static final int AT_ONCE = 3;
    static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    static final Duration LONGEST_WAIT = Duration.ofMinutes(30);
    /** After so long without a change by others it is no fight. */
    static final Duration PEACE = Duration.ofHours(1);

    private final InstantSource clock;
    private final Map<String, Fight> fights = new HashMap<>();

    Repairs(InstantSource clock) {
        this.clock = clock;
    }

    private record Fight(int rounds, Instant last, Instant next) {}

    /** Whether this may be put right now; counts as a repair when it may. */
    boolean mayRepair(String what) {
        Instant now = clock.instant();
        Fight fight = fights.get(what);
        if (fight == null || Duration.between(fight.last(), now).compareTo(PEACE) > 0) {
            fight = new Fight(0, now, now);
        }
        if (now.isBefore(fight.next())) {
            return false;
        }
        int rounds = fight.rounds() + 1;
        fights.put(what, new Fight(rounds, now, now.plus(waitAfter(rounds))));
        return true;
    }

    /** Whether it was changed by others so often that we wait between repairs. */
    boolean isFoughtOver(String what) {
        Fight fight = fights.get(what);
        return fight != null && fight.rounds() >= AT_ONCE && Duration.between(fight.last(), clock.instant()).compareTo(PEACE) <= 0;
    }

    void forget(String what) {
        fights.remove(what);
    }

    private static Duration waitAfter(int rounds) {
        if (rounds < AT_ONCE) {
            return Duration.ZERO;
        }
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(rounds - AT_ONCE, 16));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }
}

package io.ngrokd.kit.system;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How often a setting that somebody else keeps changing is put right: the first times at once, then after a while that doubles,
 * and after some more rounds not any more, until there was peace for an hour. Not safe for use by several threads.
 */
public final class Repairs {

    static final int AT_ONCE = 3;
    static final int ROUNDS = 8;
    static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    /** After so long without a change by others it is no fight. */
    static final Duration PEACE = Duration.ofHours(1);

    private final InstantSource clock;
    private int rounds;
    private Instant last = Instant.EPOCH;

    public Repairs(InstantSource clock) {
        this.clock = clock;
    }

    /** What to do about a setting that is not as we left it. */
    public enum Advice {
        /** Put it right; counted. */
        REPAIR,
        /** It was put right a short while ago: later. */
        WAIT,
        /** Leave it to the other one. */
        GIVE_IN
    }

    /** To be asked when somebody else's change is seen. */
    public Advice onChange() {
        Instant now = clock.instant();
        if (Duration.between(last, now).compareTo(PEACE) > 0) {
            rounds = 0;
        }
        if (rounds >= ROUNDS) {
            return Advice.GIVE_IN;
        }
        if (rounds >= AT_ONCE && now.isBefore(last.plus(FIRST_WAIT.multipliedBy(1L << (rounds - AT_ONCE))))) {
            return Advice.WAIT;
        }
        rounds++;
        last = now;
        return Advice.REPAIR;
    }

    /** Whether others changed it so often that we wait between repairs. */
    public boolean isFight() {
        return rounds >= AT_ONCE && Duration.between(last, clock.instant()).compareTo(PEACE) <= 0;
    }
}

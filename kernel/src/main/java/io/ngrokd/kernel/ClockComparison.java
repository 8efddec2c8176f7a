package io.ngrokd.kernel;

import io.ngrokd.kernel.status.StatusBoard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares this machine's clock with ngrok's, which every answer of the API tells, and warns while they are far apart:
 * the certificate would be renewed too early or too late. Any thread may call; does not block.
 */
final class ClockComparison {

    /** What to do about a clock that is wrong. */
    static final String MEND = "set this machine's clock (timedatectl set-ntp true)";

    private static final Logger LOG = LoggerFactory.getLogger(ClockComparison.class);
    private static final String WARNING = "clock";
    /** Answers may be under way for half a minute, and a few minutes do no harm. */
    private static final Duration TOLERATED = Duration.ofMinutes(5);
    private static final int TOO_MANY = 120;

    private final StatusBoard board;
    private final Clock clock;

    // Guarded by this:
    private boolean apart;

    ClockComparison(StatusBoard board, Clock clock) {
        this.board = board;
        this.clock = clock;
    }

    /** An answer told ngrok's time, in whole seconds. */
    synchronized void compare(Instant ngroks) {
        Instant here = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Duration ahead = Duration.between(ngroks, here);
        if (ahead.abs().compareTo(TOLERATED) <= 0) {
            if (apart) {
                apart = false;
                board.clearWarning(WARNING);
                LOG.info("This machine's clock and ngrok's agree again.");
            }
            return;
        }
        String sentence = "this machine's clock is " + words(ahead.abs()) + (ahead.isNegative() ? " behind" : " ahead of")
                + " ngrok's: here it is " + here + ", there " + ngroks + "; " + MEND;
        board.warn(WARNING, sentence);
        if (!apart) {
            apart = true;
            LOG.warn("Attention: {}", sentence);
        }
    }

    /** Rounded: answers take their time. */
    private static String words(Duration duration) {
        if (duration.toMinutes() < TOO_MANY) {
            return duration.plusSeconds(30).toMinutes() + " minutes";
        }
        return duration.toHours() < TOO_MANY ? duration.plusMinutes(30).toHours() + " hours" : duration.plusHours(12).toDays() + " days";
    }
}

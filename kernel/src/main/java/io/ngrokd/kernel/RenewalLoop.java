package io.ngrokd.kernel;

import io.ngrokd.kernel.control.Actions.Refreshed;
import io.ngrokd.kernel.identity.CertificateLife;
import io.ngrokd.kernel.identity.IdentityException;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.status.StatusBoard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the client certificate is renewed in time: at the start, every hour, when it is due, and after the
 * clock was set. Says early when that does not succeed. On one virtual thread; a user's wish is carried out on the caller's.
 */
final class RenewalLoop {

    private static final Logger LOG = LoggerFactory.getLogger(RenewalLoop.class);
    private static final String WARNING = "certificate";
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LOOK_AT_CLOCK = Duration.ofSeconds(30);

    private final IdentityKeeper keeper;
    private final StatusBoard board;
    private final Clock clock;
    private final ClockWatch watch;
    private final TurnLoop loop = new TurnLoop("renewal-loop", this::check, LOOK_AT_CLOCK, this::clockWasSet);
    private volatile boolean impatient;

    // Guarded by this:
    private int failures;
    private Instant nextTry = Instant.MIN;
    private String problem = "";
    private boolean unsaved;
    private String logged = "";

    RenewalLoop(IdentityKeeper keeper, StatusBoard board, Clock clock) {
        this.keeper = keeper;
        this.board = board;
        this.clock = clock;
        this.watch = new ClockWatch(clock, System::nanoTime);
        keeper.onCertificate(loop::poke);
    }

    void start() {
        loop.start();
    }

    /** No check begins any more; a renewal that is under way goes on. */
    void stop() {
        loop.stop();
    }

    /** Waits for the renewal under way, then breaks it off. */
    void join(Duration patience) throws InterruptedException {
        loop.join(patience);
    }

    /** What made a renewal fail may be gone, a wrong key for instance: a try that waits waits no longer. */
    void tryNow() {
        impatient = true;
        loop.poke();
    }

    private boolean clockWasSet() {
        Duration jump = watch.jump();
        if (jump.isZero()) {
            return false;
        }
        LOG.info("The clock was set or the machine slept; the certificate is looked at. by={}s", jump.toSeconds());
        impatient = true;
        return true;
    }

    /**
     * Renews if that is due, and says what is to be said.
     *
     * @return when to look again at the latest
     */
    synchronized Duration check() {
        if (impatient) {
            impatient = false;
            nextTry = Instant.MIN;
        }
        Optional<CertificateLife> life = keeper.certificate();
        if (life.isEmpty()) {
            return LONGEST_PAUSE;
        }
        boolean wanted = unsaved || life.get().isDue(clock.instant());
        if (wanted && !clock.instant().isBefore(nextTry)) {
            attempt(life.get());
        }
        CertificateLife now = keeper.certificate().orElse(life.get());
        tell(now);
        return untilNextCheck(now);
    }

    private void attempt(CertificateLife life) {
        try {
            if (life.isDue(clock.instant())) {
                note(keeper.renew());
            } else {
                note(life, keeper.save());
            }
        } catch (ApiException failed) {
            failed(life, failed.messageWithAdvice(), failed.retryAfter().orElse(Duration.ZERO));
        } catch (IdentityException failed) {
            failed(life, failed.getMessage(), Duration.ZERO);
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError defect) {
            LOG.error("A renewal failed unexpectedly.", defect);
            failed(life, defect.toString(), Duration.ZERO);
        }
    }

    private void note(IdentityKeeper.Renewed renewed) {
        note(renewed.after(), renewed.notSaved());
    }

    private void note(CertificateLife life, Optional<String> notSaved) {
        unsaved = notSaved.isPresent();
        if (unsaved) {
            failed(life, notSaved.get(), Duration.ZERO);
        } else if (life.isDue(clock.instant())) {
            failed(life, "ngrok just made a certificate for " + life.notBefore() + " to " + life.notAfter() + ", and here it is "
                    + seconds(clock.instant()) + "; " + ClockComparison.MEND, Duration.ZERO);
        } else {
            failures = 0;
            nextTry = Instant.MIN;
            problem = "";
            board.certificateError(Optional.empty());
        }
    }

    private void failed(CertificateLife life, String reason, Duration asked) {
        failures++;
        Duration pause = BackOff.after(failures, life.firstRetry(), life.longestRetry());
        Duration jittered = pause.minusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 10 + 1));
        Instant now = clock.instant();
        pause = life.notPastTheEnd(asked.compareTo(jittered) > 0 ? asked : jittered, now);
        nextTry = now.plus(pause);
        problem = reason;
        board.certificateError(Optional.of(reason));
        LOG.warn("The client certificate could not be renewed; the old one serves. until={} failures={} next_try_in={}s cause={}",
                life.notAfter(), failures, pause.toSeconds(), reason);
    }

    private void tell(CertificateLife life) {
        Instant now = clock.instant();
        String because = problem.isEmpty() ? "" : "; the last try to renew it failed: " + problem;
        if (life.isExpired(now)) {
            warn("the client certificate expired at " + life.notAfter() + ": ngrok refuses new connections until it is renewed. "
                    + "If it is not " + seconds(now) + " now, " + ClockComparison.MEND + because, life, true);
        } else if (life.isNotYetValid(now)) {
            warn("the client certificate is for the time from " + life.notBefore() + " on, and here it is " + seconds(now) + "; "
                    + ClockComparison.MEND + because, life, true);
        } else if (unsaved) {
            warn(problem + "; until that succeeds a restart finds the old one", life, false);
        } else if (failures > 0) {
            warn("the client certificate expires at " + life.notAfter() + " and could not be renewed: " + problem, life, false);
        } else {
            board.clearWarning(WARNING);
            logged = "";
        }
    }

    /** @param news whether the log has it not yet, from the failed renewals */
    private void warn(String sentence, CertificateLife life, boolean news) {
        board.warn(WARNING, sentence);
        String about = life + (life.isExpired(clock.instant()) ? " expired" : "");
        if (news && !logged.equals(about)) {
            logged = about;
            LOG.error("Attention: {}", sentence);
        }
    }

    private Duration untilNextCheck(CertificateLife life) {
        Instant now = clock.instant();
        Instant due = now.plus(LONGEST_PAUSE);
        if (unsaved || life.isDue(now)) {
            due = earlier(due, nextTry);
        } else {
            due = earlier(due, life.renewAt());
        }
        if (!life.isExpired(now)) {
            due = earlier(due, life.notAfter());
        }
        if (life.isNotYetValid(now)) {
            due = earlier(due, life.notBefore());
        }
        Duration pause = Duration.between(now, due);
        return pause.compareTo(SHORTEST_PAUSE) > 0 ? pause : SHORTEST_PAUSE;
    }

    private static Instant earlier(Instant one, Instant other) {
        return other.isBefore(one) ? other : one;
    }

    /** What {@code ngrokctl refresh-cert} asks for: renews when due or forced, whatever the pause after a failure. */
    synchronized Refreshed refresh(boolean force) throws ApiException, IdentityException {
        Optional<CertificateLife> known = keeper.certificate();
        boolean due = known.map(life -> life.isDue(clock.instant())).orElse(true);
        if (!due && !force) {
            CertificateLife life = known.get();
            return new Refreshed(false, life.notAfter(), life.notAfter(), life.renewAt(),
                    "Not due: the certificate is good until " + life.notAfter() + " and is renewed by itself at " + life.renewAt());
        }
        IdentityKeeper.Renewed renewed = keeper.renew();
        note(renewed);
        tell(renewed.after());
        CertificateLife after = renewed.after();
        return new Refreshed(true, renewed.before().notAfter(), after.notAfter(), after.renewAt(), "Renewed: the old certificate ended "
                + renewed.before().notAfter() + ", the new one ends " + after.notAfter()
                + renewed.notSaved().map(reason -> "; but " + reason).orElse(""));
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}

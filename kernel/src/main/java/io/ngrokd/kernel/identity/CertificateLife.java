package io.ngrokd.kernel.identity;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * From when to when a certificate counts, and what follows for its renewal. Lives of seconds are as good as lives of
 * months: everything is in proportion.
 */
public record CertificateLife(Instant notBefore, Instant notAfter) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    private static final Duration LONGEST_RETRY = Duration.ofHours(1);

    /** The life of a certificate. */
    public static CertificateLife of(X509Certificate certificate) {
        return new CertificateLife(certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
    }

    /** When less than a third of the life is left. */
    public Instant renewAt() {
        return notAfter.minus(third());
    }

    public boolean isDue(Instant now) {
        return !now.isBefore(renewAt()) || isExpired(now);
    }

    public boolean isExpired(Instant now) {
        return !now.isBefore(notAfter);
    }

    /** As fresh certificates are never: this machine's clock is wrong then. */
    public boolean isNotYetValid(Instant now) {
        return now.isBefore(notBefore);
    }

    /** How long to wait after the first failed renewal; several tries fit into the last third of every life. */
    public Duration firstRetry() {
        return limited(third().dividedBy(10), FIRST_RETRY);
    }

    /** How long to wait at most after failed renewals. */
    public Duration longestRetry() {
        return limited(third().dividedBy(3), LONGEST_RETRY);
    }

    /** The pause before a next try, shortened so that it does not jump over the end of the life. */
    public Duration notPastTheEnd(Duration pause, Instant now) {
        if (isExpired(now) || now.plus(pause).isBefore(notAfter)) {
            return pause;
        }
        Duration half = Duration.between(now, notAfter).dividedBy(2);
        return half.compareTo(SHORTEST) < 0 ? SHORTEST : half;
    }

    private Duration third() {
        return Duration.between(notBefore, notAfter).dividedBy(3);
    }

    private static Duration limited(Duration duration, Duration most) {
        if (duration.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return duration.compareTo(most) > 0 ? most : duration;
    }
}

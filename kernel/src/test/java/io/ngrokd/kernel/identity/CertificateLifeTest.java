package io.ngrokd.kernel.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class CertificateLifeTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void isDueWhenLessThanAThirdIsLeft() {
        CertificateLife life = life(Duration.ofDays(90));
        assertEquals(START.plus(Duration.ofDays(60)), life.renewAt());
        assertFalse(life.isDue(life.renewAt().minusMillis(1)));
        assertTrue(life.isDue(life.renewAt()));
        assertFalse(life.isExpired(life.notAfter().minusMillis(1)));
        assertTrue(life.isExpired(life.notAfter()));
        assertTrue(life.isNotYetValid(START.minusMillis(1)));
    }

    @Test
    void pausesBetweenTriesFitTheLife() {
        assertEquals(Duration.ofMinutes(1), life(Duration.ofDays(90)).firstRetry());
        assertEquals(Duration.ofHours(1), life(Duration.ofDays(90)).longestRetry());
        assertEquals(Duration.ofSeconds(1), life(Duration.ofSeconds(30)).firstRetry());
        assertEquals(Duration.ofMillis(3333), life(Duration.ofSeconds(30)).longestRetry().truncatedTo(ChronoUnit.MILLIS));
        assertEquals(Duration.ofSeconds(1), life(Duration.ZERO).firstRetry());
    }

    @Test
    void noPauseJumpsOverTheEnd() {
        CertificateLife life = life(Duration.ofDays(90));
        assertEquals(Duration.ofHours(1), life.notPastTheEnd(Duration.ofHours(1), life.renewAt()));
        assertEquals(Duration.ofMinutes(20), life.notPastTheEnd(Duration.ofHours(1), life.notAfter().minus(Duration.ofMinutes(40))));
        assertEquals(Duration.ofSeconds(1), life.notPastTheEnd(Duration.ofHours(1), life.notAfter().minusMillis(10)));
        assertEquals(Duration.ofHours(1), life.notPastTheEnd(Duration.ofHours(1), life.notAfter()), "there is no end any more");
    }

    @Test
    void aLifeThatEndsBeforeItBeginsIsDue() {
        CertificateLife odd = new CertificateLife(START, START.minusSeconds(60));
        assertTrue(odd.isDue(START));
        assertEquals(Duration.ofSeconds(1), odd.firstRetry());
    }

    private static CertificateLife life(Duration length) {
        return new CertificateLife(START, START.plus(length));
    }
}

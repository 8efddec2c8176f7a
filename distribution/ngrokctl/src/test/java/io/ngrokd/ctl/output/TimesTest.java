package io.ngrokd.ctl.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "0, 0 s", "59, 59 s", "60, 1 min", "61, 1 min 1 s", "601, 10 min", "3600, 1 h", "3660, 1 h 1 min", "86400, 1 d",
        "90000, 1 d 1 h", "863999, 9 d 23 h", "31536000, 365 d"})
    void spans(long seconds, String text) {
        assertEquals(text, Times.span(Duration.ofSeconds(seconds)));
    }

    @Test
    void relativeToNow() {
        Times times = new Times(NOW, ZoneOffset.UTC);
        assertEquals("12 s ago", times.relative(NOW.minusSeconds(12)));
        assertEquals("in 3 min", times.relative(NOW.plusSeconds(180)));
        assertEquals("just now", times.relative(NOW));
    }

    @Test
    void datesAreInTheUsersZone() {
        assertEquals("2026-11-21 12:00 UTC", new Times(NOW, ZoneOffset.UTC).date(NOW));
        assertEquals("2026-11-21 13:00 +01:00", new Times(NOW, ZoneId.of("Europe/Berlin")).date(NOW));
    }

    @Test
    void readsGoTimesToo() {
        assertEquals(Optional.of(NOW), Times.parse("2026-11-21T13:00:00.000000000+01:00"));
        assertEquals(Optional.empty(), Times.parse("0001-01-01T00:00:00Z"));
        assertTrue(Times.parse("yesterday").isEmpty());
    }
}

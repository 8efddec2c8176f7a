package io.ngrokd.kernel.data.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DemandTest {

    private final Demand demand = new Demand();

    @Test
    void nothingIsExpectedBeforeAnythingWasNeeded() {
        assertEquals(0, demand.expected(seconds(100)));
    }

    @Test
    void asManyAsInTheBusiestSecond() {
        demand.note(seconds(10));
        demand.note(seconds(11));
        demand.note(seconds(11) + 500);
        demand.note(seconds(12));
        assertEquals(2, demand.expected(seconds(20)));
    }

    @Test
    void aBusySecondIsForgottenAfterHalfAMinute() {
        for (int i = 0; i < 7; i++) {
            demand.note(seconds(10) + i);
        }
        demand.note(seconds(30));
        assertEquals(7, demand.expected(seconds(39)));
        assertEquals(1, demand.expected(seconds(40)));
    }

    @Test
    void oneIsKeptForFiveMinutes() {
        demand.note(seconds(10));
        assertEquals(1, demand.expected(seconds(10 + 299)));
        assertEquals(0, demand.expected(seconds(10 + 301)));
    }

    @Test
    void aLongSilenceForgetsAll() {
        demand.note(seconds(10));
        demand.note(seconds(10));
        demand.note(seconds(4000));
        assertEquals(1, demand.expected(seconds(4000)));
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}

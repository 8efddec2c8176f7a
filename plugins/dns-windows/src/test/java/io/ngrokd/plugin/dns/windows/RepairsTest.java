package io.ngrokd.plugin.dns.windows;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RepairsTest {

    private Instant now = Instant.EPOCH;
    private final Repairs repairs = new Repairs(() -> now);

    @Test
    void theFirstOnesAreMadeAtOnceThenItWaitsLongerAndLonger() {
        for (int round = 0; round < Repairs.AT_ONCE; round++) {
            assertFalse(repairs.isFoughtOver("a"));
            assertTrue(repairs.mayRepair("a"));
        }
        assertTrue(repairs.isFoughtOver("a"));
        Duration wait = Repairs.FIRST_WAIT;
        for (int round = 0; round < 10; round++) {
            assertFalse(repairs.mayRepair("a"));
            pass(wait.minusMillis(1));
            assertFalse(repairs.mayRepair("a"), "round " + round);
            pass(Duration.ofMillis(1));
            assertTrue(repairs.mayRepair("a"), "round " + round);
            wait = wait.multipliedBy(2).compareTo(Repairs.LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : Repairs.LONGEST_WAIT;
        }
        assertTrue(repairs.mayRepair("b"), "another one's fight is its own");
    }

    @Test
    void afterPeaceItBeginsAnew() {
        for (int round = 0; round < Repairs.AT_ONCE; round++) {
            assertTrue(repairs.mayRepair("a"));
        }
        pass(Repairs.PEACE.plusSeconds(1));
        assertFalse(repairs.isFoughtOver("a"));
        assertTrue(repairs.mayRepair("a"));
        assertTrue(repairs.mayRepair("a"));
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }
}

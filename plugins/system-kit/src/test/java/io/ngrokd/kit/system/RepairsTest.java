package io.ngrokd.kit.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RepairsTest {

    private Instant now = Instant.parse("2026-11-22T05:00:00Z");
    private final Repairs repairs = new Repairs(() -> now);

    @Test
    void theFirstTimesAtOnceThenWithAWaitThatDoublesThenNotAnyMore() {
        for (int round = 0; round < 3; round++) {
            assertEquals(Repairs.Advice.REPAIR, repairs.onChange());
        }
        assertTrue(repairs.isFight());
        for (int seconds = 30; seconds <= 480; seconds *= 2) {
            assertEquals(Repairs.Advice.WAIT, repairs.onChange());
            now = now.plusSeconds(seconds - 1);
            assertEquals(Repairs.Advice.WAIT, repairs.onChange());
            now = now.plusSeconds(1);
            assertEquals(Repairs.Advice.REPAIR, repairs.onChange());
        }
        now = now.plus(Repairs.PEACE);
        assertEquals(Repairs.Advice.GIVE_IN, repairs.onChange());
    }

    @Test
    void afterAnHourOfPeaceItIsNoFight() {
        for (int round = 0; round < 3; round++) {
            repairs.onChange();
        }
        now = now.plus(Repairs.PEACE).plus(Duration.ofSeconds(1));
        assertFalse(repairs.isFight());
        assertEquals(Repairs.Advice.REPAIR, repairs.onChange());
        assertEquals(Repairs.Advice.REPAIR, repairs.onChange());
    }
}

package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.fixture.TestClock;
import io.ngrokd.kernel.status.StatusBoard;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockComparisonTest {

    private final TestClock clock = new TestClock();
    private final StatusBoard board = new StatusBoard(clock, event -> {});
    private final ClockComparison comparison = new ClockComparison(board, clock);

    @ParameterizedTest
    @CsvSource({"PT0S", "PT5M", "-PT5M"})
    void aFewMinutesDoNoHarm(Duration ahead) {
        comparison.compare(clock.instant().minus(ahead));
        assertTrue(board.read().warnings().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"PT5M1S, 5 minutes ahead of", "-PT7M, 7 minutes behind", "PT26H, 26 hours ahead of", "-P400D, 400 days behind"})
    void moreIsWarnedAboutWithTheMend(Duration ahead, String words) {
        comparison.compare(clock.instant().minus(ahead));
        assertEquals("this machine's clock is " + words + " ngrok's: here it is " + clock.instant() + ", there "
                + clock.instant().minus(ahead) + "; set this machine's clock (timedatectl set-ntp true)", board.read().warnings().get("clock"));
    }

    @Test
    void theWarningGoesWhenTheClockIsSet() {
        comparison.compare(clock.instant().plus(Duration.ofDays(1)));
        assertTrue(board.read().warnings().containsKey("clock"));
        clock.forward(Duration.ofDays(1));
        comparison.compare(clock.instant());
        assertFalse(board.read().warnings().containsKey("clock"));
    }
}

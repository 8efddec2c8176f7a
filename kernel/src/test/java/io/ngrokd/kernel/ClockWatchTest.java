package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.kernel.fixture.TestClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClockWatchTest {

    private final TestClock wall = new TestClock();
    private final AtomicLong monotonic = new AtomicLong();
    private final ClockWatch watch = new ClockWatch(wall, monotonic::get);

    @Test
    void timeThatPassesIsNoJump() {
        pass(Duration.ofHours(1), Duration.ofHours(1));
        assertEquals(Duration.ZERO, watch.jump());
        pass(Duration.ofSeconds(31), Duration.ofSeconds(30));
        assertEquals(Duration.ZERO, watch.jump(), "it was adjusted a little");
    }

    @Test
    void aClockThatIsSetJumpsOnce() {
        pass(Duration.ofDays(1), Duration.ofSeconds(30));
        assertEquals(Duration.ofDays(1).minusSeconds(30), watch.jump());
        assertEquals(Duration.ZERO, watch.jump());
        pass(Duration.ofDays(-1), Duration.ZERO);
        assertEquals(Duration.ofDays(-1), watch.jump());
    }

    private void pass(Duration byTheWall, Duration really) {
        wall.forward(byTheWall);
        monotonic.addAndGet(really.toNanos());
    }
}

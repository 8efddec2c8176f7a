package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnLoopTest {

    private static final Duration LONG = Duration.ofDays(1);
    private static final long PATIENCE_SECONDS = 60;

    private final BlockingQueue<String> turns = new LinkedBlockingQueue<>();
    private TurnLoop loop;

    @AfterEach
    void stop() throws InterruptedException {
        loop.stop();
        loop.join(Duration.ZERO);
    }

    @Test
    void takesTurnsOnAThreadOfItsNameUntilItIsStopped() throws Exception {
        loop = new TurnLoop("a-loop", () -> turn(Duration.ofMillis(1)));
        loop.start();
        for (int i = 0; i < 3; i++) {
            assertEquals("a-loop", next());
        }
        loop.stop();
        loop.join(Duration.ofSeconds(PATIENCE_SECONDS));
        turns.clear();
        loop.poke();
        assertNull(turns.poll(50, TimeUnit.MILLISECONDS));
    }

    @Test
    void aPokeCutsAPauseShortHoweverLongItIs() throws Exception {
        loop = new TurnLoop("a-loop", () -> turn(Duration.ofSeconds(Long.MAX_VALUE)));
        loop.start();
        assertNotNull(next());
        loop.poke();
        assertNotNull(next());
    }

    @Test
    void pokesDuringATurnBringOneMoreAndTurnsNeverOverlap() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        loop = new TurnLoop("a-loop", () -> {
            overlapped.compareAndSet(false, inside.incrementAndGet() > 1);
            Duration pause = turn(LONG);
            await(goOn);
            inside.decrementAndGet();
            return pause;
        });
        loop.start();
        assertNotNull(next());
        for (int i = 0; i < 5; i++) {
            loop.poke();
        }
        goOn.countDown();
        assertNotNull(next());
        assertNull(turns.poll(50, TimeUnit.MILLISECONDS));
        assertFalse(overlapped.get());
    }

    @Test
    void duringAPauseItLooksWhetherThatIsOver() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        loop = new TurnLoop("a-loop", () -> turn(LONG), Duration.ofMillis(1), () -> over.getAndSet(false));
        loop.start();
        assertNotNull(next());
        over.set(true);
        assertNotNull(next());
    }

    @Test
    void aTurnThatDoesNotEndIsBrokenOffAfterSomePatience() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch brokenOff = new CountDownLatch(1);
        loop = new TurnLoop("a-loop", () -> {
            turn(LONG);
            await(never);
            brokenOff.countDown();
            return LONG;
        });
        loop.start();
        assertNotNull(next());
        loop.stop();
        loop.join(Duration.ofMillis(10));
        assertTrue(brokenOff.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private Duration turn(Duration pause) {
        turns.add(Thread.currentThread().getName());
        return pause;
    }

    private String next() throws InterruptedException {
        return turns.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException brokenOff) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.ngrokd.kernel;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Takes turns with pauses in between, on one virtual thread: two turns never overlap. Whoever has a reason may cut a
 * pause short. A turn that throws ends the loop.
 */
final class TurnLoop {

    private final Supplier<Duration> turn;
    private final Duration look;
    private final BooleanSupplier pauseIsOver;
    private final Semaphore poke = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopped;

    /**
     * @param name of the thread
     * @param turn answers how long to pause before the next one
     */
    TurnLoop(String name, Supplier<Duration> turn) {
        this(name, turn, Duration.ofSeconds(Long.MAX_VALUE), () -> false);
    }

    /**
     * @param name of the thread
     * @param turn answers how long to pause before the next one
     * @param look how often to ask during a pause
     * @param pauseIsOver asked on the loop's thread whether the next turn comes at once
     */
    TurnLoop(String name, Supplier<Duration> turn, Duration look, BooleanSupplier pauseIsOver) {
        this.turn = turn;
        this.look = look;
        this.pauseIsOver = pauseIsOver;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** No turn begins any more; one that is under way goes on. */
    void stop() {
        stopped = true;
        poke.release();
    }

    /** Waits for the turn under way, then breaks it off. */
    void join(Duration patience) throws InterruptedException {
        if (!thread.join(patience)) {
            thread.interrupt();
        }
    }

    /** The next turn comes at once; during a turn, right after it. */
    void poke() {
        poke.release();
    }

    private void run() {
        while (!stopped) {
            try {
                pause(turn.get());
            } catch (InterruptedException stopping) {
                return;
            }
        }
    }

    private void pause(Duration pause) throws InterruptedException {
        long begin = System.nanoTime();
        for (Duration left = pause; left.isPositive() && !stopped; left = pause.minusNanos(System.nanoTime() - begin)) {
            if (poke.tryAcquire(nanos(left.compareTo(look) < 0 ? left : look), TimeUnit.NANOSECONDS)) {
                poke.drainPermits();
                return;
            }
            if (pauseIsOver.getAsBoolean()) {
                return;
            }
        }
    }

    /** At most 292 years. */
    private static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }
}

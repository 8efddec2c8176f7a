package io.ngrokd.cloud;

import java.util.concurrent.CountDownLatch;

/** Waits for SIGTERM or SIGINT, and decides the exit code after it: a wanted stop is no failure. */
public final class StopSignal {

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile int exitCode;
    private volatile boolean endedByItself;

    private StopSignal() {}

    public static StopSignal install() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::stopping, "stop-signal"));
        return signal;
    }

    /** Returns when the process is asked to stop; it stays alive until {@link #finish(int)}. */
    public void await() throws InterruptedException {
        asked.await();
    }

    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Everything is put away; called in any case, by a signal or not. */
    public void finish(int code) {
        exitCode = code;
        endedByItself = !isAsked();
        finished.countDown();
    }

    private void stopping() {
        asked.countDown();
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!endedByItself) {
            // The JVM would otherwise report the signal's number.
            Runtime.getRuntime().halt(exitCode);
        }
    }
}

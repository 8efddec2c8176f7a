package io.ngrokd.ctl.client;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes a channel when its time is up, which ends whatever blocks on it. Unix-domain channels know no timeouts of
 * their own, and this one holds for connecting, writing and reading together.
 */
final class Deadline implements AutoCloseable {

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean passed;

    Deadline(Duration timeout, Closeable channel) {
        Thread.ofPlatform().daemon().name("deadline").start(() -> watch(timeout, channel));
    }

    private void watch(Duration timeout, Closeable channel) {
        try {
            if (!done.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                passed = true;
                channel.close();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException closedBadly) {
            // Closed it is all the same, and whoever blocks on it now learns from passed() why.
            return;
        }
    }

    boolean passed() {
        return passed;
    }

    @Override
    public void close() {
        done.countDown();
    }
}

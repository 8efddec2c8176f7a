package io.ngrokd.daemon;

import java.time.Duration;
import java.util.function.Supplier;

/** Waits for something with an end to the patience, and says what it waited for in vain. */
final class Wait {

    private static final long LOOK_MILLIS = 100;

    private Wait() {}

    interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * @param what as in "waited in vain until WHAT"
     * @param circumstances what to show when it was in vain
     */
    static void until(String what, Supplier<String> circumstances, Condition condition) throws InterruptedException {
        until(what, Machine.PATIENCE, circumstances, condition);
    }

    static void until(String what, Duration patience, Supplier<String> circumstances, Condition condition)
            throws InterruptedException {
        long begin = System.nanoTime();
        Throwable last = null;
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
                last = null;
            } catch (InterruptedException hurried) {
                throw hurried;
            } catch (Exception | AssertionError notYet) {
                last = notYet;
            }
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new AssertionError("waited " + patience.toSeconds() + " s in vain until " + what + "\n" + circumstances.get(), last);
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }
}

package io.ngrokd.kernel.data.channel;

import io.netty.channel.EventLoop;
import java.time.Duration;

/** Notices when nothing has moved for too long. Used on one event loop only. */
public final class ProgressWatch {

    private final Deadline check;
    private Duration limit = Duration.ZERO;
    private Runnable stalled;
    private long lastProgress;

    /** A watch that is not running. */
    public ProgressWatch(EventLoop loop) {
        check = new Deadline(loop);
    }

    /** Starts it, or starts it again with another limit; a limit of zero is none. */
    public void start(Duration longest, Runnable action) {
        limit = longest;
        stalled = action;
        progressed();
        check.set(limit, this::check);
    }

    /** Something has moved. Cheap: timers are not touched. */
    public void progressed() {
        lastProgress = System.nanoTime();
    }

    /** Stops it. */
    public void stop() {
        check.cancel();
    }

    private void check() {
        long left = limit.toNanos() - (System.nanoTime() - lastProgress);
        if (left > 0) {
            check.set(Duration.ofNanos(left), this::check);
        } else {
            stalled.run();
        }
    }
}

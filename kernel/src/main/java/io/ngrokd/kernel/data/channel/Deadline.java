package io.ngrokd.kernel.data.channel;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One thing that happens on an event loop unless it is called off in time. */
public final class Deadline {

    private final EventLoop loop;
    private ScheduledFuture<?> scheduled;

    /** A deadline that is not set. */
    public Deadline(EventLoop loop) {
        this.loop = loop;
    }

    /** Sets it, in place of what was set before; a limit of zero sets nothing. */
    public void set(Duration limit, Runnable action) {
        cancel();
        if (!limit.isZero()) {
            scheduled = loop.schedule(action, limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Calls it off. */
    public void cancel() {
        if (scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
        }
    }
}

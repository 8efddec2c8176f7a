package io.ngrokd.kernel.data.http;

import io.netty.channel.EventLoop;
import io.ngrokd.kernel.data.channel.Deadline;
import io.ngrokd.kernel.data.channel.ProgressWatch;
import java.time.Duration;

/** How long a conversation waits for what comes next. It waits for one thing at a time. */
final class Patience {

    private final HttpProxy proxy;
    private final Deadline deadline;
    private final ProgressWatch progress;
    private final Duration idleLimit;

    Patience(HttpProxy proxy, EventLoop loop) {
        this.proxy = proxy;
        this.deadline = new Deadline(loop);
        this.progress = new ProgressWatch(loop);
        this.idleLimit = proxy.settings().pool().clientIdleLimit();
    }

    /**
     * From now on for a request.
     *
     * @param idle when none has come for a short while
     * @param late when none has come for too long
     */
    void forNextRequest(Runnable idle, Runnable late) {
        end();
        Duration limit = proxy.settings().keepAliveLimit();
        Duration left = limit.minus(idleLimit);
        if (limit.isZero() || left.isPositive()) {
            // One timer after the other: most are called off, and each costs something at every request.
            deadline.set(idleLimit, () -> {
                deadline.set(limit.isZero() ? limit : left, late);
                idle.run();
            });
        } else {
            deadline.set(limit, late);
        }
    }

    /** From now on for the rest of a head. */
    void forHead(Runnable late) {
        end();
        deadline.set(proxy.settings().headDeadline(), late);
    }

    /** From now on for anything to move while a request is under way. */
    void forProgress(boolean halfClosed, Runnable stalled) {
        end();
        progress.start(halfClosed ? proxy.relay().halfClosedLimit() : proxy.relay().idleLimit(), stalled);
    }

    /** Something moved, in whichever direction. */
    void progressed() {
        progress.progressed();
    }

    /** For nothing. */
    void end() {
        deadline.cancel();
        progress.stop();
    }
}

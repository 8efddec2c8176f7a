package io.ngrokd.kernel.data.http;

import io.netty.channel.EventLoop;
import io.ngrokd.kernel.data.channel.Deadline;
import io.ngrokd.kernel.data.channel.ProgressWatch;

/** How long a conversation waits for what comes next. It waits for one thing at a time. */
final class Patience {

    private final HttpProxy proxy;
    private final Deadline deadline;
    private final ProgressWatch progress;

    Patience(HttpProxy proxy, EventLoop loop) {
        this.proxy = proxy;
        this.deadline = new Deadline(loop);
        this.progress = new ProgressWatch(loop);
    }

    /** From now on for a request. */
    void forNextRequest(Runnable late) {
        end();
        deadline.set(proxy.settings().keepAliveLimit(), late);
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

package io.ngrokd.plugin.dns.server.upstream;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** One upstream, and what has been learned about it. Times are {@link System#nanoTime}. */
final class Server {

    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOP_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PLAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

    final InetSocketAddress address;
    /** Whether its answers repeat the question's letters as they were. */
    boolean keepsCase = true;
    private boolean silent;
    private long silentUntil;
    private boolean circled;
    private boolean looping;
    private long loopingUntil;
    private boolean plain;
    private long plainUntil;

    Server(InetSocketAddress address) {
        this.address = address;
    }

    void answered() {
        silent = false;
    }

    void didNotAnswer(long now) {
        silent = true;
        silentUntil = now + SILENT_NANOS;
    }

    /** Whether others are to be asked before it. */
    boolean isSilent(long now) {
        return silent && silentUntil - now > 0;
    }

    /** It asked us something that it had been asked by us. Returns whether that is news. */
    boolean circleIsNews() {
        boolean news = !circled;
        circled = true;
        return news;
    }

    /** It asks us whatever we ask it. Returns whether that is news. */
    boolean loops(long now) {
        boolean news = !looping;
        looping = true;
        loopingUntil = now + LOOP_NANOS;
        return news;
    }

    boolean isLooping(long now) {
        return looping && loopingUntil - now > 0;
    }

    void doesNotKnowEdns(long now) {
        plain = true;
        plainUntil = now + PLAIN_NANOS;
    }

    boolean knowsEdns(long now) {
        return !plain || plainUntil - now <= 0;
    }
}

package io.ngrokd.kernel.data.ingress;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.ngrokd.kernel.data.channel.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections of one event loop that have shaken hands and wait for somebody to need one. As many as were needed lately; they
 * are replaced before they are too old, and silently: nobody is told when none can be made. Used on its event loop only.
 */
final class WarmStock {

    private static final Logger LOG = LoggerFactory.getLogger(WarmStock.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int MOST_DIALS = 4;

    private final EventLoop loop;
    private final Ingress ingress;
    private final AtomicInteger everywhere;
    private final Demand demand = new Demand();
    private final Deque<ReadyConnection> waiting = new ArrayDeque<>();
    private final Set<IngressDial> dialling = new HashSet<>();
    private final Deadline look;
    private final long start = System.nanoTime();
    private Duration pause = Duration.ZERO;
    private long pausedUntil;
    private boolean looking;
    private boolean closed;

    /** @param everywhere how many wait or are being made on all event loops together */
    WarmStock(EventLoop loop, Ingress ingress, AtomicInteger everywhere) {
        this.loop = loop;
        this.ingress = ingress;
        this.everywhere = everywhere;
        this.look = new Deadline(loop);
    }

    /** A connection; null when there is none. */
    ReadyConnection take() {
        if (closed || ingress.settings().poolSize() == 0) {
            return null;
        }
        demand.note(now());
        discardUnfit();
        ReadyConnection oldest = waiting.poll();
        if (oldest != null) {
            everywhere.decrementAndGet();
            oldest.whenEnded(() -> {});
        }
        // Whoever takes one comes first; the next one is made after that.
        loop.execute(this::fill);
        return oldest;
    }

    /** Ends all that waits and makes no more. */
    void close() {
        closed = true;
        look.cancel();
        Set.copyOf(dialling).forEach(IngressDial::cancel);
        waiting.forEach(this::discard);
        waiting.clear();
    }

    private void fill() {
        if (closed) {
            return;
        }
        discardUnfit();
        IngressWay way = ingress.way();
        int size = ingress.settings().poolSize();
        int wanted = Math.min(demand.expected(now()), size);
        while (waiting.size() > wanted) {
            discard(waiting.poll());
        }
        // A dial may fail before it returns, and begin the pause that ends this.
        while (way.isKnown() && now() >= pausedUntil && waiting.size() + dialling.size() < wanted && dialling.size() < MOST_DIALS
                && reserve(size)) {
            make(way);
        }
        if (!looking && (wanted > 0 || !waiting.isEmpty())) {
            looking = true;
            look.set(LOOK, () -> {
                looking = false;
                fill();
            });
        }
    }

    private boolean reserve(int size) {
        if (everywhere.incrementAndGet() <= size) {
            return true;
        }
        everywhere.decrementAndGet();
        return false;
    }

    private void make(IngressWay way) {
        IngressDial dial = ingress.newDial(way, loop);
        dialling.add(dial);
        Future<ReadyConnection> made = ingress.start(dial);
        made.addListener((FutureListener<ReadyConnection>) done -> {
            dialling.remove(dial);
            if (!done.isSuccess()) {
                everywhere.decrementAndGet();
                failed(done.cause().getMessage());
            } else if (closed) {
                everywhere.decrementAndGet();
                done.getNow().close();
            } else {
                keep(done.getNow());
            }
        });
    }

    private void keep(ReadyConnection connection) {
        waiting.add(connection);
        connection.whenEnded(() -> {
            if (waiting.remove(connection)) {
                everywhere.decrementAndGet();
                ended(connection.age());
            }
        });
        fill();
    }

    /** The ingress ended one that waited. */
    private void ended(Duration age) {
        if (age.compareTo(FIRST_PAUSE) < 0) {
            // Not worth the trouble: perhaps it does not want us at all.
            failed("it was closed after " + age.toMillis() + " ms");
        } else {
            pause = Duration.ZERO;
            LOG.debug("The ingress closed a waiting connection. age={}", age);
        }
    }

    private void failed(String why) {
        if (closed) {
            return;
        }
        Duration doubled = pause.multipliedBy(2);
        pause = pause.isZero() ? FIRST_PAUSE : doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        pausedUntil = now() + pause.toNanos();
        LOG.debug("No connection in advance for a while. pause={} reason={}", pause, why);
    }

    private void discardUnfit() {
        IngressWay way = ingress.way();
        Duration longest = ingress.settings().poolMaxAge();
        waiting.removeIf(connection -> {
            boolean fit = connection.isUsable() && connection.way().equals(way) && connection.age().compareTo(longest) < 0;
            if (!fit) {
                discard(connection);
            } else if (connection.age().compareTo(FIRST_PAUSE) > 0) {
                pause = Duration.ZERO;
            }
            return !fit;
        });
    }

    private void discard(ReadyConnection connection) {
        everywhere.decrementAndGet();
        connection.whenEnded(() -> {});
        connection.close();
    }

    private long now() {
        return System.nanoTime() - start;
    }
}

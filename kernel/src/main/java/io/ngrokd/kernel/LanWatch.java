package io.ngrokd.kernel;

import io.ngrokd.kernel.reconcile.LocalNetwork;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every two seconds whether the machine's interfaces or addresses changed, or the machine slept. With very many addresses
 * it looks more seldom, so that it never takes more than a fiftieth of the time.
 */
final class LanWatch {

    private static final Logger LOG = LoggerFactory.getLogger(LanWatch.class);
    private static final Duration USUAL = Duration.ofSeconds(2);
    private static final int SHARE = 50;

    private final Supplier<Optional<LocalNetwork>> network;
    private final ClockWatch clock;
    private final Runnable changed;
    private final TurnLoop loop;
    private Optional<LocalNetwork> last = Optional.empty();

    /**
     * @param network reads what there is now, without our own; empty while that cannot be told
     * @param changed called on the watch's thread; must not block for long
     */
    LanWatch(Supplier<Optional<LocalNetwork>> network, ClockWatch clock, Runnable changed) {
        this.network = network;
        this.clock = clock;
        this.changed = changed;
        this.loop = new TurnLoop("lan-watch", this::look);
    }

    void start() {
        loop.start();
    }

    void stop() {
        loop.stop();
    }

    /** @return how long to wait before the next look */
    Duration look() {
        long begin = System.nanoTime();
        Optional<LocalNetwork> now = network.get().map(LocalNetwork::usable);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        Duration jump = clock.jump();
        boolean moved = last.isPresent() && now.isPresent() && !last.equals(now);
        if (moved) {
            LOG.info("The machine's network changed. interfaces=\"{}\"", now.get().inWords());
        } else if (!jump.isZero()) {
            LOG.info("The clock jumped, as when a machine slept; everything is looked at again. jump={}", jump);
        }
        last = now.isPresent() ? now : last;
        if (moved || !jump.isZero()) {
            changed.run();
        }
        Duration pause = took.multipliedBy(SHARE);
        return pause.compareTo(USUAL) > 0 ? pause : USUAL;
    }
}

package io.ngrokd.kernel;

import io.ngrokd.kernel.allocate.Allocator;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.discovery.Snapshot;
import io.ngrokd.kernel.network.NetworkReader;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import io.ngrokd.kernel.reconcile.Place;
import io.ngrokd.kernel.reconcile.Places;
import io.ngrokd.kernel.stage.Pipeline;
import io.ngrokd.kernel.stage.Routing;
import io.ngrokd.kernel.stage.Standing;
import io.ngrokd.kernel.stage.StrategyChain;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import io.ngrokd.kernel.status.StatusBoard;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconcile, allocate, stages, status: one pass after another on one virtual thread. A pass is due when something
 * changed, when the last one left something undone (with back-off), and now and then to repair what others changed.
 */
final class ControlLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    private static final Duration REPAIR = Duration.ofSeconds(30);
    private static final Duration LINGER_CHECK = Duration.ofSeconds(1);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    /** Four of these and the rest must fit into the 5 s that a service manager's patience is planned for. */
    private static final Duration UNDO_LIMIT = Duration.ofMillis(1000);

    private final Supplier<Backends> makeBackends;
    private final Pipeline pipeline;
    private final Allocator allocator;
    private final PortKeeper ports;
    private final StatusBoard board;
    private final PassReport report;
    private final BlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final Thread thread;

    private volatile boolean stopped;
    private volatile Backends backends;
    private volatile DaemonConfig config;
    private volatile Optional<Moment> moment = Optional.empty();

    // Only on the loop's thread:
    private LocalNetwork network = LocalNetwork.NONE;
    private Snapshot snapshot;
    private int failures;
    private Instant lastProbe = Instant.MIN;
    private boolean again;

    /**
     * @param makeBackends chooses and starts backends for the configuration that is in force when it is called
     */
    ControlLoop(DaemonConfig config, Supplier<Backends> makeBackends, Pipeline pipeline, Allocator allocator, StatusBoard board) {
        this.config = config;
        this.makeBackends = makeBackends;
        this.pipeline = pipeline;
        this.allocator = allocator;
        this.ports = new PortKeeper(allocator);
        this.board = board;
        this.report = new PassReport(board);
        this.thread = Thread.ofVirtual().name("control-loop").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** A new complete picture. */
    void offer(Snapshot picture) {
        mailbox.add(() -> snapshot = picture);
    }

    /**
     * A new configuration. Backends that it does not concern, and what they keep up, are not touched.
     *
     * @param newNetif whether who makes addresses must be chosen and made anew
     * @param newHosts likewise who writes names
     * @param newDns likewise who answers DNS and who leads the resolver there
     */
    void reconfigure(DaemonConfig changed, boolean newNetif, boolean newHosts, boolean newDns) {
        mailbox.add(() -> {
            config = changed;
            pipeline.tryAgain();
            Backends atWork = backends;
            if (atWork == null) {
                return;
            }
            if (newNetif) {
                retreat(atWork);
                atWork.renewNetif(changed.plugins(), UNDO_LIMIT);
            }
            if (newHosts) {
                atWork.renewHosts(changed.plugins(), UNDO_LIMIT);
            }
            if (newDns) {
                atWork.renewDns(changed.plugins(), UNDO_LIMIT);
            }
        });
    }

    /** The machine's interfaces or addresses changed, or it slept: everything is looked at again. */
    void networkChanged() {
        mailbox.add(() -> {
            pipeline.tryAgain();
            if (backends != null) {
                backends.dns().lookAgain();
            }
        });
    }

    /** This machine's interfaces, without our own; empty while it is not known which those are. Any thread may ask. */
    Optional<LocalNetwork> network() {
        return Optional.ofNullable(backends).map(atWork -> NetworkReader.read(config.net().interfaceName(), atWork.range()));
    }

    /**
     * How things were when the last pass was done.
     *
     * @param config the configuration that it was made with
     */
    record Moment(DaemonConfig config, Snapshot snapshot, Standing stages, Backends.AtWork backends) {}

    /** The present one; empty before the first pass, and while backends are chosen anew. Any thread may ask. */
    Optional<Moment> moment() {
        return moment;
    }

    private void publish(DaemonConfig used, Optional<StrategyChain.Report> chain, Backends atWork) {
        moment = Optional.of(new Moment(used, snapshot, pipeline.standing(chain), atWork.atWork()));
    }

    /** Those at work; empty while there are none. Any thread may ask. */
    Optional<Backends> backends() {
        return Optional.ofNullable(backends);
    }

    /** Addresses are about to go: takes down what needs them, names first, and leaves all else up. */
    private void retreat(Backends atWork) {
        if (snapshot != null) {
            pipeline.apply(desired(atWork).without(Desired.VIRTUAL), surroundings(atWork));
        }
    }

    /** Stops all backends, runs something on the loop's thread while there are none, and has them chosen anew. */
    void withoutBackends(Runnable deed) {
        mailbox.add(() -> {
            stopBackends(() -> {});
            deed.run();
        });
    }

    /**
     * Ends the loop and undoes everything, names first. A pass under way finds its backends withdrawn and changes nothing more.
     *
     * @param beforeAddressesGo what is still to be done while addresses exist
     */
    void stop(Runnable beforeAddressesGo) {
        stopped = true;
        mailbox.add(() -> {});
        stopBackends(beforeAddressesGo);
    }

    private void stopBackends(Runnable beforeAddressesGo) {
        Backends atWork = backends;
        backends = null;
        moment = Optional.empty();
        if (atWork != null) {
            atWork.stop(UNDO_LIMIT, beforeAddressesGo);
        }
    }

    private void run() {
        while (!stopped) {
            try {
                Runnable next = mailbox.poll(backends == null ? 0 : untilNextPass().toMillis(), TimeUnit.MILLISECONDS);
                while (next != null) {
                    next.run();
                    next = mailbox.poll();
                }
                keepBackends();
                if (!stopped && snapshot != null) {
                    pass();
                }
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError defect) {
                failures++;
                LOG.error("A pass failed unexpectedly; it is tried again.", defect);
                board.warn("control", "a pass of the control loop failed: " + defect + "; it is tried again, see the log");
                pauseAfterDefect();
            }
        }
    }

    /** Makes backends where there are none, and asks again for a role that none could take earlier. */
    private void keepBackends() {
        boolean askAgain = backends != null && lastProbe.plus(REPAIR).isBefore(Instant.now());
        if (askAgain && backends.someEmptyRoleCouldBeFilled()) {
            stopBackends(() -> {});
        }
        if (backends == null && !stopped) {
            lastProbe = Instant.now();
            Backends made = makeBackends.get();
            backends = made;
            if (stopped) {
                // The daemon was stopped meanwhile and saw none to stop.
                stopBackends(() -> {});
            }
        }
    }

    private static void pauseAfterDefect() {
        try {
            Thread.sleep(FIRST_RETRY);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration untilNextPass() {
        if (again) {
            return Duration.ZERO;
        }
        if (pipeline.hasLingering()) {
            return LINGER_CHECK;
        }
        return failures == 0 ? REPAIR : BackOff.after(failures, FIRST_RETRY, LONGEST_RETRY);
    }

    private void pass() throws InterruptedException {
        Backends atWork = backends;
        if (atWork == null) {
            return;
        }
        again = false;
        DaemonConfig used = config;
        Desired desired = desired(atWork);
        Pipeline.Pass result = pipeline.apply(desired, surroundings(atWork));
        report.write(snapshot, desired, result, config);
        board.clearWarning("control");
        board.phase(Phase.SERVING);
        failures = result.complete() ? 0 : failures + 1;
        again = ports.follow(desired, result.outcomes());
        if (!stopped) {
            publish(used, moment.flatMap(before -> before.stages().chain()), atWork);
            publish(used, route(desired, atWork), atWork);
        }
    }

    private Desired desired(Backends atWork) {
        network = NetworkReader.read(config.net().interfaceName(), atWork.range());
        return allocator.allocate(snapshot.endpoints().values(), this::place,
                new Allocator.Stock(atWork.range(), atWork.netifReason(), config.net().startPort()));
    }

    private Pipeline.Surroundings surroundings(Backends atWork) {
        return new Pipeline.Surroundings(atWork.range(), network, config.dns(),
                () -> config.dns().upstreams().isEmpty() ? atWork.dns().upstreams() : config.dns().upstreams());
    }

    /** After the rest, and told of after the rest: it may take some seconds, and endpoints are served before that. */
    private Optional<StrategyChain.Report> route(Desired desired, Backends atWork) throws InterruptedException {
        String name = config.net().interfaceName();
        Routing routing = pipeline.route(atWork.dns().chain(), NetworkReader.exists(name) ? Optional.of(name) : Optional.empty());
        report.write(routing, atWork.dns(), network, config);
        report.write(snapshot, desired, pipeline.pass(), config);
        again |= routing.chain().map(StrategyChain.Report::moreToTry).orElse(false);
        return routing.chain();
    }

    private Place place(String host) {
        String key = config.net().overrides().containsKey(host) ? "net.overrides, " + host : "net.listen_interface";
        return new Places(network).find(config.net().listenInterface(host), key);
    }
}

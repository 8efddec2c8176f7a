package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.kernel.allocate.AddressLeases;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.discovery.Snapshot;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.stage.Outcome;
import io.ngrokd.kernel.stage.Pipeline;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import io.ngrokd.kernel.status.EndpointStatus;
import io.ngrokd.kernel.status.EndpointStatus.State;
import io.ngrokd.kernel.status.StatusBoard;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
    /** Three of these and the rest must fit into the 5 s that a service manager's patience is planned for. */
    private static final Duration UNDO_LIMIT = Duration.ofMillis(1200);

    private final Supplier<Backends> makeBackends;
    private final Pipeline pipeline;
    private final AddressLeases leases;
    private final StatusBoard board;
    private final BlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final Thread thread;

    private volatile boolean stopped;
    private volatile Backends backends;

    // Only on the loop's thread:
    private DaemonConfig config;
    private Snapshot snapshot;
    private int failures;
    private Instant lastProbe = Instant.MIN;

    /**
     * @param makeBackends chooses and starts backends for the configuration that is in force when it is called
     */
    ControlLoop(DaemonConfig config, Supplier<Backends> makeBackends, Pipeline pipeline, AddressLeases leases, StatusBoard board) {
        this.config = config;
        this.makeBackends = makeBackends;
        this.pipeline = pipeline;
        this.leases = leases;
        this.board = board;
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
     * A new configuration.
     *
     * @param newBackends whether backends must be chosen and made anew
     */
    void reconfigure(DaemonConfig changed, boolean newBackends) {
        mailbox.add(() -> {
            config = changed;
            if (newBackends) {
                stopBackends(() -> {});
            }
        });
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
        boolean askAgain = backends != null && backends.someRoleIsEmpty() && lastProbe.plus(REPAIR).isBefore(Instant.now());
        if (askAgain) {
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
        if (pipeline.hasLingering()) {
            return LINGER_CHECK;
        }
        return failures == 0 ? REPAIR : BackOff.after(failures, FIRST_RETRY, LONGEST_RETRY);
    }

    private void pass() {
        Backends atWork = backends;
        if (atWork == null) {
            return;
        }
        Collection<Endpoint> endpoints = snapshot.endpoints().values();
        Desired desired = desired(endpoints, atWork);
        Pipeline.Pass result = pipeline.apply(desired, atWork.range());
        SortedMap<String, EndpointStatus> statuses = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            statuses.put(endpoint.key().toString(), status(endpoint, desired, result.outcomes().get(endpoint.key())));
        }
        board.endpoints(statuses, snapshot.refused());
        for (String stage : List.of("netif", "forward", "names")) {
            String problem = result.problems().get(stage);
            if (problem == null) {
                board.clearWarning("stage " + stage);
            } else {
                board.warn("stage " + stage, problem);
            }
        }
        board.clearWarning("control");
        board.phase(Phase.SERVING);
        failures = result.complete() ? 0 : failures + 1;
    }

    private Desired desired(Collection<Endpoint> endpoints, Backends atWork) {
        Optional<AddressRange> range = atWork.range();
        if (range.isEmpty()) {
            return Desired.of(endpoints, config.net()::listenInterface, Map.of(),
                    new StageFailure(FailureCode.NO_PLUGIN, "no virtual addresses: " + atWork.netifReason()));
        }
        AddressLeases.Result leased = leases.lease(Desired.virtualHosts(endpoints, config.net()::listenInterface), range.get());
        StageFailure noLease = leased.notSaved().map(failure -> new StageFailure(FailureCode.INPUT_OUTPUT,
                "its address could not be saved (" + failure + "); make room in the state folder, and let ngrokd write there"))
                .orElse(new StageFailure(FailureCode.EXHAUSTED,
                        "no address is left in " + range.get().subnet() + "; give net.subnet a larger range, or remove endpoints"));
        return Desired.of(endpoints, config.net()::listenInterface, leased.given(), noLease);
    }

    private EndpointStatus status(Endpoint endpoint, Desired desired, Outcome outcome) {
        List<String> reasons = new ArrayList<>();
        outcome.failures().forEach(failure -> reasons.add(failure.message()));
        if (endpoint.key().isWildcard()) {
            reasons.add("a hosts file cannot hold a wildcard: point a name below " + endpoint.host().substring(2) + " at its address yourself");
        }
        Optional<InetAddress> address = Optional.ofNullable(desired.allocations().get(endpoint.key())).map(Allocation::address);
        return new EndpointStatus(endpoint, outcome.ready() ? State.READY : State.DEGRADED, config.net().listenInterface(endpoint.host()),
                address, outcome.bound(), reasons);
    }
}

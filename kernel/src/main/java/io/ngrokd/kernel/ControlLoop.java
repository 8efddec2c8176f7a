package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
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
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    private final Supplier<Backends> makeBackends;
    private final Pipeline pipeline;
    private final AddressLeases leases;
    private final StatusBoard board;
    private final BlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final Thread thread;

    private DaemonConfig config;
    private Backends backends;
    private Snapshot snapshot;
    private int failedPasses;
    private boolean stopped;

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
                pipeline.apply(Desired.nothing(), backends.range());
                backends.stop();
                backends = makeBackends.get();
            }
        });
    }

    /** Ends the loop, then undoes everything; waits for it. */
    void stop(Duration limit) throws InterruptedException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        mailbox.add(() -> {
            stopped = true;
            if (backends != null) {
                backends.stop();
            }
            done.complete(null);
        });
        try {
            done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            LOG.error("Undoing took longer than {} s; `ngrokd cleanup` undoes the rest.", limit.toSeconds());
        } catch (ExecutionException defect) {
            LOG.error("Undoing failed; `ngrokd cleanup` undoes the rest.", defect);
        }
    }

    private void run() {
        backends = makeBackends.get();
        while (!stopped) {
            try {
                Runnable next = mailbox.poll(untilNextPass().toMillis(), TimeUnit.MILLISECONDS);
                while (next != null) {
                    next.run();
                    next = mailbox.poll();
                }
                if (!stopped && snapshot != null) {
                    pass();
                }
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            } catch (RuntimeException defect) {
                failedPasses++;
                LOG.error("A pass failed unexpectedly; it is tried again.", defect);
                board.warn("control", "a pass of the control loop failed: " + defect + "; it is tried again, see the log");
            }
        }
    }

    private Duration untilNextPass() {
        if (pipeline.hasLingering()) {
            return LINGER_CHECK;
        }
        if (failedPasses == 0) {
            return REPAIR;
        }
        Duration backOff = FIRST_RETRY.multipliedBy(1L << Math.min(failedPasses - 1, 10));
        return backOff.compareTo(LONGEST_RETRY) < 0 ? backOff : LONGEST_RETRY;
    }

    private void pass() {
        Collection<Endpoint> endpoints = snapshot.endpoints().values();
        Desired desired = desired(endpoints);
        SortedMap<EndpointKey, Outcome> outcomes = pipeline.apply(desired, backends.range());
        SortedMap<String, EndpointStatus> statuses = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            statuses.put(endpoint.key().toString(), status(endpoint, desired, outcomes.get(endpoint.key())));
        }
        board.endpoints(statuses, snapshot.refused());
        board.clearWarning("control");
        board.phase(Phase.SERVING);
        failedPasses = outcomes.values().stream().allMatch(Outcome::ready) ? 0 : failedPasses + 1;
    }

    private Desired desired(Collection<Endpoint> endpoints) {
        Optional<AddressRange> range = backends.range();
        if (range.isEmpty()) {
            return Desired.of(endpoints, config.net()::listenInterface, Map.of(),
                    new StageFailure(FailureCode.NO_PLUGIN, "no virtual addresses: " + backends.netifReason()));
        }
        try {
            Map<String, InetAddress> given = leases.lease(Desired.virtualHosts(endpoints, config.net()::listenInterface), range.get());
            return Desired.of(endpoints, config.net()::listenInterface, given, new StageFailure(FailureCode.EXHAUSTED,
                    "no address is left in " + range.get().subnet() + "; give net.subnet a larger range, or remove endpoints"));
        } catch (IOException notSaved) {
            LOG.error("The address leases could not be saved. cause={}", notSaved.toString());
            return Desired.of(endpoints, config.net()::listenInterface, Map.of(), new StageFailure(FailureCode.INPUT_OUTPUT,
                    "the address leases could not be saved (" + notSaved.getMessage() + "); make room in server.state_dir"));
        }
    }

    private EndpointStatus status(Endpoint endpoint, Desired desired, Outcome outcome) {
        List<String> reasons = new ArrayList<>();
        outcome.failures().forEach(failure -> reasons.add(failure.message()));
        outcome.bound().filter(bound -> bound.getPort() != endpoint.port()).ifPresent(bound -> reasons.add(
                "port " + endpoint.port() + " is taken by another program; it listens on " + bound.getPort() + " instead"));
        if (endpoint.key().isWildcard()) {
            reasons.add("a hosts file cannot hold a wildcard: point a name below " + endpoint.host().substring(2) + " at its address yourself");
        }
        Optional<InetAddress> address = Optional.ofNullable(desired.allocations().get(endpoint.key())).map(Allocation::address);
        return new EndpointStatus(endpoint, outcome.ready() ? State.READY : State.DEGRADED, config.net().listenInterface(endpoint.host()),
                address, outcome.bound(), reasons);
    }
}

package io.ngrokd.kernel.stage;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.kernel.names.DnsProbe;
import io.ngrokd.kernel.stage.StageBus.Served;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The strategies that can have this machine's resolver ask our DNS server, and which of them does. No strategy is believed: after
 * each change, and now and then, a name of ours is looked up as every program does it. When that fails, the strategy is undone
 * and the next one has its turn; when none is left, all are tried again later.
 *
 * <p>One thread takes the steps; {@link #stop} may be called by any other.
 */
public final class StrategyChain {

    private static final Logger LOG = LoggerFactory.getLogger(StrategyChain.class);
    private static final Duration UNDO_LIMIT = Duration.ofSeconds(5);
    private static final Duration TRUST = Duration.ofSeconds(25);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 5;

    private final StageBus bus;
    private final Supplier<List<Strategy>> available;
    private final Lookup lookup;
    private final LongSupplier nanos;
    private final Map<String, String> reasons = new TreeMap<>();

    // Of the thread that takes the steps:
    private List<Strategy> round = List.of();
    private int next;
    private boolean trying;
    private int failedRounds;
    private long retryAt;
    private long probedAt;
    private boolean look;
    private Optional<ResolverRequest> lastRequest = Optional.empty();
    private Optional<String> warning = Optional.empty();

    // Guarded by this:
    private Optional<AtWork> atWork = Optional.empty();
    private boolean over;

    /** A strategy that can work here. */
    public record Strategy(String name, DnsStrategy strategy) {}

    private record AtWork(Strategy strategy, Served served) {}

    /**
     * How it stands.
     *
     * @param working the strategy that was seen to work; empty when none is, or none is needed
     * @param description what it changes
     * @param exhausted whether all were tried and none works
     * @param moreToTry whether another step now makes sense
     * @param reasons strategy to why it does not work
     * @param warning what the strategy at work has to say
     */
    public record Report(
            Optional<String> working, String description, boolean exhausted, boolean moreToTry, Map<String, String> reasons,
            Optional<String> warning) {}

    /**
     * @param available those that can work here, best first; asked at the begin of each round
     */
    public StrategyChain(StageBus bus, Supplier<List<Strategy>> available, Lookup lookup) {
        this(bus, available, lookup, System::nanoTime);
    }

    StrategyChain(StageBus bus, Supplier<List<Strategy>> available, Lookup lookup, LongSupplier nanos) {
        this.bus = bus;
        this.available = available;
        this.lookup = lookup;
        this.nanos = nanos;
    }

    /** The network changed: what works is looked at again, what did not work is tried again. */
    public void lookAgain() {
        look = true;
    }

    /** Nothing is to be routed to us. */
    public Report rest() {
        release();
        lastRequest = Optional.empty();
        trying = false;
        retryAt = nanos.getAsLong();
        failedRounds = 0;
        reasons.clear();
        warning = Optional.empty();
        return new Report(Optional.empty(), "", false, false, Map.of(), Optional.empty());
    }

    /** One strategy does its work and is looked at: the one at work, or else the next. */
    public Report step(ResolverRequest request, DnsProbe probe) throws InterruptedException {
        Optional<AtWork> current = current();
        if (current.isPresent()) {
            keep(current.get(), request, probe);
        } else if (trying || look || lastRequest.isEmpty() || nanos.getAsLong() - retryAt >= 0) {
            tryNext(request, probe);
        }
        look = false;
        lastRequest = Optional.of(request);
        return report();
    }

    private void keep(AtWork current, ResolverRequest request, DnsProbe probe) throws InterruptedException {
        boolean doubtful = look || !lastRequest.equals(Optional.of(request)) || nanos.getAsLong() - probedAt >= TRUST.toNanos();
        Optional<String> failure = apply(current.strategy(), request);
        if (failure.isEmpty() && doubtful) {
            failure = lookup.failure(probe);
            probedAt = nanos.getAsLong();
        }
        if (failure.isPresent() && current().isPresent()) {
            LOG.warn("A DNS strategy works no more. strategy={} because={}", current.strategy().name(), failure.get());
            giveUp(current.strategy(), failure.get());
            begin();
        }
    }

    /** All have their turn, from the best on, also the one that worked: it may be the machine that was slow. */
    private void begin() {
        round = available.get();
        next = 0;
        trying = true;
    }

    private void tryNext(ResolverRequest request, DnsProbe probe) throws InterruptedException {
        if (!trying) {
            begin();
            reasons.clear();
        }
        if (next < round.size()) {
            Strategy strategy = round.get(next++);
            if (!take(strategy)) {
                return;
            }
            Optional<String> failure = apply(strategy, request);
            if (failure.isEmpty()) {
                failure = lookup.failure(probe);
            }
            if (failure.isEmpty()) {
                LOG.info("Names of ours resolve on this machine. strategy={} how=\"{}\"", strategy.name(), strategy.strategy().description());
                reasons.remove(strategy.name());
                probedAt = nanos.getAsLong();
                trying = false;
                failedRounds = 0;
                return;
            }
            if (current().isEmpty()) {
                return;
            }
            LOG.warn("A DNS strategy does not work here and is undone. strategy={} because={}", strategy.name(), failure.get());
            giveUp(strategy, failure.get());
        }
        endOfRound();
    }

    private void endOfRound() {
        if (next >= round.size()) {
            trying = false;
            Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(failedRounds++, MOST_DOUBLINGS));
            retryAt = nanos.getAsLong() + pause.toNanos();
            if (!round.isEmpty()) {
                LOG.info("No DNS strategy works here for now; all are tried again. in={} strategies={}", pause, round.size());
            }
        }
    }

    /** @return why it could not; empty when it did what was asked for */
    private Optional<String> apply(Strategy strategy, ResolverRequest request) {
        try {
            ResolverReply reply = bus.request(BusAddress.STAGE_RESOLVER, strategy.name(), request, ResolverReply.class);
            List<String> failed = new ArrayList<>();
            reply.failed().forEach((domain, failure) -> failed.add(domain + ": " + failure.message()));
            if (!request.domains().isEmpty() && reply.failed().keySet().containsAll(request.domains())) {
                return Optional.of(String.join("; ", failed));
            }
            reply.warning().ifPresent(failed::add);
            warning = failed.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failed));
            return Optional.empty();
        } catch (StageException whole) {
            return Optional.of(whole.getMessage());
        }
    }

    private void giveUp(Strategy strategy, String because) {
        reasons.put(strategy.name(), because);
        warning = Optional.empty();
        release().ifPresent(notUndone -> reasons.put(strategy.name(), because + "; " + notUndone));
    }

    private synchronized Optional<AtWork> current() {
        return over ? Optional.empty() : atWork;
    }

    private synchronized boolean take(Strategy strategy) {
        if (over) {
            return false;
        }
        atWork = Optional.of(new AtWork(strategy, bus.serve(BusAddress.STAGE_RESOLVER, strategy.name(),
                strategy.strategy()::apply, strategy.strategy()::plan)));
        return true;
    }

    /** Undoes the one at work. @return why it could not be undone */
    private Optional<String> release() {
        Optional<AtWork> current;
        synchronized (this) {
            current = atWork;
            atWork = Optional.empty();
        }
        if (current.isEmpty()) {
            return Optional.empty();
        }
        current.get().served().withdraw();
        try {
            current.get().served().last(current.get().strategy().strategy()::undo, UNDO_LIMIT);
            return Optional.empty();
        } catch (StageException failed) {
            LOG.error("A DNS strategy could not be undone; `ngrokd cleanup` tries again. strategy={} cause={}",
                    current.get().strategy().name(), failed.getMessage(), failed);
            return Optional.of("it could not be undone: " + failed.getMessage());
        }
    }

    private Report report() {
        Optional<AtWork> current = current();
        return new Report(current.map(now -> now.strategy().name()), current.map(now -> describe(now.strategy())).orElse(""),
                current.isEmpty() && !trying, trying, new TreeMap<>(reasons), warning);
    }

    private static String describe(Strategy strategy) {
        try {
            return String.valueOf(strategy.strategy().description());
        } catch (RuntimeException | LinkageError defect) {
            return strategy.name();
        }
    }

    /** Undoes what is at work, and takes no step any more. */
    public void stop() {
        synchronized (this) {
            over = true;
        }
        release();
    }
}

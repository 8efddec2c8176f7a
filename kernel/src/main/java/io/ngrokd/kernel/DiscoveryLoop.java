package io.ngrokd.kernel;

import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.discovery.EndpointParser;
import io.ngrokd.kernel.discovery.HostRules;
import io.ngrokd.kernel.discovery.KnownEndpoints;
import io.ngrokd.kernel.discovery.NgrokListing;
import io.ngrokd.kernel.discovery.Snapshot;
import io.ngrokd.kernel.identity.IdentityException;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.RemoteEndpoint;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import io.ngrokd.kernel.status.StatusBoard;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists endpoints at every interval and hands complete pictures on, before the first listing the one that the last run saw.
 * On one virtual thread: two polls never overlap. That we are registered the identity keeper sees to.
 */
final class DiscoveryLoop {

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryLoop.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    /** A key that was refused is refused again, unless somebody mends it at ngrok. */
    private static final Duration FIRST_RETRY_WHEN_DENIED = Duration.ofSeconds(30);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(2);

    private final IdentityKeeper keeper;
    private final NgrokListing listing;
    private final KnownEndpoints known;
    private final StatusBoard board;
    private final Set<String> machineNames;
    private final Consumer<Snapshot> pictures;

    private final TurnLoop loop = new TurnLoop("discovery-loop", this::turnAndSayWhenNext);
    private volatile DaemonConfig config;

    // Only on the loop's thread:
    private boolean resumed;
    private boolean pictureGiven;
    private int failures;

    DiscoveryLoop(DaemonConfig config, IdentityKeeper keeper, NgrokListing listing, KnownEndpoints known, StatusBoard board,
            Set<String> machineNames, Consumer<Snapshot> pictures) {
        this.config = config;
        this.keeper = keeper;
        this.listing = listing;
        this.known = known;
        this.board = board;
        this.machineNames = machineNames;
        this.pictures = pictures;
    }

    void start() {
        loop.start();
    }

    /** No turn begins any more; one that is under way, perhaps a registration, goes on. */
    void stop() {
        loop.stop();
    }

    /** Waits for the turn under way, then breaks it off: a registration that is cut in the middle leaves an operator behind until the next start. */
    void join(Duration patience) throws InterruptedException {
        loop.join(patience);
    }

    /** A new configuration: counts from the next turn, which comes at once. */
    void reconfigure(DaemonConfig changed) {
        config = changed;
        pollNow();
    }

    /** Something changed that makes waiting pointless, the key for instance. */
    void pollNow() {
        loop.poke();
    }

    private Duration turnAndSayWhenNext() {
        Duration pause = turn();
        board.nextPoll(Instant.now().plus(pause));
        return pause;
    }

    /** @return how long to wait before the next one */
    Duration turn() {
        try {
            if (keeper.access().key().isEmpty()) {
                return waitForKey();
            }
            resumeOnce();
            List<RemoteEndpoint> listed = list(keeper.ensure());
            board.polled();
            failures = 0;
            give(listed);
            known.save(new KnownEndpoints.Listing(api(), keeper.operatorId(), keeper.ingress().toString(), listed));
            return interval();
        } catch (ApiException failed) {
            Duration first = failed.isDenied() ? FIRST_RETRY_WHEN_DENIED : FIRST_RETRY;
            return failed(failed.messageWithAdvice(), failed.retryAfter(), first);
        } catch (IdentityException failed) {
            return failed(failed.getMessage(), Optional.empty(), FIRST_RETRY);
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError defect) {
            LOG.error("A poll failed unexpectedly.", defect);
            return failed(defect.getMessage() == null ? defect.toString() : defect.getMessage(), Optional.empty(), FIRST_RETRY);
        }
    }

    /** Serves what the last run saw, if it was seen as who we are; ngrok is asked behind it. */
    private void resumeOnce() {
        if (resumed) {
            return;
        }
        resumed = true;
        Optional<KnownEndpoints.Listing> last = known.load().filter(listing -> listing.api().equals(api()));
        if (last.isPresent() && keeper.resume(last.get().operatorId(), last.get().ingress())) {
            LOG.info("The endpoints of the last run are served while ngrok is asked. endpoints={}", last.get().endpoints().size());
            give(last.get().endpoints());
        }
    }

    private void give(List<RemoteEndpoint> listed) {
        pictures.accept(new EndpointParser(hostRules()).parse(listed));
        pictureGiven = true;
    }

    private String api() {
        return keeper.access().url().toString();
    }

    private Duration waitForKey() {
        if (pictureGiven) {
            board.pollFailed("there is no API key any more; set one with: ngrokctl set-api-key");
        } else {
            board.phase(Phase.WAITING_FOR_KEY);
        }
        if (failures++ == 0) {
            LOG.info("There is no API key. Set one with: ngrokctl set-api-key");
        }
        return Duration.ofHours(1);
    }

    private List<RemoteEndpoint> list(String operator) throws ApiException, IdentityException {
        try {
            return listing.fetch(operator);
        } catch (ApiException failed) {
            if (!failed.isNotFound()) {
                throw failed;
            }
            Optional<String> anew = keeper.recover(operator);
            if (anew.isEmpty()) {
                throw failed;
            }
            return listing.fetch(anew.get());
        }
    }

    private HostRules hostRules() {
        Set<String> own = new TreeSet<>(machineNames);
        own.add(config.api().url().getHost());
        own.add(keeper.ingress().host());
        config.proxy().server().ifPresent(proxy -> own.add(proxy.host()));
        return new HostRules(own);
    }

    private Duration interval() {
        long millis = config.boundEndpoints().pollInterval() * 1000L;
        // Many daemons started at once spread out.
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 10 + 1));
    }

    private Duration failed(String reason, Optional<Duration> asked, Duration first) {
        failures++;
        Duration pause = asked.orElse(BackOff.after(failures, first, LONGEST_RETRY));
        Duration jittered = pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 4 + 1));
        LOG.warn("Endpoints could not be listed; what is up stays up. next_try_in={}s cause={}", jittered.toSeconds(), reason);
        board.pollFailed(reason);
        return jittered;
    }
}

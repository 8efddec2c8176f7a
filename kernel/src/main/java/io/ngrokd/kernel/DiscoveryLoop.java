package io.ngrokd.kernel;

import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.config.HostPort;
import io.ngrokd.kernel.discovery.EndpointParser;
import io.ngrokd.kernel.discovery.HostRules;
import io.ngrokd.kernel.discovery.NgrokListing;
import io.ngrokd.kernel.discovery.Snapshot;
import io.ngrokd.kernel.identity.Identity;
import io.ngrokd.kernel.identity.IdentityException;
import io.ngrokd.kernel.identity.IdentityStore;
import io.ngrokd.kernel.identity.Registrar;
import io.ngrokd.kernel.ngrok.ApiAccess;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.ngrok.RemoteEndpoint;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import io.ngrokd.kernel.status.StatusBoard;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers when there is a key and no identity, lists endpoints at every interval, and hands complete pictures on. On
 * one virtual thread; a new key is tried on the caller's. One turn at a time: two polls never overlap.
 */
final class DiscoveryLoop {

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryLoop.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(2);

    private final NgrokApi api;
    private final NgrokListing listing;
    private final IdentityStore store;
    private final Registrar registrar;
    private final StatusBoard board;
    private final Set<String> machineNames;
    private final IngressUse ingressUse;
    private final Consumer<Snapshot> pictures;

    private final ReentrantLock turn = new ReentrantLock(true);
    private final Semaphore poke = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("discovery-loop").unstarted(this::run);
    private volatile boolean stopped;
    private volatile DaemonConfig config;
    private volatile ApiAccess access;

    // Only during a turn:
    private Identity identity;
    private HostPort operatorIngress;
    private URI operatorIngressFrom;
    private boolean pictureGiven;
    private int failures;

    /** Tells the data plane who we are and where the ingress is. */
    interface IngressUse {
        void use(Identity identity, HostPort ingress) throws IdentityException;
    }

    DiscoveryLoop(DaemonConfig config, ApiCalls calls, IdentityStore store, StatusBoard board, Set<String> machineNames,
            IngressUse ingressUse, Consumer<Snapshot> pictures) {
        this.config = config;
        this.access = new ApiAccess(config.api().url(), config.api().key());
        this.api = calls.with(() -> access);
        this.listing = new NgrokListing(api);
        this.store = store;
        this.registrar = new Registrar(api, store, Version.current(), machineNames.isEmpty() ? "unknown" : machineNames.iterator().next());
        this.board = board;
        this.machineNames = machineNames;
        this.ingressUse = ingressUse;
        this.pictures = pictures;
    }

    /** Makes the API's client for an access that may change. */
    interface ApiCalls {
        NgrokApi with(Supplier<ApiAccess> access);
    }

    void start() {
        thread.start();
    }

    /** No turn begins any more; one that is under way, perhaps a registration, goes on. */
    void stop() {
        stopped = true;
        poke.release();
    }

    /** Waits for the turn under way, then breaks it off: a registration that is cut in the middle leaves an operator behind. */
    void join(Duration patience) throws InterruptedException {
        if (!thread.join(patience)) {
            thread.interrupt();
        }
    }

    /** A new configuration: counts from the next turn, which comes at once. */
    void reconfigure(DaemonConfig changed) {
        config = changed;
        access = new ApiAccess(changed.api().url(), changed.api().key());
        poke.release();
    }

    /**
     * Tries a new key: registers with it, or asks for our operator with it.
     *
     * @return what happened, a sentence for the user
     * @throws ApiException when the API does not accept the key; the old one stays then
     */
    String tryKey(String key) throws ApiException, IdentityException {
        turn.lock();
        ApiAccess before = access;
        ApiAccess tried = new ApiAccess(before.url(), key);
        try {
            access = tried;
            ensureIdentity();
            api.operator(identity.operatorId());
            return "API key set; registered as " + identity.operatorId();
        } catch (ApiException refused) {
            if (refused.isDenied()) {
                giveBack(tried, before);
                throw refused;
            }
            if (refused.isNotFound()) {
                return "API key set; the operator is unknown there and is registered anew";
            }
            return "API key set, but ngrok could not be asked about it yet: " + refused.getMessage();
        } catch (IdentityException unusable) {
            giveBack(tried, before);
            throw unusable;
        } finally {
            turn.unlock();
            poke.release();
        }
    }

    /** Unless a reload brought another one meanwhile. */
    private void giveBack(ApiAccess tried, ApiAccess before) {
        if (access == tried) {
            access = before;
        }
    }

    private void run() {
        while (!stopped) {
            Duration pause = turn();
            board.nextPoll(Instant.now().plus(pause));
            try {
                if (poke.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    poke.drainPermits();
                }
            } catch (InterruptedException stopping) {
                return;
            }
        }
    }

    /** @return how long to wait before the next one */
    private Duration turn() {
        turn.lock();
        try {
            if (access.key().isEmpty()) {
                return waitForKey();
            }
            ensureIdentity();
            List<RemoteEndpoint> listed = list();
            board.polled();
            failures = 0;
            pictures.accept(new EndpointParser(hostRules()).parse(listed));
            pictureGiven = true;
            return interval();
        } catch (ApiException failed) {
            return failed(failed, failed.retryAfter().orElse(null));
        } catch (IdentityException failed) {
            return failed(failed, null);
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError defect) {
            LOG.error("A poll failed unexpectedly.", defect);
            return failed(defect, null);
        } finally {
            turn.unlock();
        }
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

    private List<RemoteEndpoint> list() throws ApiException, IdentityException {
        try {
            return listing.fetch(identity.operatorId());
        } catch (ApiException failed) {
            if (!failed.isNotFound() || !isOperatorGone()) {
                throw failed;
            }
            LOG.warn("Our operator was deleted; registering anew. operator={}", identity.operatorId());
            board.noIdentity();
            register();
            return listing.fetch(identity.operatorId());
        }
    }

    /** A proxy's 404, or one for a page of a listing, says nothing of our operator: only the API's own word on it counts. */
    private boolean isOperatorGone() throws ApiException {
        try {
            api.operator(identity.operatorId());
            return false;
        } catch (ApiException answer) {
            if (answer.isNotFound() && answer.errorCode().startsWith("ERR_NGROK_")) {
                return true;
            }
            throw answer;
        }
    }

    private void ensureIdentity() throws ApiException, IdentityException {
        if (identity == null) {
            identity = store.load().orElse(null);
            if (identity == null) {
                if (!pictureGiven) {
                    board.phase(Phase.REGISTERING);
                }
                register();
                return;
            }
            LOG.info("Using the identity on disk. operator={} certificate_until={}",
                    identity.operatorId(), identity.certificate().getNotAfter().toInstant());
        }
        askForIngress();
        useIdentity();
    }

    private void register() throws ApiException, IdentityException {
        Registrar.Registration registration = registrar.register(config.boundEndpoints().selectors());
        identity = registration.identity();
        operatorIngress = ingress(registration.ingressEndpoint());
        operatorIngressFrom = access.url();
        useIdentity();
    }

    /** Only the API knows it after a restart; when it does not answer, the default serves and the next turn asks again. */
    private void askForIngress() {
        if (config.ingressEndpoint().isEmpty() && !access.url().equals(operatorIngressFrom)) {
            try {
                operatorIngress = ingress(api.operator(identity.operatorId()).ingressEndpoint());
                operatorIngressFrom = access.url();
            } catch (ApiException notAnswered) {
                LOG.debug("The operator's ingress could not be asked for. cause={}", notAnswered.getMessage());
            }
        }
    }

    private static HostPort ingress(String text) {
        try {
            return text.isEmpty() ? null : HostPort.parse(text, 443);
        } catch (IllegalArgumentException odd) {
            LOG.warn("The operator's ingress_endpoint is of no use and is ignored. value={}", text);
            return null;
        }
    }

    private void useIdentity() throws IdentityException {
        HostPort ingress = ingress();
        ingressUse.use(identity, ingress);
        board.ingress(ingress.toString());
        board.identity(identity.operatorId(), identity.certificate().getNotAfter().toInstant());
    }

    private HostPort ingress() {
        return config.ingressEndpoint().orElse(operatorIngress == null ? DaemonConfig.DEFAULT_INGRESS : operatorIngress);
    }

    private HostRules hostRules() {
        Set<String> own = new TreeSet<>(machineNames);
        own.add(config.api().url().getHost());
        own.add(ingress().host());
        config.proxy().server().ifPresent(proxy -> own.add(proxy.host()));
        return new HostRules(own);
    }

    private Duration interval() {
        long millis = config.boundEndpoints().pollInterval() * 1000L;
        // Many daemons started at once spread out.
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 10 + 1));
    }

    private Duration failed(Throwable failure, Duration asked) {
        failures++;
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        Duration pause = asked != null ? asked : BackOff.after(failures, FIRST_RETRY, LONGEST_RETRY);
        Duration jittered = pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 4 + 1));
        LOG.warn("Endpoints could not be listed; what is up stays up. next_try_in={}s cause={}", jittered.toSeconds(), reason);
        board.pollFailed(reason);
        return jittered;
    }
}

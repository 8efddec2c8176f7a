package io.ngrokd.kernel;

import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.config.HostPort;
import io.ngrokd.kernel.identity.CertificateLife;
import io.ngrokd.kernel.identity.Identity;
import io.ngrokd.kernel.identity.IdentityException;
import io.ngrokd.kernel.identity.IdentityStore;
import io.ngrokd.kernel.identity.Registrar;
import io.ngrokd.kernel.identity.Renewer;
import io.ngrokd.kernel.ngrok.ApiAccess;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import io.ngrokd.kernel.status.StatusBoard;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps us registered with ngrok: takes the identity on disk, registers without one, registers anew when our operator
 * was deleted, renews, and tells the data plane. Any thread may ask; ngrok is asked for one thing at a time.
 */
final class IdentityKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityKeeper.class);
    /** An API that never answers is given up after 30 s, and a user who sets a key must hear of it before he gives up. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final NgrokApi api;
    private final IdentityStore store;
    private final Registrar registrar;
    private final Renewer renewer;
    private final StatusBoard board;
    private final OperatorNews news;
    private final IngressUse ingressUse;

    private final ReentrantLock work = new ReentrantLock(true);
    private volatile ApiAccess access;
    private volatile Runnable certificateChanged = () -> {};
    /** A key on trial, during the work on it. */
    private volatile ApiAccess tried;

    // Guarded by this:
    private Identity identity;

    /** Tells the data plane who we are and where the ingress is. */
    interface IngressUse {
        void use(Identity identity, HostPort ingress) throws IdentityException;
    }

    /** Makes the API's client for an access that may change. */
    interface ApiCalls {
        NgrokApi with(Supplier<ApiAccess> access);
    }

    /** What a renewal changed, and why it could not be saved if so. */
    record Renewed(CertificateLife before, CertificateLife after, Optional<String> notSaved) {}

    /**
     * What came of a key.
     *
     * @param message a sentence for the user
     */
    record KeyTrial(boolean registered, String message) {}

    IdentityKeeper(DaemonConfig config, ApiCalls calls, IdentityStore store, StatusBoard board, String machine, IngressUse ingressUse) {
        this.access = new ApiAccess(config.api().url(), config.api().key());
        this.api = calls.with(this::asking);
        this.store = store;
        this.registrar = new Registrar(api, store);
        this.renewer = new Renewer(api, store);
        this.board = board;
        this.news = new OperatorNews(config, api, board, new DefaultSettings(Version.current(), machine));
        this.ingressUse = ingressUse;
    }

    /** Called whenever there is another certificate; must not block. */
    void onCertificate(Runnable listener) {
        certificateChanged = listener;
    }

    /** What the API is asked with. */
    ApiAccess access() {
        return access;
    }

    private ApiAccess asking() {
        ApiAccess onTrial = tried;
        return onTrial == null ? access : onTrial;
    }

    void reconfigure(DaemonConfig changed) {
        news.reconfigure(changed);
        access = new ApiAccess(changed.api().url(), changed.api().key());
    }

    /**
     * Registers if that is needed, and has the data plane use what we are.
     *
     * @return our operator's id
     */
    String ensure() throws ApiException, IdentityException {
        if (identity() == null || !news.isTold(access)) {
            work.lock();
            try {
                establish();
                if (!news.isTold(access)) {
                    news.tell(identity().operatorId(), access);
                }
            } finally {
                work.unlock();
            }
        }
        return use().operatorId();
    }

    /**
     * Takes the identity on disk without a word to ngrok, if it is this operator's.
     *
     * @param operatorId the operator that is expected
     * @param ingress where connections went when it was last used
     * @return whether we are that operator now
     */
    boolean resume(String operatorId, String ingress) {
        work.lock();
        try {
            if (identity() == null) {
                Optional<Identity> saved = store.load().filter(found -> found.operatorId().equals(operatorId));
                if (saved.isPresent()) {
                    news.remember(ingress);
                    become(saved.get());
                }
            }
            return identity() != null && identity().operatorId().equals(operatorId);
        } catch (IdentityException unusable) {
            LOG.debug("The identity on disk is of no use yet. cause={}", unusable.getMessage());
            return false;
        } finally {
            work.unlock();
        }
    }

    /** Our operator's id; only once {@link #ensure} has returned. */
    String operatorId() {
        return identity().operatorId();
    }

    private void establish() throws ApiException, IdentityException {
        if (identity() == null) {
            Optional<Identity> saved = store.load();
            if (saved.isEmpty()) {
                board.phase(Phase.REGISTERING);
                register();
                return;
            }
            LOG.info("Using the identity on disk. operator={} certificate_until={}",
                    saved.get().operatorId(), CertificateLife.of(saved.get().certificate()).notAfter());
            become(saved.get());
        }
    }

    private void register() throws ApiException, IdentityException {
        ApiAccess with = asking();
        Registrar.Registration made = registrar.register(news.settings());
        renewer.forget();
        news.registered(with, made.told(), made.ingressEndpoint());
        become(made.identity());
    }

    /**
     * Registers anew when our operator was deleted.
     *
     * @param missing the operator that the API did not find
     * @return the operator to ask for instead; empty when the missing one is there after all
     */
    Optional<String> recover(String missing) throws ApiException, IdentityException {
        work.lock();
        try {
            String ours = identity().operatorId();
            if (!ours.equals(missing)) {
                return Optional.of(ours);
            }
            return registerWhenGone(missing) ? Optional.of(identity().operatorId()) : Optional.empty();
        } finally {
            work.unlock();
        }
    }

    /** A proxy's 404, or one for a page of a listing, says nothing of our operator: only the API's own word on it counts. */
    private boolean registerWhenGone(String operatorId) throws ApiException, IdentityException {
        try {
            api.operator(operatorId);
            return false;
        } catch (ApiException answer) {
            if (!answer.isNotFound() || !answer.errorCode().startsWith("ERR_NGROK_")) {
                throw answer;
            }
        }
        LOG.warn("Our operator was deleted; registering anew. operator={}", operatorId);
        board.noIdentity();
        register();
        return true;
    }

    /**
     * Tries a new key: registers with it, or asks for our operator with it.
     *
     * @throws ApiException when the API does not accept the key; the old one stays then
     */
    KeyTrial tryKey(String key) throws ApiException, IdentityException, InterruptedException {
        ApiAccess trial = new ApiAccess(access.url(), key);
        if (!work.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            access = trial;
            return new KeyTrial(true, "API key set, but ngrok could not be asked about it yet: an earlier request is still not answered");
        }
        try {
            tried = trial;
            KeyTrial result = trial();
            access = trial;
            return result;
        } finally {
            tried = null;
            work.unlock();
        }
    }

    private KeyTrial trial() throws ApiException, IdentityException {
        try {
            establish();
            registerWhenGone(identity().operatorId());
            return new KeyTrial(true, "API key set; registered as " + identity().operatorId());
        } catch (ApiException refused) {
            if (refused.isDenied()) {
                throw refused;
            }
            boolean asked = refused.status() >= 400 && !refused.isOutcomeUnknown() && refused.retryAfter().isEmpty();
            return asked ? new KeyTrial(false, "the API key is right and is kept, but ngrok does not register us: " + refused.messageWithAdvice())
                    : new KeyTrial(true, "API key set, but ngrok could not be asked about it yet: " + refused.getMessage());
        }
    }

    /** Gets a new key and certificate, for new connections at once. */
    Renewed renew() throws ApiException, IdentityException {
        work.lock();
        try {
            Identity before = identity();
            if (before == null) {
                throw new IdentityException("ngrokd is not registered, so it has no certificate to renew; see: ngrokctl status");
            }
            if (access.key().isEmpty()) {
                throw new IdentityException("there is no API key any more; set one with: ngrokctl set-api-key");
            }
            board.renewing();
            try {
                become(renewer.renew(before));
            } catch (ApiException failed) {
                if (!failed.isNotFound() || !registerWhenGone(before.operatorId())) {
                    throw failed;
                }
            }
            return new Renewed(CertificateLife.of(before.certificate()), CertificateLife.of(identity().certificate()), save());
        } finally {
            work.unlock();
        }
    }

    /** Saves a renewed certificate that could not be saved before; says why not if it still cannot. */
    Optional<String> save() {
        work.lock();
        try {
            renewer.save();
            return Optional.empty();
        } catch (IdentityException notSaved) {
            return Optional.of(notSaved.getMessage());
        } finally {
            work.unlock();
        }
    }

    /** The life of our certificate; empty while not registered. */
    synchronized Optional<CertificateLife> certificate() {
        return Optional.ofNullable(identity).map(known -> CertificateLife.of(known.certificate()));
    }

    private synchronized Identity identity() {
        return identity;
    }

    private void become(Identity next) throws IdentityException {
        synchronized (this) {
            // First the data plane: an identity that it cannot use is none.
            use(next);
            identity = next;
        }
        certificateChanged.run();
    }

    private synchronized Identity use() throws IdentityException {
        use(identity);
        return identity;
    }

    private void use(Identity next) throws IdentityException {
        HostPort ingress = news.ingress();
        ingressUse.use(next, ingress);
        CertificateLife life = CertificateLife.of(next.certificate());
        board.ingress(ingress.toString());
        board.identity(next.operatorId(), life.notBefore(), life.notAfter(), life.renewAt());
    }

    /** Where connections go. */
    HostPort ingress() {
        return news.ingress();
    }
}

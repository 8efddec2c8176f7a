package io.ngrokd.kernel.identity;

import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.ngrok.Operator;
import io.ngrokd.kernel.ngrok.OperatorSettings;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an identity: a fresh key, a registration, a saved certificate; all of it or nothing. What a failed try may have
 * left at ngrok is dealt with before the next one, so that no operator is left behind, not even by a daemon that was
 * killed in between. One caller at a time.
 */
public final class Registrar {

    private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);

    private final NgrokApi api;
    private final IdentityStore store;
    private String undeleted;

    public Registrar(NgrokApi api, IdentityStore store) {
        this.api = api;
        this.store = store;
    }

    /**
     * What registering gave.
     *
     * @param told what ngrok was told of us; differs from what it was to be told when an earlier try did so
     */
    public record Registration(Identity identity, OperatorSettings told, String ingressEndpoint) {}

    /** Registers a new operator. When its certificate cannot be used or saved, the operator is deleted again. */
    public Registration register(OperatorSettings settings) throws ApiException, IdentityException {
        store.proveWritable();
        deleteUndeleted();
        Optional<KeyPair> earlier = store.pending().load();
        Optional<Operator> answeredLate = earlier.isPresent() ? findByKey(earlier.get()) : Optional.empty();
        KeyPair keys = earlier.isPresent() ? earlier.get() : store.pending().make();
        Operator operator = answeredLate.isPresent() ? answeredLate.get() : ask(settings, keys, earlier.isPresent());
        try {
            X509Certificate certificate = IssuedCertificate.check(operator, keys);
            store.save(operator.id(), Keys.keyPem(keys.getPrivate()), operator.certificate());
            Identity identity = new Identity(operator.id(), keys.getPrivate(), Keys.certificates(operator.certificate()));
            store.pending().forget();
            LOG.info("Registered with ngrok. operator={} certificate_until={}", operator.id(), certificate.getNotAfter().toInstant());
            return new Registration(identity, answeredLate.isPresent() ? operator.settings() : settings, operator.ingressEndpoint());
        } catch (IOException | GeneralSecurityException unusable) {
            rollBack(operator.id());
            throw new IdentityException("the key could not be written down: " + unusable.getMessage(), unusable);
        } catch (IdentityException unusable) {
            rollBack(operator.id());
            throw unusable;
        }
    }

    /** @param asked whether an earlier request with this key may still come to something, whatever becomes of this one */
    private Operator ask(OperatorSettings settings, KeyPair keys, boolean asked) throws ApiException, IdentityException {
        try {
            return api.register(settings, Keys.certificateRequest(keys));
        } catch (ApiException failed) {
            if (!asked && !failed.isOutcomeUnknown()) {
                store.pending().forget();
            }
            throw failed;
        }
    }

    /** The operator that a request made whose answer was lost: it is the one with a certificate for that request's key. */
    private Optional<Operator> findByKey(KeyPair keys) throws ApiException {
        for (Operator candidate : api.operators()) {
            if (IssuedCertificate.isFor(candidate, keys)) {
                LOG.info("ngrok had registered us although its answer was lost. operator={}", candidate.id());
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private void deleteUndeleted() throws ApiException {
        if (undeleted != null) {
            try {
                api.delete(undeleted);
            } catch (ApiException notDeleted) {
                if (!notDeleted.isNotFound()) {
                    throw notDeleted;
                }
            }
            LOG.info("The half-made registration was deleted again. operator={}", undeleted);
            store.pending().forget();
            undeleted = null;
        }
    }

    private void rollBack(String operatorId) {
        undeleted = operatorId;
        try {
            deleteUndeleted();
        } catch (ApiException notDeleted) {
            LOG.warn("The half-made registration could not be deleted yet; the next try begins with that. operator={} cause={}",
                    operatorId, notDeleted.getMessage());
        }
    }
}

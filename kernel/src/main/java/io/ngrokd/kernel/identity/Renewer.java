package io.ngrokd.kernel.identity;

import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.ngrok.Operator;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets an operator a new key and certificate. A renewed certificate that cannot be saved is used all the same, because
 * the old one ends; saving is tried again. One caller at a time.
 */
public final class Renewer {

    private static final Logger LOG = LoggerFactory.getLogger(Renewer.class);

    private final NgrokApi api;
    private final IdentityStore store;
    private Unsaved unsaved;

    public Renewer(NgrokApi api, IdentityStore store) {
        this.api = api;
        this.store = store;
    }

    private record Unsaved(String keyPem, String certificatePem) {

        /** Never shows the key. */
        @Override
        public String toString() {
            return "Unsaved";
        }
    }

    /** The same operator with a new key and certificate, saved unless {@link #save} still has something to do. */
    public Identity renew(Identity old) throws ApiException, IdentityException {
        KeyPair keys = Keys.generate();
        Operator operator = api.renew(old.operatorId(), Keys.certificateRequest(keys));
        IssuedCertificate.check(operator, keys);
        try {
            Identity renewed = new Identity(old.operatorId(), keys.getPrivate(), Keys.certificates(operator.certificate()));
            unsaved = new Unsaved(Keys.keyPem(keys.getPrivate()), operator.certificate());
            LOG.info("The client certificate is renewed. operator={} until={} before={}", old.operatorId(),
                    CertificateLife.of(renewed.certificate()).notAfter(), CertificateLife.of(old.certificate()).notAfter());
            return renewed;
        } catch (IOException | GeneralSecurityException unusable) {
            throw new IdentityException("the renewed key could not be written down: " + unusable.getMessage(), unusable);
        }
    }

    /** Saves what was renewed and is not saved yet. */
    public void save() throws IdentityException {
        if (unsaved != null) {
            store.replacePair(unsaved.keyPem(), unsaved.certificatePem());
            unsaved = null;
        }
    }

    public boolean hasUnsaved() {
        return unsaved != null;
    }

    /** Another identity took the place of the one that was renewed. */
    public void forget() {
        unsaved = null;
    }
}

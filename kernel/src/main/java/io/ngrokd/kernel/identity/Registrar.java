package io.ngrokd.kernel.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.ngrok.Operator;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes an identity: a fresh key, a registration, a saved certificate; all of it or nothing. */
public final class Registrar {

    private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);

    private final NgrokApi api;
    private final IdentityStore store;
    private final String version;
    private final String machine;

    /**
     * @param version of this daemon, for the registration's metadata
     * @param machine this machine's host name, for the same
     */
    public Registrar(NgrokApi api, IdentityStore store, String version, String machine) {
        this.api = api;
        this.store = store;
        this.version = version;
        this.machine = machine;
    }

    /** What registering gave. */
    public record Registration(Identity identity, String ingressEndpoint) {}

    /** Registers a new operator. When its certificate cannot be used or saved, the operator is deleted again. */
    public Registration register(List<String> selectors) throws ApiException, IdentityException {
        store.proveWritable();
        KeyPair keys = Keys.generate();
        Operator operator = api.register("ngrokd on " + machine, metadata(), selectors, Keys.certificateRequest(keys));
        try {
            List<X509Certificate> chain = Keys.certificates(operator.certificate());
            if (!Keys.match(keys.getPrivate(), chain.getFirst())) {
                throw new IdentityException("the API answered with a certificate for another key");
            }
            store.save(operator.id(), Keys.keyPem(keys.getPrivate()), operator.certificate());
            LOG.info("Registered with ngrok. operator={} certificate_until={}", operator.id(), chain.getFirst().getNotAfter().toInstant());
            return new Registration(new Identity(operator.id(), keys.getPrivate(), chain), operator.ingressEndpoint());
        } catch (IOException | GeneralSecurityException unusable) {
            rollBack(operator.id());
            throw new IdentityException("the API answered with no usable certificate: " + unusable.getMessage(), unusable);
        } catch (IdentityException unusable) {
            rollBack(operator.id());
            throw unusable;
        }
    }

    private void rollBack(String operatorId) {
        try {
            api.delete(operatorId);
            LOG.info("The half-made registration was deleted again. operator={}", operatorId);
        } catch (ApiException notDeleted) {
            LOG.warn("The half-made registration could not be deleted; delete it in ngrok's dashboard. operator={} cause={}",
                    operatorId, notDeleted.getMessage());
        }
    }

    private String metadata() {
        return new ObjectMapper().createObjectNode().put("product", "ngrokd").put("version", version).put("host", machine).toString();
    }
}

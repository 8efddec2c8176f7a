package io.ngrokd.cloud.api;

import io.ngrokd.cloud.authority.CertificateAuthority;
import io.ngrokd.cloud.authority.IssuedCertificate;
import io.ngrokd.cloud.authority.SigningRequest;
import io.ngrokd.cloud.endpoint.Selector;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers, renews and deletes operators. */
final class OperatorService {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorService.class);
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 27;

    private final SecureRandom random = new SecureRandom();
    private final CertificateAuthority authority;
    private final Operators operators;
    private volatile Duration certificateLifetime;

    OperatorService(CertificateAuthority authority, Operators operators, Duration certificateLifetime) {
        this.authority = authority;
        this.operators = operators;
        this.certificateLifetime = certificateLifetime;
    }

    void certificateLifetime(Duration lifetime) {
        certificateLifetime = lifetime;
    }

    Operator create(OperatorRequest request) throws ApiException, IOException {
        List<String> features = request.enabledFeatures().orElse(List.of());
        if (!features.contains("bindings")) {
            throw ApiException.invalid("The enabled_features must contain bindings: the local cloud knows no other use.");
        }
        if (!request.hasBinding()) {
            throw ApiException.invalid("The field binding is missing; it is needed with the feature bindings.");
        }
        List<Selector> selectors = request.selectors().orElse(List.of());
        if (selectors.isEmpty()) {
            throw ApiException.badSelector("The binding needs at least one of endpoint_selectors, such as \"true\".");
        }
        SigningRequest csr = request.signingRequest()
                .orElseThrow(() -> ApiException.badRequest("The binding's csr is missing."));
        String id = newId();
        Instant now = now();
        Operator operator = new Operator(id, now, now, request.description().orElse(""), request.metadata().orElse(""),
                features, request.region().orElse("global"), request.deployment(), selectors,
                authority.issueClient(csr, id, certificateLifetime), request.ingressEndpoint().orElse(null));
        operators.put(operator);
        LOG.info("An operator registered. operator={} description=\"{}\" certificate_until={}", id,
                operator.description(), operator.certificate().notAfter());
        return operator;
    }

    synchronized Operator update(String id, OperatorRequest request) throws ApiException, IOException {
        Operator before = find(id);
        Optional<List<Selector>> selectors = request.selectors();
        if (selectors.isPresent() && selectors.get().isEmpty()) {
            throw ApiException.badSelector("The binding needs at least one of endpoint_selectors, such as \"true\".");
        }
        List<String> features = request.enabledFeatures().orElse(before.enabledFeatures());
        if (!features.contains("bindings")) {
            throw ApiException.invalid("The enabled_features must contain bindings: the local cloud knows no other use.");
        }
        Optional<SigningRequest> csr = request.signingRequest();
        String description = request.description().orElse(before.description());
        String metadata = request.metadata().orElse(before.metadata());
        IssuedCertificate certificate = csr.isPresent()
                ? authority.issueClient(csr.get(), id, certificateLifetime) : before.certificate();
        Operator after = new Operator(id, before.createdAt(), now(), description, metadata, features,
                request.region().orElse(before.region()),
                request.body().path("deployment").isObject() ? request.deployment() : before.deployment(),
                selectors.orElse(before.selectors()), certificate,
                request.ingressEndpoint().orElse(before.ingressEndpoint()));
        operators.put(after);
        LOG.info("An operator was updated. operator={} renewed={} certificate_until={}", id, csr.isPresent(),
                certificate.notAfter());
        return after;
    }

    void delete(String id) throws ApiException, IOException {
        if (!operators.remove(id)) {
            throw ApiException.noSuchResource("no Kubernetes operator has the id " + id);
        }
        LOG.info("An operator was deleted. operator={}", id);
    }

    Operator find(String id) throws ApiException {
        return operators.find(id)
                .orElseThrow(() -> ApiException.noSuchResource("no Kubernetes operator has the id " + id));
    }

    private String newId() {
        StringBuilder id = new StringBuilder("k8sop_");
        for (int count = 0; count < ID_LENGTH; count++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
}

package io.ngrokd.cloud.api;

import io.ngrokd.cloud.authority.IssuedCertificate;
import io.ngrokd.cloud.endpoint.Selector;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A registered operator.
 *
 * @param deployment as the client sent it, empty when it sent none
 * @param ingressEndpoint null for the cloud's own ingress, whose address may change between two starts
 */
record Operator(String id, Instant createdAt, Instant updatedAt, String description, String metadata,
        List<String> enabledFeatures, String region, Map<String, String> deployment, List<Selector> selectors,
        IssuedCertificate certificate, String ingressEndpoint) {

    Operator {
        enabledFeatures = List.copyOf(enabledFeatures);
        deployment = Map.copyOf(deployment);
        selectors = List.copyOf(selectors);
    }
}

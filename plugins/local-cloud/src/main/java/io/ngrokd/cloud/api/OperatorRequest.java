package io.ngrokd.cloud.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.cloud.authority.RequestRefusedException;
import io.ngrokd.cloud.authority.SigningRequest;
import io.ngrokd.cloud.endpoint.Selector;
import io.ngrokd.cloud.endpoint.SelectorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The body of a create or update call, checked field by field as it is asked for. */
record OperatorRequest(JsonNode body) {

    private static final int MOST_DESCRIPTION_BYTES = 255;
    private static final int MOST_METADATA_BYTES = 4096;

    Optional<String> description() throws ApiException {
        return limited("description", MOST_DESCRIPTION_BYTES);
    }

    Optional<String> metadata() throws ApiException {
        return limited("metadata", MOST_METADATA_BYTES);
    }

    Optional<String> region() throws ApiException {
        return text(body, "region");
    }

    Optional<List<String>> enabledFeatures() throws ApiException {
        return texts(body, "enabled_features");
    }

    Map<String, String> deployment() throws ApiException {
        Map<String, String> deployment = new HashMap<>();
        for (String key : List.of("name", "namespace", "version", "cluster_name")) {
            text(body.path("deployment"), key).ifPresent(value -> deployment.put(key, value));
        }
        return deployment;
    }

    boolean hasBinding() {
        return body.path("binding").isObject();
    }

    Optional<String> ingressEndpoint() throws ApiException {
        return text(body.path("binding"), "ingress_endpoint").filter(text -> !text.isBlank());
    }

    Optional<SigningRequest> signingRequest() throws ApiException {
        Optional<String> csr = text(body.path("binding"), "csr");
        if (csr.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SigningRequest.parse(csr.get()));
        } catch (RequestRefusedException e) {
            throw ApiException.badRequest(e.getMessage());
        }
    }

    Optional<List<Selector>> selectors() throws ApiException {
        Optional<List<String>> texts = texts(body.path("binding"), "endpoint_selectors");
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        List<Selector> selectors = new ArrayList<>();
        for (String text : texts.get()) {
            try {
                selectors.add(Selector.parse(text));
            } catch (SelectorException e) {
                throw ApiException.badSelector(e.getMessage());
            }
        }
        return Optional.of(selectors);
    }

    private Optional<String> limited(String field, int mostBytes) throws ApiException {
        Optional<String> text = text(body, field);
        if (text.isPresent() && text.get().getBytes(StandardCharsets.UTF_8).length > mostBytes) {
            throw ApiException.invalid("The " + field + " is longer than " + mostBytes + " bytes.");
        }
        return text;
    }

    private static Optional<String> text(JsonNode parent, String field) throws ApiException {
        JsonNode node = parent.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            throw ApiException.invalid("The field " + field + " must be a string.");
        }
        return Optional.of(node.asText());
    }

    private static Optional<List<String>> texts(JsonNode parent, String field) throws ApiException {
        JsonNode node = parent.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : node) {
            if (!item.isTextual()) {
                throw ApiException.invalid("The field " + field + " must be a list of strings.");
            }
            texts.add(item.asText());
        }
        if (!node.isArray()) {
            throw ApiException.invalid("The field " + field + " must be a list of strings.");
        }
        return Optional.of(texts);
    }
}

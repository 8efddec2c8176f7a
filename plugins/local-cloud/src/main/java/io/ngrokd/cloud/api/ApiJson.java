package io.ngrokd.cloud.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.cloud.endpoint.Endpoint;

/** The JSON shapes of the API's answers. */
final class ApiJson {

    private final ObjectMapper mapper;

    ApiJson(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    ObjectNode operator(Operator operator, String apiUrl, String ingressEndpoint) {
        ObjectNode json = mapper.createObjectNode();
        json.put("id", operator.id());
        json.put("uri", apiUrl + "/kubernetes_operators/" + operator.id());
        json.put("created_at", operator.createdAt().toString());
        json.put("updated_at", operator.updatedAt().toString());
        json.put("description", operator.description());
        json.put("metadata", operator.metadata());
        operator.enabledFeatures().forEach(json.putArray("enabled_features")::add);
        json.put("region", operator.region());
        ObjectNode deployment = json.putObject("deployment");
        operator.deployment().forEach(deployment::put);
        ObjectNode binding = json.putObject("binding");
        ArrayNode selectors = binding.putArray("endpoint_selectors");
        operator.selectors().forEach(selector -> selectors.add(selector.text()));
        ObjectNode certificate = binding.putObject("cert");
        certificate.put("cert", operator.certificate().pem());
        certificate.put("not_before", operator.certificate().notBefore().toString());
        certificate.put("not_after", operator.certificate().notAfter().toString());
        binding.put("ingress_endpoint",
                operator.ingressEndpoint() == null ? ingressEndpoint : operator.ingressEndpoint());
        return json;
    }

    ObjectNode endpoint(Endpoint endpoint, String apiUrl) {
        ObjectNode json = mapper.createObjectNode();
        String url = endpoint.url().toString();
        json.put("id", endpoint.id());
        json.put("created_at", endpoint.createdAt().toString());
        json.put("updated_at", endpoint.updatedAt().toString());
        json.put("url", url);
        json.put("public_url", url);
        json.put("proto", endpoint.url().scheme());
        json.put("scheme", endpoint.url().scheme());
        json.put("hostport", endpoint.url().host() + ":" + endpoint.url().port());
        json.put("host", endpoint.url().host());
        json.put("port", endpoint.url().port());
        json.put("type", "cloud");
        endpoint.config().bindings().forEach(json.putArray("bindings")::add);
        json.put("pooling_enabled", endpoint.pooled());
        json.put("description", endpoint.config().description());
        json.put("metadata", endpoint.config().metadata());
        json.put("region", "global");
        json.put("uri", apiUrl + "/endpoints/" + endpoint.id());
        return json;
    }

    ObjectNode error(ApiException error, String operationId) {
        ObjectNode json = mapper.createObjectNode();
        json.put("error_code", error.code());
        json.put("status_code", error.status());
        json.put("msg", error.getMessage());
        json.putObject("details").put("operation_id", operationId);
        return json;
    }
}
